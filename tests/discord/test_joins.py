"""A Discord server whose board becomes one with another's."""

from core.ids import TaskKey
from core.joining import offer_join
from tests.discord.harness import BEN, DiscordBoard
from tests.drivers import BoardDriver

CODE = "K7QMX-2NARV-H4TWZ-9BCDE"


def another(board: DiscordBoard) -> BoardDriver:
    """A board of somebody else's in the same database, which lets others join."""
    other = BoardDriver.open(board.database, now=board.clock.now(), project="RANK")
    other.new("Serve the ranking", project="RANK")
    board.database.write_directory(
        lambda teams: offer_join(teams, team=other.team, actor=other.ana, code=CODE, now=board.clock.now())
    ).result()
    return other


def test_a_server_that_joined_works_on_the_one_board_and_after_parting_on_its_own(churn: DiscordBoard) -> None:
    churn.lab("task new Ours", by=BEN)
    other = another(churn)
    assert "What meets if this board joins Acme" in churn.admin(f"join look {CODE}")
    assert "This is one board with Acme now." in churn.admin(f"join now {CODE}")
    assert "Serve the ranking" in churn.lab("task list project:RANK", by=BEN)
    churn.lab("task set RANK-1 owner:me", by=BEN)
    owner = other.read(lambda work: work.tasks.get(TaskKey("RANK", 1))).owner
    assert owner is not None
    assert owner.name == "Ben Member"
    churn.lab("task note CHURN-1 still the same card", by=BEN)
    churn.settle()
    assert "Ours" in churn.transcript()
    assert "still the same card" in churn.transcript()
    assert "has a board of its own again." in churn.admin("join undo")
    assert "There is no project RANK" in churn.lab("task list project:RANK", by=BEN)
    assert "CHURN-2" in churn.lab("task new Alone again", by=BEN)
    assert [member.name for member in other.read(lambda work: work.members.list(limit=9))] == ["ana", "Ben Member"]
