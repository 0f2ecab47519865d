"""People who type commands and press buttons all the while, and write down what they were told was done."""

import json
import os
import random
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from tests.fakes.slack.records import Message
from tests.fakes.slack.remote import RemoteSlack
from tests.fakes.slack.signing import Answer, AppUnderTest, SignedRequest

# What was changed, in words that stand in nothing else: ("note", "note 7 of U12"), ("move", "P2-3 doing").
Change: TypeAlias = tuple[str, str]

SECRET = "shh-this-signs"
TEAM = "T001"
# Seconds: how long somebody looks for a card, and repeats what was not answered.
PATIENCE = 30.0
_KEY = re.compile(r"\bP\d-\d+\b")
_ALREADY = "This was done already."
# The database was busy, says so, and has done nothing.
_UNDONE = "Nothing was changed."


class KnownSlack(RemoteSlack):
    """Asks once for what does not change here."""

    def __init__(self, base_url: str) -> None:
        super().__init__(base_url)
        self.workspace = cache(self.workspace)
        self.user = cache(self.user)
        self.channel_record = cache(self.channel_record)

    workspace: Any
    user: Any
    channel_record: Any


@dataclass(frozen=True)
class LoadBalancer(AppUnderTest):
    """Sends each request to any of `urls`."""

    urls: tuple[str, ...]
    choice: random.Random

    def send(self, request: SignedRequest) -> Answer:
        return super().send(replace(request, url=self.choice.choice(self.urls)))


def channel_of(number: int) -> str:
    return f"C1{number}"


def project_of(number: int) -> str:
    return f"P{number}"


@dataclass
class Acknowledged:
    """The list of what was acknowledged: each line is on the disk before the sender goes on."""

    path: Path

    def write(self, change: Change) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(change) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def read(self) -> list[Change]:
        lines = self.path.read_text(encoding="utf-8").splitlines() if self.path.exists() else []
        return [(kind, what) for kind, what in map(json.loads, lines)]


@dataclass
class Sender:
    """Works on one task after the other in a channel of their own, until `stop`.

    Of requests that are not answered, the part `gives_up` is left at that; of those that are, the part `repeats` is
    sent again all the same.
    """

    number: int
    slack_url: str
    urls: tuple[str, ...]
    acknowledged: Acknowledged
    gives_up: float = 0.2
    repeats: float = 0.1
    stop: threading.Event = field(default_factory=threading.Event)
    counts: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.user, self.channel = f"U1{self.number}", channel_of(self.number)
        self._random = random.Random(self.number)
        self._slack = KnownSlack(self.slack_url)
        client = self._slack.app(self.urls[0], SECRET).client
        self._app = LoadBalancer(self.urls[0], SECRET, client, self.urls, self._random)
        self._person = self._slack.person(self.user, self._app)
        self._said = 0

    def begin(self) -> threading.Thread:
        thread = threading.Thread(target=self._work, daemon=True)
        thread.start()
        return thread

    def _work(self) -> None:
        try:
            while not self.stop.is_set():
                self._work_on_a_task()
        except Exception as error:
            self.problems.append(f"{self.user} stumbled: {error!r}")
        finally:
            self._slack.close()

    def _work_on_a_task(self) -> None:
        """As far as everything is answered: who does not know what came of it begins with something else."""
        key = self.new_task()
        if key is None or not self._say("note", key, "Noted:"):
            return
        self._command(("points", f"{key} 5"), f"task set {key} points:5", "Changed")
        card = self._wait_for_card(key)
        steps = [
            lambda: self._move(card, key, "start", "doing"),
            lambda: self._say("block", key, "Blocked by"),
            lambda: self._say("note", key, "Noted:"),
            lambda: self._command(("unblock", key), f"task unblock {key}", "It can go on."),
            lambda: self._command(("points", f"{key} 8"), f"task set {key} points:8", "Changed"),
            lambda: self._move(card, key, "review", "review"),
            lambda: self._move(card, key, "done", "done"),
        ]
        for step in steps:
            if self.stop.is_set() or not step():
                return

    def new_task(self) -> str | None:
        """Its key, where the answer told it."""
        title = self._words("Work")
        answer = self._command(("new", title), f"task new {title}", "Created.")
        found = _KEY.search(_text(answer)) if answer else None
        return found[0] if found else None

    def _say(self, what: str, key: str, expected: str) -> Answer | None:
        words = self._words(what.capitalize())
        return self._command((what, words), f"task {what} {key} {words}", expected)

    def _words(self, what: str) -> str:
        self._said += 1
        return f"{what} {self._said} of {self.user}"

    def _move(self, card: Message | None, key: str, verb: str, state: str) -> Answer | None:
        """By the button of the card, or typed."""
        change = ("move", f"{key} {state}")
        if card is None or self._random.random() < 0.3 or not self._wait_for_button(card, f"task.{verb}"):
            return self._command(change, f"task {verb} {key}", state)
        return self._noted(change, self._insist(self._person.press(card, action_id=f"task.{verb}")), "")

    def _command(self, change: Change, text: str, expected: str) -> Answer | None:
        _, request = self._person.prepare_command(text, self.channel, escapes=False)
        return self._noted(change, self._insist(self._app.send(request)), expected)

    def _insist(self, answer: Answer) -> Answer | None:
        """Where no answer came the request is mostly sent again, byte by byte, until one comes."""
        end = time.monotonic() + PATIENCE
        while not answer.status:
            self.counts["unanswered"] += 1
            self._wait_for_server(end)
            if self._random.random() < self.gives_up or time.monotonic() > end:
                self.counts["given up"] += 1
                return None
            self.counts["repeated"] += 1
            answer = self._app.send(answer.request)
        return answer

    def _noted(self, change: Change, answer: Answer | None, expected: str) -> Answer | None:
        """The answer, where it says that the change was made."""
        if answer is None:
            return None
        words = _text(answer)
        if answer.status != 200 or (words and expected not in words and _ALREADY not in words):
            self.counts["refused"] += 1
            if answer.status != 200 or _UNDONE not in words:
                self.problems.append(f"{change} was answered {answer.status}: {words}")
            return None
        self.acknowledged.write(change)
        self.counts["acknowledged"] += 1
        if self._random.random() < self.repeats:
            self._send_again(change, answer.request)
        return answer

    def _send_again(self, change: Change, request: SignedRequest) -> None:
        again = self._app.send(request)
        self.counts["repeated"] += 1
        if again.status not in (0, 200) or (_text(again) and _ALREADY not in _text(again)):
            self.problems.append(f"{change}, received before, was answered {again.status}: {_text(again)}")

    def _wait_for_card(self, key: str) -> Message | None:
        """As a person scrolls: the newest messages of the channel."""
        headers = {"Authorization": f"Bearer {self._slack.workspace(TEAM).bot_token}"}
        asked = {"channel": self.channel, "limit": "10"}

        def look() -> Message | None:
            found = self._app.client.post(f"{self._slack.api_url}conversations.history", data=asked, headers=headers)
            cards = (message["ts"] for message in found.json()["messages"] if message["text"].startswith(f"{key} "))
            ts = next(cards, None)
            return self._slack.message(self.channel, ts) if ts else None

        return self._wait_for(look)

    def _wait_for_button(self, card: Message, action: str) -> Message | None:
        """Until the card was edited and shows it."""

        def look() -> Message | None:
            seen = self._slack.message(card.channel, card.ts)
            buttons = (element for block in seen.blocks for element in block.get("elements", ()))
            return seen if any(button.get("action_id") == action for button in buttons) else None

        return self._wait_for(look)

    def _wait_for(self, look: Callable[[], Message | None]) -> Message | None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and not self.stop.is_set():
            if seen := look():
                return seen
            time.sleep(0.1)
        self.counts["cards not seen"] += 1
        return None

    def _wait_for_server(self, end: float) -> None:
        addresses = [urlsplit(url).netloc.split(":") for url in self.urls]
        while time.monotonic() < end:
            for host, port in addresses:
                try:
                    socket.create_connection((host, int(port)), timeout=1).close()
                    return
                except OSError:
                    continue
            time.sleep(0.05)


def _text(answer: Answer | None) -> str:
    body = answer.decoded if answer else None
    return str(body.get("text", "")) if isinstance(body, dict) else ""
