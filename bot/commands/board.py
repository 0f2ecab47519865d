"""`/lab board`: the way to the board's pages, for one person."""

from typing import Annotated

from bot.board_access import BOARD, LINK_VALID, Visitor
from bot.board_links import task_path
from bot.cards.entry import entry_card
from bot.command import Word, command
from bot.context import Context
from core.cards import Card
from core.ids import TaskKey
from core.task_search import find_task


@command("board", help="Open the board in your browser", is_personal=True)
async def board(
    ctx: Context, task: Annotated[TaskKey | None, Word("Which task, if not all of them", "CHURN-12")] = None
) -> Card:
    found = await ctx.read(find_task, key=task) if task else None
    visitor = Visitor(ctx.team.id, ctx.actor.member_id or 0, ctx.actor.name)
    url = ctx.ports.board.link(visitor, path=task_path(found.key) if found else BOARD)
    return entry_card(url, task=found, valid=LINK_VALID, is_reachable=ctx.ports.public_url is not None)
