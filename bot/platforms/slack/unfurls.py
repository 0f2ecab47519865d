"""Links to the board in messages: each is shown with its task, to the people of that task's team."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import structlog

from bot.board_links import task_at
from bot.cards.board import board_card
from bot.platforms.slack.clip import Element, cut
from bot.platforms.slack.conversations import Conversations
from bot.platforms.slack.elements import plain
from bot.platforms.slack.fallback import plain_lines
from bot.platforms.slack.payload import parts
from bot.platforms.slack.private import Private
from bot.platforms.slack.reception import Reception
from core.cards import Card
from core.deliveries import DeliveryError
from core.errors import UserError
from core.ids import TaskKey
from core.ports import UnitOfWork
from core.task_views import measured

log = structlog.get_logger()

# More links than that in one message are a list, and speak for themselves.
_MOST = 10
_TEXT = 3_000


@dataclass(frozen=True)
class Unfurls:
    reception: Reception
    conversations: Conversations
    private: Private

    def receive(self, body: dict[str, Any]) -> None:
        """Nothing is lost if it does not come about but a preview."""
        links = dict(self._links(body["event"]))
        if links:
            self.private.start(self._show(body["team_id"], body["event"], links))

    def _links(self, event: dict[str, Any]) -> Iterator[tuple[str, TaskKey]]:
        address = self.reception.ports.public_url
        for link in parts(event, "links")[:_MOST] if address else ():
            url = str(link.get("url") or "")
            key = task_at(address or "", url)
            if key is not None:
                yield url, key

    async def _show(self, workspace: str, event: dict[str, Any], links: dict[str, TaskKey]) -> None:
        try:
            # Whoever may not use the board cannot look at it by guessing addresses either.
            await self.reception.people.look(workspace, str(event.get("user") or ""))
            unfurls = {url: shown async for url, shown in self._previews(workspace, links)}
            if unfurls:
                await self.conversations.unfurl(workspace, _place(event), unfurls)
        except (UserError, DeliveryError) as error:
            log.info("a link was not shown", reason=f"{type(error).__name__} {error}")

    async def _previews(self, workspace: str, links: dict[str, TaskKey]) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        for url, key in links.items():
            card = await self.reception.read(workspace, task_preview, key=key)
            if card is not None:
                yield url, _render(card, root=self.reception.root)


def task_preview(work: UnitOfWork, *, key: TaskKey) -> Card | None:
    """None where this team has no such task."""
    task = work.tasks.get(key)
    return board_card(task, work.blockers.open_ones(task.id), measured(work, task)) if task else None


def _render(card: Card, *, root: str) -> dict[str, Any]:
    """Slack refuses rich text and buttons in unfurls (invalid_blocks), so it is plain text, which is never parsed."""
    title, *lines = plain_lines(card, root=root)
    blocks: list[Element] = [{"type": "section", "text": plain(cut(title, _TEXT))}]
    if lines:
        blocks.append({"type": "context", "elements": [plain(cut("\n".join(lines), _TEXT))]})
    return {"blocks": blocks}


def _place(event: dict[str, Any]) -> dict[str, str]:
    """Also while the message is being written, when there is no message yet."""
    if event.get("unfurl_id") and event.get("source"):
        return {"unfurl_id": str(event["unfurl_id"]), "source": str(event["source"])}
    return {"channel": str(event.get("channel") or ""), "ts": str(event.get("message_ts") or "")}
