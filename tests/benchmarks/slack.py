"""A signed `/lab task new` against a bare slack-bolt echo on the same server; and how fast the channel hears of it."""

import asyncio
import hashlib
import hmac
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from urllib.parse import urlencode

import aiohttp

from core.cards import Card
from core.deliveries import DeliveryKind, NewDelivery
from core.ids import ChannelRef
from storage.database import open_database
from tests.benchmarks.create_task import postgres_url, sqlite_url
from tests.benchmarks.pushes import push_body
from tests.benchmarks.slack_server import SECRET
from tests.benchmarks.timing import Timing, line
from tests.fakes.slack.server import SlackServer
from tests.fakes.slack.slack import Slack
from tests.fakes.slack.small_team import add_small_team
from tests.webhooks import github_request

CHANNELS, POSTS = 50, 20
_triggers = count()


def measure_slack(*, seconds: float, posts: int = POSTS) -> None:
    for name, open_url in (("SQLite, synchronous=FULL", sqlite_url), ("PostgreSQL, fsync on", postgres_url)):
        print(f"\nSlack: {name}")
        with open_url() as url, SlackServer() as slack:
            _furnish(slack)
            with _server(url, slack) as address:
                asyncio.run(_latencies(address, seconds))
                asyncio.run(_until_shown(address, slack))
                asyncio.run(_until_moved(address, slack))
            _deliver_queue(url, slack, posts)


def _furnish(slack: Slack) -> None:
    add_small_team(slack)
    for number in range(CHANNELS):
        slack.add_channel(f"C9{number:03}", f"bench-{number}", "T001", members=("U1",))


@contextmanager
def _server(url: str, slack: Slack) -> Iterator[str]:
    command = [sys.executable, "-m", "tests.benchmarks.slack_server", url, slack.api_url]
    process = subprocess.Popen(
        [*command, slack.workspace("T001").bot_token], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait()


async def _latencies(address: str, seconds: float) -> None:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        await _send(session, f"{address}/slack/events", "project new CHURN", "/lab-admin", "C1")
        for callers in (1, 16):
            floor = await _measure(session, f"{address}/echo", callers, seconds)
            line(f"floor: bare slack-bolt echo, {callers} at once", floor)
            task = await _measure(session, f"{address}/slack/events", callers, seconds)
            line(f"/lab task new, {callers} at once", task, floor)


async def _measure(session: aiohttp.ClientSession, url: str, callers: int, seconds: float) -> Timing:
    async def once() -> float:
        started = time.perf_counter()
        await _send(session, url, "task new Try focal loss kind:investigate box:10d project:CHURN", "/lab", "C1")
        return time.perf_counter() - started

    for _ in range(100):
        await once()
    latencies: list[float] = []
    started = time.perf_counter()

    async def call() -> None:
        while time.perf_counter() - started < seconds:
            latencies.append(await once())

    await asyncio.gather(*(call() for _ in range(callers)))
    return Timing(tuple(sorted(latencies)), time.perf_counter() - started)


async def _until_shown(address: str, slack: Slack) -> None:
    """From the acknowledgement to the card in the channel, in channels that are quiet."""
    waits = []
    async with aiohttp.ClientSession() as session:
        for number in range(CHANNELS):
            channel, key = f"C9{number:03}", f"B{number:03}"
            await _send(session, f"{address}/slack/events", f"project new {key}", "/lab-admin", channel)
            await _send(session, f"{address}/slack/events", f"task new Fresh labels project:{key}", "/lab", channel)
            acknowledged = time.perf_counter()
            await asyncio.to_thread(slack.wait_until, lambda channel=channel: slack.messages(channel))
            waits.append(time.perf_counter() - acknowledged)
    timing = Timing(tuple(sorted(waits)), sum(waits))
    p50, p95 = timing.percentile(0.5) * 1000, timing.percentile(0.95) * 1000
    print(f"  from acknowledgement to card: p50 {p50:.0f} ms, p95 {p95:.0f} ms")


async def _until_moved(address: str, slack: Slack) -> None:
    """From the answer to a webhook to the changed card, in channels that are quiet."""
    waits = []
    async with aiohttp.ClientSession() as session:
        for number in range(CHANNELS):
            channel, key = f"C9{number:03}", f"B{number:03}"
            line = f"hook new github project:{key}"
            words = await _send(session, f"{address}/slack/events", line, "/lab-admin", channel)
            secret = re.search(r"Secret: ([\w-]+)", words)
            path = re.search(r"/webhooks/github/[\w-]+", words)
            assert secret is not None
            assert path is not None
            request = github_request("push", push_body(f"{key}-1 #start"), secret[1])
            async with session.post(address + path[0], data=request.body, headers=request.headers) as answer:
                assert answer.status == 200, await answer.text()
            answered = time.perf_counter()
            await asyncio.to_thread(slack.wait_until, lambda channel=channel: _is_doing(slack, channel))
            waits.append(time.perf_counter() - answered)
    timing = Timing(tuple(sorted(waits)), sum(waits))
    p50, p95 = timing.percentile(0.5) * 1000, timing.percentile(0.95) * 1000
    print(f"  from a webhook's answer to the changed card: p50 {p50:.0f} ms, p95 {p95:.0f} ms")


def _is_doing(slack: Slack, channel: str) -> bool:
    return any("doing" in json.dumps(message.blocks) and not message.thread_ts for message in slack.messages(channel))


def _deliver_queue(url: str, slack: Slack, posts: int) -> None:
    """Everything queued before the worker starts; at one message a second and channel the least is `posts - 1` s."""
    channels = [f"C9{number:03}" for number in range(CHANNELS)]
    before = sum(len(slack.messages(channel)) for channel in channels)
    _queue(url, channels, posts)
    started = time.perf_counter()
    with _server(url, slack):
        ready = time.perf_counter()
        expected = before + posts * len(channels)
        while sum(len(slack.messages(channel)) for channel in channels) < expected:
            time.sleep(0.02)
            if time.perf_counter() - started > 10 * posts:
                raise RuntimeError("the queue was not delivered")
    elapsed = time.perf_counter() - ready
    least = float(posts - 1)
    print(
        f"  {posts * len(channels):,} posts over {len(channels)} channels: {elapsed:.1f} s, "
        f"{elapsed / least:.2f} × the {least:.0f} s that one message a second allows"
    )


def _queue(url: str, channels: list[str], posts: int) -> None:
    database = open_database(url, is_server=False)
    now = datetime.now(UTC)
    team = database.read_directory(lambda teams: teams.team_of_workspace("slack", "T001")).result()
    assert team is not None
    for channel in channels:

        def add(work, channel=channel) -> None:
            place = work.channels.ensure(ChannelRef("slack", "T001", channel), channel, now)
            for number in range(posts):
                work.deliveries.add(
                    NewDelivery(
                        channel_id=place.id, kind=DeliveryKind.BROADCAST, dedupe_key=f"bench:{place.id}:{number}",
                        card=Card((f"Message {number}",)),
                    ),
                    now,
                )  # fmt: skip

        database.write(add, team=team.id).result()
    database.close()


async def _send(session: aiohttp.ClientSession, url: str, text: str, command: str, channel: str) -> str:
    fields = {
        "command": command, "text": text, "team_id": "T001", "team_domain": "acme", "user_id": "U1", "user_name": "ana",
        "channel_id": channel, "channel_name": channel.lower(), "trigger_id": f"bench.{next(_triggers)}",
        "response_url": "http://127.0.0.1:9/none", "api_app_id": "A1",
    }  # fmt: skip
    body = urlencode(fields).encode()
    stamp = str(int(time.time()))
    digest = hmac.new(SECRET.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={digest}",
    }
    async with session.post(url, data=body, headers=headers) as answer:
        words = await answer.text()
        if answer.status != 200 or "went wrong" in words:
            raise RuntimeError(f"{answer.status}: {words[:300]}")
        return words
