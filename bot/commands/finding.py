"""`/lab finding …`: what was learned, written down, revised and found again."""

from typing import Annotated

from bot.cards.finding import finding_card, findings_card
from bot.command import Arg, Rest, Word, command
from bot.context import Context
from bot.values import ProjectKey
from core.cards import Card
from core.findings import find_finding, list_findings, revise_finding, search_findings, write_finding
from core.ids import TaskKey
from core.ports import UnitOfWork

WHICH = Word("Its number", "7")
TITLE = Arg("Its title, if not the first heading", is_asked=True)


@command("finding write", help="Write down what was found out")
async def write(
    ctx: Context,
    task: Annotated[TaskKey, Word("About which task", "CHURN-12")],
    text: Annotated[str, Rest("What was found out, in Markdown", "Tails are label noise", is_long=True)],
    title: Annotated[str | None, TITLE] = None,
) -> Card:
    return finding_card(await ctx.do(write_finding, task=task, text=text, title=title), "Kept.")


def page_of(work: UnitOfWork, *, finding: int) -> dict[str, str]:
    """Whoever revises a page begins with what it says."""
    page = find_finding(work, finding).page
    return {"text": page.body, "title": page.title}


@command("finding edit", help="Revise a finding; the old text is kept", fill=page_of)
async def edit(
    ctx: Context,
    finding: Annotated[int, WHICH],
    text: Annotated[str, Rest("The whole new text, in Markdown", "Half of the tails are noise", is_long=True)],
    title: Annotated[str | None, TITLE] = None,
) -> Card:
    revised, is_new = await ctx.do(revise_finding, number=finding, text=text, title=title)
    return finding_card(revised, "Revised." if is_new else "It says that already: nothing was changed.")


@command("finding show", help="Read a finding")
async def show(
    ctx: Context,
    finding: Annotated[int, WHICH],
    revision: Annotated[int | None, Arg("An earlier revision")] = None,
) -> Card:
    return finding_card(await ctx.read(find_finding, number=finding, revision=revision))


@command("finding search", help="Look for findings by their words")
async def search(ctx: Context, words: Annotated[str, Rest("Words, or how they begin", "focal loss")]) -> Card:
    found = await ctx.read(search_findings, text=words)
    return findings_card(found, none="No finding has all of these words.")


@command("finding list", help="The newest findings", is_default=True)
async def list_(
    ctx: Context, project: Annotated[ProjectKey | None, Word("In which project", "CHURN")] = None
) -> Card:  # fmt: skip
    return findings_card(await ctx.read(list_findings, project=project), none="There is no finding yet.")
