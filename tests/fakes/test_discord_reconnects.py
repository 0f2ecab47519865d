"""What discord.py makes of a gateway that misbehaves: how each of its connections ends is known from here."""

from collections.abc import Iterator

import discord
import pytest

from tests.fakes.discord.discord import Discord
from tests.fakes.discord.server import DiscordServer
from tests.fakes.discord.small_app import INTENTS, SmallApp, running
from tests.fakes.discord.small_guild import ANA, APP, GENERAL, GUILD, add_small_guild


@pytest.fixture
def server() -> Iterator[Discord]:
    with DiscordServer() as server:
        add_small_guild(server)
        yield server


def test_it_resumes_after_a_drop_and_hears_what_it_missed(server: Discord) -> None:
    with running(server) as app:
        server.drop_gateway()
        app.wait(lambda: app.client.count("resumed"))
        server.ask_reconnect()
        app.wait(lambda: app.client.count("resumed") == 2)
        assert server.person(ANA).command("echo say", GENERAL, words="still here").text == "still here"
        assert [one.resumes for one in server.sessions()] == [2]
        assert [one.is_compressed for one in server.sessions()] == [True]


def test_an_interaction_that_was_told_while_it_was_away_comes_on_resume(server: Discord) -> None:
    with running(server) as app:
        server.refuse_gateway()
        server.drop_gateway()
        server.wait_until(lambda: not server.sessions())
        interaction = server.person(ANA).begin_command("echo say", GENERAL, words="while away")
        server.refuse_gateway(False)
        assert server.wait_until(lambda: server.interaction(interaction.id).response) == "message"
        assert app.client.count("ready") == 1


def test_an_invalid_session_begins_anew(server: Discord) -> None:
    with running(server) as app:
        server.invalidate()
        app.wait(lambda: app.client.count("ready") == 2)
        assert [one.is_over for one in server.sessions(with_over=True)] == [True, False]


def test_a_half_open_connection_is_found_by_its_heartbeats(server: Discord) -> None:
    server.set_heartbeat(100)
    with running(server, SmallApp(heartbeat_timeout=0.4)) as app:
        server.freeze_gateway()
        app.wait(lambda: app.client.count("resumed"))


def test_a_revoked_token_ends_it(server: Discord) -> None:
    with running(server) as app:
        server.revoke_token(APP)
        error = app.ended()
        assert isinstance(error, discord.ConnectionClosed)
        assert error.code == 4004
    with running(server, is_ready=False) as again:
        assert isinstance(again.ended(), discord.LoginFailure)


def test_a_malformed_dispatch_ends_it(server: Discord) -> None:
    with running(server) as app:
        server.tell("INTERACTION_CREATE", {"id": "1"})
        assert isinstance(app.ended(), KeyError)


def test_a_privileged_intent_that_was_not_turned_on(server: Discord) -> None:
    intents = discord.Intents(INTENTS.value)
    intents.message_content = True
    with running(server, SmallApp(intents), is_ready=False) as app:
        assert isinstance(app.ended(), discord.PrivilegedIntentsRequired)


def test_an_outage_of_a_guild_is_no_leaving(server: Discord) -> None:
    with running(server) as app:
        server.set_available(GUILD, False)
        server.set_available(GUILD, True)
        app.wait(lambda: [one.unavailable for one in app.client.guilds] == [False])
        assert app.client.count("remove") == app.client.count("join") == 0
