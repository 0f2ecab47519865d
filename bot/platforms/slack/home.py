"""The Home tab: what the board has for one person, published when they look and after they pressed something in it."""

from dataclasses import dataclass
from typing import Any

import structlog

from bot.cards.home import HomeSection, home_sections
from bot.cards.refusal import refusal_card
from bot.platforms.slack.clip import Element
from bot.platforms.slack.elements import plain
from bot.platforms.slack.forms import render_result
from bot.platforms.slack.payload import part
from bot.platforms.slack.private import Private
from bot.platforms.slack.reception import Reception
from bot.platforms.slack.render import render_card
from bot.platforms.slack.request import SlackRequest
from bot.platforms.slack.views import SlackViews
from core.cards import Card
from core.deliveries import DeliveryError, Refused
from core.errors import NotAllowed, UserError
from core.home import HomeView, view_home

log = structlog.get_logger()

BLOCKS = 100
_TRIES = 5


@dataclass(frozen=True)
class Home:
    reception: Reception
    views: SlackViews
    private: Private

    def opened(self, body: dict[str, Any]) -> None:
        """Nothing is lost if it does not come about: it is published whenever somebody looks."""
        event = body["event"]
        if event.get("tab") == "home" and event.get("user"):
            seen = str(part(event, "view").get("hash") or "")
            self.private.start(self.show(body["team_id"], str(event["user"]), seen))

    async def answer(self, request: SlackRequest, card: Card) -> None:
        """To a press in Home, where Slack takes no private answer: in a modal, else in the direct messages."""
        if not await self.views.open(request.workspace, request.trigger, render_result(card, root=self.reception.root)):
            await self.private.direct(request, card)
        await self.show(request.workspace, request.user, request.home_hash)

    async def show(self, workspace: str, user: str, seen: str = "") -> None:
        """`seen` is the hash of what stood there before the board was read.

        So an older state never takes the place of a newer. Where something else stands there by now, or nobody knows
        what does, the board is read once more after it was published, until nothing changed meanwhile.
        """
        shown: Element | None = None
        try:
            for _ in range(_TRIES):
                view = await self._view(workspace, user)
                if view == shown:
                    return
                try:
                    published = await self.views.publish(workspace, user, view, seen)
                except Refused as error:
                    if error.code != "hash_conflict":
                        raise
                    seen, shown = "", None
                    continue
                if seen:
                    return
                seen, shown = published, view
        except (DeliveryError, UserError) as error:
            log.warning("a Home was not published", reason=f"{type(error).__name__} {error}")

    async def _view(self, workspace: str, user: str) -> Element:
        try:
            _, member = await self.reception.people.look(workspace, user)
        except NotAllowed as error:
            return _home(render_card(refusal_card(error), root=self.reception.root, prefix="home").blocks)
        member_id = member.id if member else None
        found = await self.reception.read(workspace, view_home, member_id=member_id)
        return render_home(home_sections(found or HomeView(has_projects=False)), root=self.reception.root)


def render_home(sections: tuple[HomeSection, ...], *, root: str) -> Element:
    blocks: list[Element] = []
    left = 0
    for number, section in enumerate(sections, start=1):
        prefix = f"home-{number}"
        blocks.append({"type": "header", "block_id": prefix, "text": plain(section.title)})
        for place, card in enumerate((*section.cards, *([section.rest] if section.rest else ())), start=1):
            drawn = render_card(card, root=root, prefix=f"{prefix}-{place}").blocks
            if left or len(blocks) + len(drawn) >= BLOCKS:
                left += 1
            else:
                blocks += drawn
    return _home([*blocks[: BLOCKS - 1], *(_rest(left, root) if left else ())])


def _rest(left: int, root: str) -> list[Element]:
    return render_card(Card((f"and {left:,} more",)), root=root, prefix="home-rest").blocks


def _home(blocks: list[Element]) -> Element:
    return {"type": "home", "callback_id": "home", "blocks": blocks}
