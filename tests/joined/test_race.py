"""A prompt stands in Slack and in Discord and is answered in both at once: one wins, the other is told who."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.expiry import expire_timeboxes
from tests.fakes.discord.component_checks import BUTTON, walk
from tests.fakes.discord.reading import label
from tests.fakes.discord.small_guild import BEN, GENERAL
from tests.joined.harness import Both
from tests.slack.harness import ANA


def test_clicks_in_both_chats_at_once_decide_once(both: Both) -> None:
    check_race(both, rounds=4)


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_many_clicks_in_both_chats_at_once_decide_once(both: Both) -> None:
    check_race(both, rounds=60)


def check_race(both: Both, *, rounds: int) -> None:
    # A Wednesday, 10:00 in Amsterdam; the prompts fall due the next noon.
    both.later((datetime(2031, 1, 15, 9, 0, tzinfo=UTC) - both.slack.clock.now()).total_seconds())
    for number in range(1, rounds + 1):
        both.slack.lab(f"task new Question {number} kind:investigate box:3h owner:me")
        both.slack.lab(f"task start CHURN-{number}")
    both.settle()
    both.later(26 * 3_600)
    both.slack.run(expire_timeboxes(both.slack.database, both.slack.clock))
    both.settle()
    winners = Counter(_race(both, number) for number in range(1, rounds + 1))
    both.settle()
    assert winners.total() == rounds
    assert both.slack.rows("SELECT count(*), count(DISTINCT task_id) FROM decisions") == [(rounds, rounds)]
    assert open_in_slack(both) == open_in_discord(both) == {}
    for _, decided in _prompts(both):
        assert decided[0] == decided[1]


def _race(both: Both, number: int) -> str:
    """Who won. Ana adopts in Slack, Ben drops in Discord."""
    ana, ben = both.slack.person(ANA), both.discord.person(BEN)
    assert ana.press(open_in_slack(both)[number], "Adopt").status == 200
    in_slack = ana.form
    in_discord = ben.press(open_in_discord(both)[number], "Drop")
    said = Counter[str]()
    start = threading.Barrier(2)

    def adopt() -> None:
        before = len(both.slack.slack.ephemerals(ANA, "C1"))
        start.wait()
        in_slack.submit({"learned": "it gains", "tasks": f"Build {number}"})
        if in_slack.is_open:
            said[in_slack.text] += 1
            return
        seen = both.slack.slack.wait_until(lambda: both.slack.slack.ephemerals(ANA, "C1")[before:])
        said[ana.reads(seen[-1])] += 1

    def drop() -> None:
        start.wait()
        said[ben.submit(in_discord, **{"field.learned": "no gain"}).text] += 1

    _at_once(adopt, drop)
    won = {"ana": [one for one in said if "Adopted." in one], "ben": [one for one in said if "Dropped." in one]}
    (winner,) = [name for name, words in won.items() if words]
    (told,) = [one for one in said if one not in won[winner]]
    assert f"CHURN-{number} was decided already: {winner} {'adopted' if winner == 'ana' else 'dropped'} it." in told
    return winner


def _at_once(*acts: Callable[[], None]) -> None:
    failures: list[BaseException] = []

    def run(act: Callable[[], None]) -> None:
        try:
            act()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def open_in_slack(both: Both) -> dict[int, Any]:
    """The prompts that can be answered, by the number of their task."""
    found = {}
    for message in both.slack.channel().messages:
        for block in message.blocks:
            for element in block.get("elements", ()) if block["type"] == "actions" else ():
                if element["text"]["text"] == "Adopt":
                    found[_number(element["value"])] = message
    return found


def open_in_discord(both: Both) -> dict[int, Any]:
    return {
        _number(one["custom_id"]): message
        for message in both.discord.channel(GENERAL).messages
        for one in walk(message.components)
        if one["type"] == BUTTON and label(one) == "Adopt"
    }


def _number(value: str) -> int:
    return int(value.rpartition("-")[2].split()[0])


def _prompts(both: Both) -> list[tuple[int, tuple[str, str]]]:
    """By task, what its prompt says in Slack and in Discord: the first line, without the moment."""
    slack = [both.slack.channel().text(one) for one in both.slack.channel().messages if one.is_broadcast]
    discord = [text for text in both.discord.channel(GENERAL).texts if ": adopted by" in text or ": dropped by" in text]
    firsts = ([text.removeprefix("✓ ").split(",")[0] for text in texts] for texts in (slack, discord))
    by_task = [{_number(first.partition(" ")[0]): first for first in texts} for texts in firsts]
    assert by_task[0].keys() == by_task[1].keys()
    return [(task, (by_task[0][task], by_task[1][task])) for task in by_task[0]]
