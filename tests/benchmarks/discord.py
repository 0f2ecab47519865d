"""`/lab task new` through the gateway against a bare discord.py echo on the same server; what the process of the chat
weighs; and how fast a queue is said under Discord's limits."""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.cards import Card
from core.deliveries import DeliveryKind, NewDelivery
from core.ids import ChannelRef
from storage.database import open_database
from tests.benchmarks.create_task import postgres_url, sqlite_url
from tests.benchmarks.start_up import _resident_megabytes
from tests.benchmarks.timing import Timing, line
from tests.fakes.discord.discord import Discord
from tests.fakes.discord.rates import BUCKETS, GLOBAL
from tests.fakes.discord.server import DiscordServer
from tests.fakes.discord.small_guild import ANA, APP, GENERAL, GUILD, TOKEN, add_small_guild
from tests.free_port import free_port

ROOT = Path(__file__).parents[2]
CHANNELS, POSTS = 50, 20
SAID = {"title": "Try focal loss", "kind": "investigate", "box": "10d", "project": "CHURN"}
Reading = list[tuple[int, Timing]]


def measure_discord(*, seconds: float, posts: int = POSTS) -> None:
    """Through the fake of the tests, in this process, without its checks against Discord's description."""
    for name, open_url in (("SQLite, synchronous=FULL", sqlite_url), ("PostgreSQL, fsync on", postgres_url)):
        print(f"\nDiscord: {name}")
        with open_url() as url, DiscordServer(is_checking=False) as discord:
            add_small_guild(discord)
            with _echo(discord) as process:
                floor = _latencies(discord, seconds)
                bare = _resident_megabytes(process.pid)
            with _labkeeper(discord, url) as process:
                _invoke(discord, "lab-admin project new", {"key": "CHURN", "name": "Churn model"})
                task = _latencies(discord, seconds)
                whole = _resident_megabytes(process.pid)
            for (callers, least), (_, timing) in zip(floor, task, strict=True):
                line(f"floor: bare discord.py echo, {callers} at once", least)
                line(f"/lab task new, {callers} at once", timing, least)
            weights = f"all parts {whole:.0f} MB"
            if url.startswith("postgresql"):
                with _labkeeper(discord, url, "--only", "chat") as process:
                    weights += f", --only chat {_resident_megabytes(process.pid):.0f} MB"
            print(f"  memory after that: {weights}; the bare echo {bare:.0f} MB")
            _deliver_queue(url, discord, posts)


@contextmanager
def _echo(discord: Discord) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "tests.benchmarks.discord_echo", discord.api_url, discord.gateway_url, TOKEN]
    with _connected(discord, subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)) as process:
        yield process


@contextmanager
def _labkeeper(discord: Discord, url: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    environment = {
        "PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "PYTHONPATH": str(ROOT), "DATABASE_URL": url,
        "PORT": str(free_port()), "SECRET_KEY": "the key of the benchmark alone", "DISCORD_TOKEN": TOKEN,
        "DISCORD_API_URL": discord.api_url, "DISCORD_GATEWAY_URL": discord.gateway_url,
    }  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="labkeeper-bench-") as directory:
        command = [sys.executable, "-m", "bot", "run", *arguments]
        process = subprocess.Popen(command, cwd=directory, env=environment, stderr=subprocess.DEVNULL)
        with _connected(discord, process):
            yield process


@contextmanager
def _connected(discord: Discord, process: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """Until it has told its commands and sits at the gateway, and to its end."""
    try:
        wanted = "lab-admin" if "bot" in process.args else "lab"
        discord.wait_until(lambda: discord.sessions() and _is_told(discord, wanted), 30)
        yield process
    finally:
        process.terminate()
        process.wait(30)
        discord.wait_until(lambda: not discord.sessions(), 30)


def _is_told(discord: Discord, name: str) -> bool:
    return any(command.name == name for command in discord.commands(APP))


def _latencies(discord: Discord, seconds: float) -> Reading:
    body = discord.person(ANA)._invocation("lab task new", GENERAL, SAID)
    for _ in range(100):
        _once(discord, body)
    return [(callers, _measure(discord, body, callers, seconds)) for callers in (1, 16)]


def _measure(discord: Discord, body: dict[str, Any], callers: int, seconds: float) -> Timing:
    latencies: list[float] = []
    started = time.perf_counter()

    def call() -> None:
        while time.perf_counter() - started < seconds:
            latencies.append(_once(discord, body))

    threads = [threading.Thread(target=call) for _ in range(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Timing(tuple(sorted(latencies)), time.perf_counter() - started)


def _once(discord: Discord, body: dict[str, Any]) -> float:
    """From the dispatch to the first answer, which must be a message."""
    number = discord.start_interaction(APP, "command", ANA, GENERAL, body).id
    while True:
        version = discord.version()
        interaction = discord.interaction(number)
        if interaction.response:
            break
        if discord.now() - interaction.at > 5:
            raise RuntimeError("no answer")
        discord.wait_change(version, 1.0)
    if interaction.response != "message":
        raise RuntimeError(f"answered by {interaction.response}")
    return interaction.answered_at - interaction.at


def _invoke(discord: Discord, path: str, options: dict[str, str]) -> None:
    _once(discord, discord.person(ANA)._invocation(path, GENERAL, options))


def _deliver_queue(url: str, discord: Discord, posts: int) -> None:
    """Everything queued before the worker starts. Discord takes five messages in five seconds of a channel and fifty
    requests a second of a bot."""
    channels = [f"16000000000000{number:05}" for number in range(CHANNELS)]
    for channel in channels:
        discord.add_channel(channel, f"bench-{channel[-3:]}", GUILD)
    _queue(url, channels, posts)
    discord.enforce_rates()
    total = posts * len(channels)
    with _labkeeper(discord, url):
        ready = time.perf_counter()
        while (said := sum(len(discord.messages(channel)) for channel in channels)) < total:
            time.sleep(0.02)
            if time.perf_counter() - ready > 10 * posts + 60:
                raise RuntimeError(f"{said} of {total} were said")
    elapsed = time.perf_counter() - ready
    burst, window = BUCKETS["messages.create"]
    least = max((posts - 1) // burst * window, (total - GLOBAL[0]) / GLOBAL[0])
    refused = sum(call.status == 429 for call in discord.calls())
    print(
        f"  {total:,} posts over {len(channels)} channels: {elapsed:.1f} s, {elapsed / least:.2f} × the {least:.0f} s"
        f" that Discord's limits allow; {refused} refused with 429"
    )


def _queue(url: str, channels: list[str], posts: int) -> None:
    database = open_database(url, is_server=False)
    now = datetime.now(UTC)
    team = database.read_directory(lambda teams: teams.team_of_workspace("discord", GUILD)).result()
    assert team is not None
    for channel in channels:

        def add(work: Any, channel: str = channel) -> None:
            place = work.channels.ensure(ChannelRef("discord", GUILD, channel), channel, now)
            for number in range(posts):
                card = Card((f"Message {number}",))
                key = f"bench:{place.id}:{number}"
                new = NewDelivery(channel_id=place.id, kind=DeliveryKind.BROADCAST, dedupe_key=key, card=card)
                work.deliveries.add(new, now)

        database.write(add, team=team.id).result()
    database.close()
