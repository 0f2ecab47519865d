"""A board of somebody else's that lets others join, for the tests of each chat."""

from datetime import datetime

from core.ids import TaskKey
from core.joining import offer_join
from core.ports import Store
from tests.drivers import BoardDriver

CODE = "K7QMX-2NARV-H4TWZ-9BCDE"


def offering_board(store: Store, now: datetime) -> BoardDriver:
    """With the project RANK, one task in it, and a code that is good."""
    other = BoardDriver.open(store, now=now, project="RANK")
    other.new("Serve the ranking", project="RANK")
    store.write_directory(
        lambda teams: offer_join(teams, team=other.team, actor=other.ana, code=CODE, now=now)
    ).result()
    return other


def check_joined_and_parted(churn, *, ben: str, name: str) -> None:
    """A chat with CHURN works on the one board, and after parting on its own. `name` is what Ben is called."""
    churn.lab("task new Ours", by=ben)
    other = offering_board(churn.database, churn.clock.now())
    assert "What meets if this board joins Acme" in churn.admin(f"join look {CODE}")
    assert "This is one board with Acme now." in churn.admin(f"join now {CODE}")
    assert "Serve the ranking" in churn.lab("task list project:RANK", by=ben)
    churn.lab("task set RANK-1 owner:me", by=ben)
    owner = other.read(lambda work: work.tasks.get(TaskKey("RANK", 1))).owner
    assert owner is not None
    assert owner.name == name
    churn.lab("task note CHURN-1 still the same card", by=ben)
    shown = churn.transcript()
    assert "Ours" in shown
    assert "still the same card" in shown
    assert "has a board of its own again." in churn.admin("join undo")
    assert "There is no project RANK" in churn.lab("task list project:RANK", by=ben)
    assert "CHURN-2" in churn.lab("task new Alone again", by=ben)
    assert [member.name for member in other.read(lambda work: work.members.list(limit=9))] == ["ana", name]
