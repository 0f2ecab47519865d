"""`/lab-admin join …`: one board for two."""

from core.projects import create_project
from tests.bot.speaker import Speaker
from tests.drivers import BoardDriver


def another(ana: Speaker, key: str = "RANK") -> Speaker:
    """An administrator of another board, in the same database."""
    board = BoardDriver.open(ana.board.store, now=ana.now, project="")
    board.do(create_project, key=key, name=None, zone="UTC", channel=None, channel_name="")
    return Speaker(board, board.ana)


def test_two_boards_become_one_and_part_again(ana: Speaker) -> None:
    bea = another(ana)
    ana.done("lab task new Try focal loss kind:investigate box:10d")
    code = ana.done("lab-admin join code", "Another workspace or server can join this board.", "until").facts["code"]
    bea.done(
        f"lab-admin join look {code}",
        "What meets if this board joins Acme", "RANK; 1 member; 0 findings", "CHURN; 1 member; 0 findings",
        "They become one person; look whether they are:", "ana here and ana there, by test:ana",
        f"Nothing was changed. If this is right: labkeeper lab-admin join now {code}",
    )  # fmt: skip
    bea.done("lab-admin project list", "1 project")
    bea.done(
        f"lab-admin join now {code}", "This is one board with Acme now.", "2 projects, 1 member, 1 of whom",
        "lab-admin watch add CHURN", "For 24 hours it can be undone: labkeeper lab-admin join undo",
    )  # fmt: skip
    ana.done("lab-admin project list", "CHURN", "RANK")
    ana.done("lab-admin audit", "took the board of Acme into this one")
    ana.done("lab-admin join list", "Who shares this board", "it can be undone")
    ana.refused(f"lab-admin join now {code}", "There is no such code.", "lab-admin join code")
    ana.done("lab-admin join undo", "Acme has a board of its own again.")
    ana.done("lab-admin project list", "1 project")
    ana.refused("lab-admin join undo", "No board has joined this one.")
    bea.done("lab-admin project list", "RANK")


def test_the_same_key_on_both_is_refused_with_what_to_do(ana: Speaker) -> None:
    bea = another(ana, "CHURN")
    code = ana.done("lab-admin join code").facts["code"]
    bea.done(f"lab-admin join look {code}", "It cannot be done yet:", "Both boards have a project CHURN")
    bea.refused(f"lab-admin join now {code}", "The two boards cannot be one yet.", "a project CHURN")


def test_only_administrators_join(ana: Speaker) -> None:
    ben = ana.beside("ben")
    for verb in ("code", "list", "undo", "look K7QMX", "now K7QMX"):
        ben.refused(f"lab-admin join {verb}", "Only administrators may do this.")
