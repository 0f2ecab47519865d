"""What goes wrong with the gateway, one after the other: commands are taken again soon after, and nothing that was
answered is lost or done twice."""

import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from bot.platforms.discord.shards import Pace
from tests.discord.harness import ANA, FAST, GENERAL, DiscordBoard, connected
from tests.fakes.discord.discord import Discord
from tests.fakes.discord.faults import Fault, hanging, lost_request, no_hello, server_error
from tests.fakes.discord.server import DiscordServer
from tests.fakes.discord.small_guild import APP, GUILD, add_small_guild

# A client that ended is followed by another, after half a minute at most where that happens again and again; discord.py
# takes a minute's silence for an end.
ANEW, SILENCE = 35.0, 75.0


@dataclass(frozen=True)
class Trouble:
    """`ends` is when Discord would be able to tell again."""

    name: str
    begin: Callable[[Discord], Any]
    end: Callable[[Discord], Any] = lambda discord: None
    limit: float = 5.0


def dropped_and(*faults: Fault) -> Callable[[Discord], None]:
    """The connection is gone, and the next attempts come to this."""

    def begin(discord: Discord) -> None:
        for fault in faults:
            discord.fault("gateway", fault)
        discord.drop_gateway()

    return begin


def refused(discord: Discord) -> None:
    discord.refuse_gateway()
    discord.drop_gateway()
    discord.wait_until(lambda: not discord.sessions())


def revoked(discord: Discord) -> None:
    discord.revoke_token(APP)
    discord.wait_until(lambda: not discord.sessions())


def outage(discord: Discord) -> None:
    discord.set_available(GUILD, False)
    discord.set_available(GUILD, True)


REVOKED = Trouble("token revoked", revoked, lambda discord: discord.restore_token(APP), limit=75.0)
TROUBLES = (
    Trouble("dropped", lambda discord: discord.drop_gateway()),
    Trouble("asked to reconnect", lambda discord: discord.ask_reconnect()),
    Trouble("session to be resumed", lambda discord: discord.invalidate(is_resumable=True)),
    Trouble("closed for no reason", lambda discord: discord.close_gateway(4000)),
    Trouble("closed cleanly", lambda discord: discord.close_gateway(1001)),
    Trouble("malformed interaction", lambda discord: discord.tell("INTERACTION_CREATE", {"id": "1"})),
    Trouble("malformed message", lambda discord: discord.tell("MESSAGE_CREATE", {"channel_id": GENERAL})),
    Trouble("malformed guild", lambda discord: discord.tell("GUILD_CREATE", {"id": None})),
    Trouble("unknown event", lambda discord: discord.tell("SOMETHING_NEW", {"id": "1"})),
    Trouble("no JSON", lambda discord: discord.send_text("{"), limit=ANEW),
    Trouble("no object", lambda discord: discord.send_text("[]"), limit=ANEW),
    Trouble("unknown operation", lambda discord: discord.send_text('{"op": 99, "d": null}')),
    Trouble("WebSocket refused", dropped_and(server_error(503)), limit=ANEW),
    Trouble("WebSocket cut", dropped_and(lost_request(), lost_request()), limit=ANEW),
    Trouble("WebSocket late", dropped_and(hanging(1.0))),
    Trouble("nobody listens", refused, lambda discord: discord.refuse_gateway(False), limit=ANEW),
    Trouble("outage of the server", outage),
)
ENDED = (
    Trouble("session over", lambda discord: discord.invalidate(), limit=ANEW),
    Trouble("timed out", lambda discord: discord.close_gateway(4009), limit=ANEW),
    Trouble("never greeted", dropped_and(no_hello()), limit=SILENCE),
    REVOKED,
    Trouble("half-open", lambda discord: discord.freeze_gateway(), limit=SILENCE),
)


class Sweep:
    """A note is said as each trouble begins, and one after the other until one is answered."""

    def __init__(self, board: DiscordBoard) -> None:
        self.board = board
        self.said: dict[str, str] = {}

    def suffer(self, trouble: Trouble) -> float:
        """Seconds from the end of the trouble to the next answer."""
        discord = self.board.discord
        trouble.begin(discord)
        self.say()
        trouble.end(discord)
        began = time.monotonic()
        while not self.is_answered(0.3):
            assert time.monotonic() - began < trouble.limit + 5, (trouble.name, self.board.connection.state)
            self.say()
        seconds = time.monotonic() - began
        # What nobody came to yet is not to be the next one's trouble.
        discord.clear_faults()
        discord.wait_until(discord.sessions, 30)
        return seconds

    def say(self) -> None:
        text = f"note {len(self.said)}"
        person = self.board.person(ANA)
        self.last = person.begin_command(
            "lab task note", GENERAL, task="CHURN-1", text=text
        )  # fmt: skip
        self.said[self.last.id] = text

    def is_answered(self, patience: float) -> bool:
        discord = self.board.discord
        end = time.monotonic() + patience
        while not discord.interaction(self.last.id).response and time.monotonic() < end:
            discord.wait_change(discord.version(), end - time.monotonic())
        return bool(discord.interaction(self.last.id).response)

    def check(self) -> None:
        """What was answered is done once, and nothing twice."""
        answered = {text for number, text in self.said.items() if self.board.discord.interaction(number).response}
        kept = [text for (text,) in self.board.rows("SELECT text FROM notes ORDER BY id")]
        assert len(kept) == len(set(kept))
        assert answered <= set(kept) <= set(self.said.values())
        assert [one for one in self.board.discord.violations() if one.kind in ("specification", "malformed")] == []


def sweep(url: str, pace: Pace, troubles: list[Trouble]) -> dict[str, float]:
    """The longest time to answer again, by trouble."""
    longest: dict[str, float] = {}
    with DiscordServer() as discord:
        add_small_guild(discord)
        with connected(discord, url, pace=pace) as board:
            board.admin("project new CHURN name:Churn model")
            board.lab("task new What is noted")
            suffering = Sweep(board)
            for trouble in troubles:
                seconds = suffering.suffer(trouble)
                longest[trouble.name] = max(seconds, longest.get(trouble.name, 0.0))
                assert seconds <= trouble.limit, (trouble.name, seconds)
            suffering.check()
    return longest


def test_after_each_fault_it_answers_again_and_nothing_answered_is_lost(sqlite_url: str) -> None:
    slow = ("WebSocket late", "WebSocket cut", "WebSocket refused")
    print(sweep(sqlite_url, FAST, [*(trouble for trouble in TROUBLES if trouble.name not in slow), REVOKED]))


@pytest.mark.soak
@pytest.mark.timeout(1200)
def test_a_hundred_faults_at_the_pace_of_every_day(sqlite_url: str) -> None:
    """A short soak has no time for a hundred, nor for those that last a minute."""
    every = [*TROUBLES, *ENDED]
    chosen = [*every, *random.Random(7).choices(TROUBLES, k=100 - len(every))]
    if os.environ.get("LABKEEPER_SOAK") == "short":
        chosen = [trouble for trouble in chosen if trouble.limit < SILENCE][:12]
    print(sweep(sqlite_url, Pace(), chosen))
