"""A guild to begin with: Acme, where Ana is the owner, Ben a member, and the bot can write in #general.

It cannot write in #attic and does not see #board; #tasks is a forum.
"""

from typing import TYPE_CHECKING

from tests.fakes.discord.records import User

if TYPE_CHECKING:
    from tests.fakes.discord.discord import Discord

APP, TOKEN = "1100000000000000001", "bot-token-of-labkeeper"
GUILD = "1200000000000000001"
ANA, BEN, GUS, FAY, OTHER_BOT = (f"130000000000000000{number}" for number in range(1, 6))
GENERAL, RANDOM, ATTIC, BOARD, TASKS = (f"140000000000000000{number}" for number in range(1, 6))
TAGS = ("1500000000000000001 research", "1500000000000000002 production")


def add_small_guild(discord: "Discord", guild: str = GUILD, app: str = APP) -> None:
    """Ana owns it, Ben and Gus are members, Fay is not in it."""
    discord.add_application(app, "labkeeper", TOKEN)
    for user in (
        User(ANA, "ana", "Ana Admin"),
        User(BEN, "ben", "Ben Member", locale="de"),
        User(GUS, "gus", "Gus Guest"),
        User(FAY, "fay", "Fay Former"),
        User(OTHER_BOT, "deploybot", "Deploy Bot", is_bot=True),
    ):
        discord.add_user(user)
    discord.add_guild(guild, "Acme", ANA, (app,))
    for user in (BEN, GUS, OTHER_BOT):
        discord.add_member(guild, user)
    discord.add_channel(GENERAL, "general", guild)
    discord.add_channel(RANDOM, "random", guild)
    discord.add_channel(ATTIC, "attic", guild)
    discord.add_channel(BOARD, "board", guild)
    discord.add_channel(TASKS, "tasks", guild, "forum", tags=TAGS)
    discord.overwrite(ATTIC, app, deny=("send_messages", "send_messages_in_threads"))
    discord.overwrite(BOARD, app, deny=("view_channel",))
