"""Somebody whose pushes GitHub reports all the while: a signed delivery each, sent again when it is not answered."""

import hashlib
import random
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx

from tests.crash.senders import PATIENCE, Acknowledged
from tests.fakes.slack.signing import http_client
from tests.github.host import Delivery, HookAddress, account, repository, signed
from tests.github_push import ANAS_ACCOUNT, CHURN


@dataclass
class Pusher:
    """`task` is what every commit names; each has a note of its own."""

    task: str
    hooks: tuple[HookAddress, ...]
    acknowledged: Acknowledged
    repeats: float = 0.2
    stop: threading.Event = field(default_factory=threading.Event)
    counts: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    _random: random.Random = field(default_factory=lambda: random.Random(7))
    _client: httpx.Client = field(default_factory=http_client)

    def begin(self) -> threading.Thread:
        thread = threading.Thread(target=self._work, daemon=True)
        thread.start()
        return thread

    def _work(self) -> None:
        number = 0
        try:
            while not self.stop.is_set():
                number += 1
                self.push(number)
                time.sleep(0.02)
        except Exception as error:
            self.problems.append(f"the pusher stumbled: {error!r}")
        finally:
            self._client.close()

    def push(self, number: int) -> None:
        words = f"Pushed {number} by Ana"
        sha = hashlib.sha1(words.encode(), usedforsecurity=False).hexdigest()
        delivery = Delivery("push", _body(sha, f"{self.task} #note {words}"), str(uuid.uuid4()))
        status = self._insist(delivery)
        if status == 200:
            for change in (("note", words), ("commit", sha[:7])):
                self.acknowledged.write(change)
            self.counts["pushes acknowledged"] += 1
            if self._random.random() < self.repeats:
                self._send(delivery)
        elif status not in (0, 503):
            self.problems.append(f"a push was answered {status}")

    def _insist(self, delivery: Delivery) -> int:
        end = time.monotonic() + PATIENCE
        while (status := self._send(delivery)) in (0, 503) and time.monotonic() < end and not self.stop.is_set():
            self.counts["pushes repeated"] += 1
            time.sleep(0.05)
        return status

    def _send(self, delivery: Delivery) -> int:
        """0 where no answer came."""
        hook = self._random.choice(self.hooks)
        try:
            return self._client.post(hook.url, content=delivery.body, headers=signed(delivery, hook)).status_code
        except httpx.HTTPError:
            return 0


def hook_addresses(urls: tuple[str, ...], public_id: str, secret: str) -> tuple[HookAddress, ...]:
    """At each process that answers."""
    bases = (urlsplit(url)._replace(path=f"/webhooks/github/{public_id}").geturl() for url in urls)
    return tuple(HookAddress(base, secret) for base in bases)


def _body(sha: str, message: str) -> bytes:
    person = {"name": "Ana", "email": ANAS_ACCOUNT.email}
    commit = {"id": sha, "message": message, "url": f"{CHURN.html_url}/commit/{sha}", "author": person}
    payload = {
        "ref": "refs/heads/main", "before": "0" * 40, "after": sha, "created": False, "deleted": False,
        "forced": False, "compare": CHURN.html_url, "commits": [commit], "pusher": person,
        "repository": repository(CHURN), "sender": account(ANAS_ACCOUNT),
    }  # fmt: skip
    return Delivery.of("push", payload).body
