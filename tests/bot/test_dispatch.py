"""From a line to an answer, and the one place where errors become words."""

import asyncio
import re
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from bot.app import load_catalogue
from bot.catalogue import Catalogue
from bot.command import Arg, Rest, Word, command
from bot.context import Context
from bot.dispatch import Answer, Outcome, run_line
from bot.platforms.terminal.render import card_as_text
from core.board import UNSET, Maybe
from core.cards import Card, CommandLine, Tone, paragraph
from core.errors import NotFound, Unavailable
from core.journal import Actor
from core.members import list_members, set_zone, zone_info
from core.teams import Team
from tests.drivers import PORTS, BoardDriver


class Size(StrEnum):
    SMALL = "small"
    VERY_BIG = "very-big"


@command("lamp show", help="Say what was understood")
async def show(
    ctx: Context,
    name: Annotated[str, Word("Which lamp", "hall")],
    size: Annotated[Size, Arg("How big")] = Size.SMALL,
    bulbs: Annotated[int | None, Arg("How many")] = None,
    colour: Annotated[Maybe[str | None], Arg("Which colour, or none")] = UNSET,
) -> Card:
    return Card((f"{name!r} {size!r} {bulbs!r} {colour!r}",))


@command("lamp secret", help="Only for some", is_admin=True)
async def secret(ctx: Context, count: Annotated[int, Word("How many", "3")]) -> Card:
    return Card(("Shown.",))


@command("lamp break", help="Fail")
async def broken(ctx: Context, words: Annotated[str, Rest("Anything", "x")] = "") -> Card:
    raise RuntimeError(f"secret internals at /srv/{words}")


@command("lamp refuse", help="Refuse")
async def refuse(ctx: Context) -> Card:
    raise NotFound("There is no lamp.", "Buy one:", example="lab lamp show hall")


@command("lamp away", help="Lose the database")
async def away(ctx: Context) -> Card:
    raise Unavailable("The database cannot be reached.", "Nothing was changed. Try again in a moment.")


@command("lamp twice", help="Write twice")
async def twice(ctx: Context) -> Card:
    await ctx.do(set_zone, zone="Asia/Tokyo")
    await ctx.do(set_zone, zone="Asia/Seoul")
    return Card(("Written twice.",))


@command("lamp read", help="Read, write, read")
async def read(ctx: Context) -> Card:
    before = len(await ctx.read(list_members))
    await ctx.do(set_zone, zone="Asia/Tokyo")
    return Card((f"{before} {len(await ctx.read(list_members))}",))


LAMPS = Catalogue.of((*load_catalogue().commands, show, secret, broken, refuse, away, twice, read))


@pytest.fixture
def context(sqlite_board: BoardDriver) -> Context:
    team = Team(sqlite_board.team, "Acme", "Europe/Lisbon")
    return Context(sqlite_board.store, team, sqlite_board.ana, "Europe/Lisbon", sqlite_board.now, LAMPS, PORTS)


def say(context: Context, line: str, actor: Actor | None = None) -> Answer:
    """Each line is a request of its own."""
    root, _, words = line.partition(" ")
    asked = replace(context, actor=actor or context.actor)
    return asyncio.run(run_line(asked, root, words))


def text(answer: Answer, now: datetime) -> str:
    return card_as_text(answer.card, zone=zone_info("UTC"), now=now)


def count(command: str, outcome: str) -> float:
    labels = {"command": command, "outcome": outcome}
    return REGISTRY.get_sample_value("labkeeper_commands_total", labels) or 0


def test_values_arrive_as_what_the_command_declared(context: Context) -> None:
    answer = say(context, "lab lamp show hall size:very-big bulbs:12 colour:red")
    assert answer.outcome is Outcome.DONE
    assert answer.card.title == (f"'hall' {Size.VERY_BIG!r} 12 'red'",)


def test_what_is_not_given_is_its_default(context: Context) -> None:
    assert say(context, "lab lamp show hall").card.title == (f"'hall' {Size.SMALL!r} None {UNSET!r}",)


@pytest.mark.parametrize("word", ["none", "None", "nobody", "-", "–", "—"])
def test_none_clears_what_can_be_cleared_and_is_a_word_elsewhere(context: Context, word: str) -> None:
    assert say(context, f"lab lamp show hall colour:{word}").card.title == (f"'hall' {Size.SMALL!r} None None",)
    assert say(context, f"lab lamp show {word}").card.title == (f"{word!r} {Size.SMALL!r} None {UNSET!r}",)


@pytest.mark.parametrize("size", ["very-big", "VERY-BIG", "very big", "very_big", " Very-Big "])
def test_a_choice_may_be_typed_in_several_ways(context: Context, size: str) -> None:
    assert repr(Size.VERY_BIG) in str(say(context, f"lab lamp show hall size:{size}").card.title)


def test_rights_are_asked_before_anything_else(context: Context) -> None:
    ben = Actor(None, "Ben Li", False, "test", "")
    for line in ("lab-admin lamp secret", "lab-admin lamp secret many", "lab-admin lamp secret 1 2 conut:3"):
        answer = say(context, line, ben)
        assert answer.outcome is Outcome.REFUSED
        shown = text(answer, context.now)
        assert "Only administrators may do this." in shown
        assert "labkeeper lab-admin member admin '\"Ben' 'Li\"'" in shown
    assert say(context, "lab-admin lamp secret 3").outcome is Outcome.DONE


def test_a_wrong_value_is_named_before_one_that_is_missing(context: Context) -> None:
    shown = text(say(context, "lab lamp show bulbs:many"), context.now)
    assert "bulbs: “many” is not a whole number." in shown
    assert "for example 3" in shown
    assert "missing" not in shown


def test_a_value_that_is_missing_is_asked_for_with_the_line_and_an_example(context: Context) -> None:
    shown = text(say(context, "lab lamp show bulbs:3"), context.now)
    assert "“name” is missing: which lamp." in shown
    assert "The line is: lamp show <name> [size:…] [bulbs:…] [colour:…]" in shown
    assert "labkeeper lab lamp show hall" in shown


def test_a_refusal_says_what_to_do_and_is_not_a_mistake_of_ours(context: Context) -> None:
    with capture_logs() as logs:
        answer = say(context, "lab lamp refuse")
    assert answer == Answer(
        Card(
            ("There is no lamp.",),
            (paragraph("Buy one:"), paragraph(CommandLine("lab lamp show hall"))),
            tone=Tone.WARNING,
        ),
        Outcome.REFUSED,
    )
    assert logs == [
        {"event": "command refused", "command": "lamp refuse", "reason": "There is no lamp.", "log_level": "info"}
    ]


def test_an_outage_is_a_refusal_that_says_that_nothing_was_changed(context: Context) -> None:
    answer = say(context, "lab lamp away")
    assert answer.outcome is Outcome.REFUSED
    assert "Nothing was changed." in text(answer, context.now)


def test_a_mistake_of_ours_gives_a_reference_that_leads_to_the_log(context: Context) -> None:
    with capture_logs() as logs:
        answer = say(context, "lab lamp break password")
    shown = text(answer, context.now)
    assert answer.outcome is Outcome.FAILED
    assert answer.card.tone is Tone.BAD
    found = re.search(r"reference: ([0-9A-F]{6})\b", shown)
    assert found is not None
    assert logs == [
        {
            "event": "command failed",
            "command": "lamp break",
            "reference": found[1],
            "exc_info": True,
            "log_level": "error",
        }
    ]
    for word in ("RuntimeError", "secret", "/srv", "password", "Traceback"):
        assert word not in shown


def test_two_mistakes_have_two_references(context: Context) -> None:
    with capture_logs():
        assert say(context, "lab lamp break").card != say(context, "lab lamp break").card


def test_a_command_that_writes_twice_is_caught(context: Context) -> None:
    with capture_logs() as logs:
        assert say(context, "lab lamp twice").outcome is Outcome.FAILED
    assert logs[0]["reference"]
    assert "Asia/Tokyo" in text(say(context, "lab me"), context.now)
    assert say(context, "lab lamp read").outcome is Outcome.DONE


@pytest.mark.parametrize("line", ["lab", "lab ", "lab help", "lab-admin", "lab-admin   "])
def test_a_bare_root_is_the_menu(context: Context, line: str) -> None:
    answer = say(replace(context, catalogue=load_catalogue()), line)
    assert answer.outcome is Outcome.DONE
    assert "labkeeper lab task — work on the board" in text(answer, context.now)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("lab task", "labkeeper lab task new — Make a task"),
        ("lab  TASK ", "labkeeper lab task new — Make a task"),
        ("lab-admin project", "labkeeper lab-admin project new — Make a project"),
        ("lab-admin member", "labkeeper lab-admin member list — Everybody on the team"),
        ("lab lamp", "lamp: show, break, refuse, away, twice, read"),
        ("lab help", "labkeeper lab help task"),
        ("lab me", "time zone"),
        ("lab-admin audit", "Who changed what"),
    ],
)
def test_a_bare_noun_lists_its_verbs_or_is_its_command(context: Context, line: str, shown: str) -> None:
    answer = say(context, line)
    assert answer.outcome is Outcome.DONE
    assert shown in text(answer, context.now)


def test_answers_are_counted_and_timed_by_command_and_outcome(context: Context) -> None:
    lines = ("lab lamp show hall", "lab lamp show", "lab lamp show a b", "lab lamp break", "lab nonsense words")
    counted = [("lamp show", "done"), ("lamp show", "refused"), ("lamp break", "failed"), ("unknown", "refused")]
    before = [count(*labels) for labels in counted]
    timed = REGISTRY.get_sample_value("labkeeper_command_seconds_count", {"command": "lamp show"}) or 0
    with capture_logs():
        for line in lines:
            say(context, line)
    assert [count(*labels) - number for labels, number in zip(counted, before, strict=True)] == [1, 2, 1, 1]
    assert REGISTRY.get_sample_value("labkeeper_command_seconds_count", {"command": "lamp show"}) == timed + 3


def test_what_people_type_is_never_a_label(context: Context) -> None:
    say(context, "lab surely-no-such-word at all")
    names = {sample.labels.get("command") for metric in REGISTRY.collect() for sample in metric.samples}
    assert not any(name and "surely" in name for name in names)


def test_today_is_the_day_of_the_person(context: Context) -> None:
    late = replace(context, now=datetime.fromisoformat("2026-11-18T23:30:00+00:00"))
    assert str(replace(late, zone="Europe/Lisbon").today) == "2026-11-18"
    assert str(replace(late, zone="Asia/Tokyo").today) == "2026-11-19"
    assert str(replace(late, zone="America/New_York", now=late.now + timedelta(hours=2)).today) == "2026-11-18"
