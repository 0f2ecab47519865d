"""The floor of the Discord benchmark, a process of its own: the least that discord.py itself can do with a command."""

import argparse
import asyncio
from typing import Any

import discord
import uvloop
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route


class Echo(discord.Client):
    def __init__(self) -> None:
        super().__init__(intents=discord.Intents(guilds=True, guild_messages=True), max_messages=None)
        self.tree = app_commands.CommandTree(self)
        lab = app_commands.Group(name="lab", description="The floor")
        task = app_commands.Group(name="task", description="The floor", parent=lab)
        self.tree.add_command(lab)

        @task.command(name="new", description="Says it back")
        async def new(interaction: discord.Interaction[Any], title: str, kind: str, box: str, project: str) -> None:
            await interaction.response.send_message(title, ephemeral=True)

    async def setup_hook(self) -> None:
        await self.tree.sync()


async def main(api_url: str, gateway_url: str, token: str) -> None:
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = api_url, yarl.URL(gateway_url)
    async with Echo() as client:
        await client.start(token)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    for name in ("api_url", "gateway_url", "token"):
        parser.add_argument(name)
    arguments = parser.parse_args()
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    asyncio.run(main(arguments.api_url, arguments.gateway_url, arguments.token))
