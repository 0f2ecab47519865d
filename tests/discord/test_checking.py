"""`labkeeper check` for Discord."""

import asyncio

import pytest

from bot.platforms.discord.check import check_discord
from tests.discord.harness import settings_for
from tests.fakes.discord.server import DiscordServer
from tests.fakes.discord.small_guild import APP, GUILD, add_small_guild


def test_the_check_says_who_the_bot_is_where_it_is_and_how_to_invite_it() -> None:
    with DiscordServer() as discord:
        add_small_guild(discord)
        lines = asyncio.run(check_discord(settings_for(discord, "sqlite:///x.db")))
    assert [level for level, _ in lines] == ["ok", "ok", "note", "ok"]
    text = "\n".join(words for _, words in lines)
    assert f"application {APP}" in text
    assert "in 1 server: Acme" in text
    assert f"client_id={APP}&scope=bot+applications.commands&permissions=309237746688" in text
    assert "1 shard" in text


@pytest.mark.parametrize("trouble", ["revoked", "alone"])
def test_the_check_says_what_is_wrong(trouble: str) -> None:
    with DiscordServer() as discord:
        add_small_guild(discord)
        if trouble == "revoked":
            discord.revoke_token(APP)
        else:
            discord.remove_bot(GUILD, APP)
        lines = asyncio.run(check_discord(settings_for(discord, "sqlite:///x.db")))
    (problem,) = [words for level, words in lines if level == "problem"]
    assert ("DISCORD_TOKEN" if trouble == "revoked" else "in no server") in problem
