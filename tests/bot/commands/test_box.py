"""What `lab box …` answers in the terminal to what cannot be done: what is wrong with it, and what to type instead."""

from dataclasses import replace

import pytest

from bot.dispatch import Outcome
from tests.bot.speaker import Speaker
from tests.drivers import BoardDriver

FORMS = "Give working time or a date: 3h, 10d, 2w or 2026-12-15."
NO_LENGTHS = [
    ("banana", "“banana” is not a length of time.", FORMS),
    ("", "“” is not a length of time.", FORMS),
    ("-1d", "“-1d” is not a length of time.", FORMS),
    ("1000y", "“1000y” is not a length of time.", FORMS),
    ("0d", "0d is no time at all.", "A timebox is between 1d and 260d."),
    ("999d", "999d is more than a year.", "A timebox is between 1d and 260d."),
    ("2026-02-30", "There is no day 2026-02-30.", FORMS),
    ("2026-11-17", "2026-11-17 is over.", "Give a day to come, or working time such as 10d."),
    ("2029-01-01", "2029-01-01 is more than a year away.", "Give an earlier day, or working time: 10d."),
]


@pytest.fixture
def ana(sqlite_board: BoardDriver) -> Speaker:
    """With research of hers under way."""
    ana = Speaker(sqlite_board, sqlite_board.ana)
    ana.done("lab task new Try focal loss kind:investigate box:5d owner:me")
    ana.done("lab task start CHURN-1")
    return ana


@pytest.mark.parametrize(("text", "wrong", "instead"), NO_LENGTHS)
def test_a_length_that_is_none(ana: Speaker, text: str, wrong: str, instead: str) -> None:
    for line in (
        f"lab task new Try mixup kind:investigate box:{text}",
        f"lab box extend CHURN-1 by:{text} why:it improves",
        f"lab box split CHURN-1 first:one second:two learned:both box:{text}",
        f"lab task set CHURN-1 box:{text}",
    ):
        ana.refused(line, wrong, instead)


def test_a_decision_without_what_was_learned(ana: Speaker) -> None:
    for line in ("lab box decide CHURN-1 call:drop learned:", "lab box drop CHURN-1 learned:  "):
        ana.refused(line, "A decision keeps what was learned.", "Say it in a sentence, also where it did not work")
    for line in ("lab box decide CHURN-1 call:drop", "lab box drop CHURN-1", "lab box adopt CHURN-1"):
        said = ana.say(line)
        assert said.answer.outcome is not Outcome.DONE
        assert "learned" in said.text


def test_who_may_not_decide_reads_who_may(ana: Speaker) -> None:
    bo = ana.beside("bo")
    for line in (
        "lab box drop CHURN-1 learned:nothing", "lab box adopt CHURN-1 learned:all",
        "lab box extend CHURN-1 by:3d why:more", "lab box snooze CHURN-1", "lab task drop CHURN-1 why:nothing",
    ):  # fmt: skip
        bo.refused(line, "You may not decide about CHURN-1.", "ana may, and can let you stand in", "me delegate @bo")


def test_what_is_decided_says_by_whom_and_what_was_learned(ana: Speaker) -> None:
    ana.done("lab box drop CHURN-1 learned:no gain over the baseline")
    for person in (ana, ana.beside("bo")):
        for line in (
            "lab box drop CHURN-1 learned:nothing", "lab box adopt CHURN-1 learned:all",
            "lab box extend CHURN-1 by:3d why:more", "lab box snooze CHURN-1", "lab task drop CHURN-1 why:nothing",
            "lab task done CHURN-1", "lab task start CHURN-1", "lab task drop CHURN-1",
        ):  # fmt: skip
            person.refused(
                line, "CHURN-1 was decided already: ana dropped it.", "Learned: “no gain over the baseline”.",
                "labkeeper lab box start CHURN-1 box:5d",
            )  # fmt: skip
    ana.refused("lab box agree CHURN-1", "Nobody asks for more time for CHURN-1 now.", "lab box show CHURN-1")


def test_the_task_of_another_team_is_not_there(ana: Speaker) -> None:
    theirs = Speaker(BoardDriver.open(ana.board.store, now=ana.now, project="OPS"), ana.actor)
    theirs = replace(theirs, actor=theirs.board.ana)
    theirs.done("lab task new Try theirs kind:investigate box:5d owner:me")
    theirs.done("lab task start OPS-1")
    for line in (
        "box drop OPS-1 learned:nothing", "box decide OPS-1 call:adopt learned:all", "box extend OPS-1 by:3d why:more",
        "box agree OPS-1", "box snooze OPS-1", "box show OPS-1", "box start OPS-1 box:5d",
        "finding write OPS-1 text:all",
    ):  # fmt: skip
        said = ana.refused(f"lab {line}", "OPS")
        assert "theirs" not in said.text
    assert "doing" in theirs.say("lab task show OPS-1").text


def test_a_timebox_gets_longer_by_an_extension_alone(ana: Speaker) -> None:
    ana.refused(
        "lab task set CHURN-1 box:30d", "The timebox of CHURN-1 runs: more time is an extension, which says why.",
        "Ask for it:", "labkeeper lab box extend CHURN-1 by:3d 'why:…'",
    )  # fmt: skip


def test_a_reminder_takes_working_days(ana: Speaker) -> None:
    ana.refused("lab box snooze CHURN-1 by:banana", "“banana” is not a length of time.", "Give working time: 3h, 10d")
