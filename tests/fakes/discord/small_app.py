"""A small application made with discord.py itself, for the tests of the fake; it knows nothing of Labkeeper."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from tests.fakes.discord.discord import Discord
from tests.fakes.discord.small_guild import TOKEN

T = TypeVar("T")

INTENTS = discord.Intents(guilds=True, guild_messages=True, dm_messages=True, guild_reactions=True)


class SmallApp(discord.Client):
    """`/echo say`, `/echo later`, `/echo form`, a button, a menu entry; what it was told is in `heard`."""

    def __init__(self, intents: discord.Intents = INTENTS, **options: Any) -> None:
        super().__init__(intents=intents, allowed_mentions=discord.AllowedMentions.none(), **options)
        # Half a minute is the library's wait for guilds that never come.
        self._connection.guild_ready_timeout = 0.05
        self.tree = app_commands.CommandTree(self)
        self.heard: list[tuple[str, Any]] = []
        self.tree.add_command(_echo(self))
        self.tree.add_command(app_commands.ContextMenu(name="Repeat", callback=_repeat))

    async def setup_hook(self) -> None:
        self.add_dynamic_items(Again)
        await self.tree.sync()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """The library waits five seconds before every identify but the first."""

    async def on_ready(self) -> None:
        self.note("ready", None)

    async def on_resumed(self) -> None:
        self.note("resumed", None)

    async def on_message(self, message: discord.Message) -> None:
        self.note("message", message)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        self.note("join", guild.id)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        self.note("remove", guild.id)

    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        self.note("delete", payload.message_id)

    async def on_raw_reaction_add(self, payload: discord.RawReactionActionEvent) -> None:
        self.note("reaction", str(payload.emoji))

    def note(self, kind: str, what: Any) -> None:
        self.heard.append((kind, what))

    def count(self, kind: str) -> int:
        return sum(one == kind for one, _ in self.heard)


class Again(discord.ui.DynamicItem[discord.ui.Button], template=r"again:(?P<word>\w+)"):
    """A button that works after any restart."""

    def __init__(self, word: str) -> None:
        super().__init__(discord.ui.Button(label="Again", custom_id=f"again:{word}"))
        self.word = word

    @classmethod
    async def from_custom_id(cls, interaction: Any, item: Any, match: Any) -> "Again":
        return cls(match["word"])

    async def callback(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"again {self.word}", ephemeral=True)


class Words(discord.ui.Modal, title="What to say"):
    words: Any = discord.ui.Label(text="Words", component=discord.ui.TextInput(custom_id="words", max_length=20))

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"from a form: {self.words.component.value}", ephemeral=True)


def _echo(app: SmallApp) -> app_commands.Group:
    group = app_commands.Group(name="echo", description="Says it back")

    @group.command(name="say", description="At once")
    async def say(interaction: discord.Interaction, words: str, who: discord.Member | None = None) -> None:
        view = discord.ui.View(timeout=None).add_item(Again("hello"))
        await interaction.response.send_message(f"{words} {who.mention if who else ''}".strip(), view=view)

    @say.autocomplete("words")
    async def complete(interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=f"{typed}{one}", value=f"{typed}{one}") for one in "ab"]

    @group.command(name="later", description="After a moment")
    async def later(interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True)
        await interaction.edit_original_response(content="there it is")
        await interaction.followup.send("and more", ephemeral=True)

    @group.command(name="form", description="Asks for words")
    async def form(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Words())

    @group.command(name="silent", description="Says nothing")
    async def silent(interaction: discord.Interaction) -> None:
        app.note("silent", interaction)

    return group


async def _repeat(interaction: discord.Interaction, message: discord.Message) -> None:
    await interaction.response.send_message(f"repeated: {message.content}", ephemeral=True)


class Running:
    """A client on a loop of its own."""

    def __init__(self, client: SmallApp) -> None:
        self.client = client
        self.loop = asyncio.new_event_loop()
        self.error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(timeout=20)

    def wait(self, condition: Callable[[], T], timeout: float = 5.0) -> T:
        """Asked on the client's loop, so that nothing is half done."""

        async def look() -> T:
            async with asyncio.timeout(timeout):
                while not (value := condition()):  # noqa: ASYNC110
                    await asyncio.sleep(0.005)
                return value

        return self.run(look())

    def ended(self) -> BaseException | None:
        """What it ended with."""
        self._thread.join(timeout=5)
        assert not self._thread.is_alive(), "it goes on"
        return self.error

    def stop(self) -> None:
        if self._thread.is_alive():
            asyncio.run_coroutine_threadsafe(self.client.close(), self.loop).result(timeout=10)
        self._thread.join(timeout=10)

    def _run(self) -> None:
        async def live() -> None:
            try:
                async with self.client:
                    await self.client.start(TOKEN)
            except BaseException as error:
                self.error = error

        with asyncio.Runner(loop_factory=lambda: self.loop) as runner:
            runner.run(live())


@contextmanager
def pointed_at(server: Discord) -> Iterator[None]:
    """discord.py's addresses, which are the whole process's."""
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = server.api_url, yarl.URL(server.gateway_url)
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before


@contextmanager
def running(server: Discord, client: SmallApp | None = None, *, is_ready: bool = True) -> Iterator[Running]:
    with pointed_at(server):
        made = Running(client or SmallApp())
        try:
            if is_ready:
                made.wait(lambda: made.client.count("ready") or made.error)
                assert made.error is None, made.error
            yield made
        finally:
            made.stop()
