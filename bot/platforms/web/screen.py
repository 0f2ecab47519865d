"""What somebody sees: the page as it is opened, a channel's messages, and how many are unread elsewhere."""

import json
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from bot.board_access import Visitor
from bot.menus import MENUS
from bot.platforms.web.board_site import begin_visit
from bot.platforms.web.cards import render_block, render_card
from bot.platforms.web.chat import WebChat
from bot.platforms.web.dialogs import Dialog
from bot.platforms.web.messages import Messages
from bot.platforms.web.pages import page, render_page
from bot.platforms.web.people import BOT, CHANNEL_NAMES, CHANNELS, PERSONAS, Channel
from bot.platforms.web.reception import Reception
from bot.platforms.web.request import WebRequest
from core.cards import Card
from core.errors import Unavailable
from core.local_chat import LocalMessage
from core.ports import UnitOfWork
from core.projects import list_projects

# Messages that are shown at once; older ones follow when somebody scrolls up.
PAGE = 50
# Letters of a picture's name.
_DIGEST = 64
_MOST_UNREAD = 100
_MOST_IN_THREAD = 300


@dataclass(frozen=True, slots=True)
class Seen:
    """One look at the database."""

    messages: tuple[LocalMessage, ...]
    stamp: int
    unread: dict[str, int]
    root: LocalMessage | None
    member: int
    has_projects: bool


@dataclass(frozen=True)
class Screen:
    reception: Reception
    chat: WebChat
    drawn: Messages
    # Stands above what is said, in every channel.
    pinned: Card | None = None

    async def open(self, request: Request) -> Response:
        """The whole page, for whoever the address says: so several windows may be several people."""
        asked = request.query_params
        subject = asked.get("as", "")
        persona = next((one for one in PERSONAS if one.subject == subject), PERSONAS[0])
        channel = asked.get("channel", "")
        channel = channel if channel in CHANNEL_NAMES else persona.subject if channel else CHANNELS[0].name
        number = asked.get("message", "")
        thread = int(number) if number.isascii() and number.isdecimal() and len(number) < 18 else None
        wanted = WebRequest(persona.subject, channel, thread)
        speaker = await self.reception.speaker(wanted)
        seen = await self.reception.read(look, request=wanted, member=speaker.member.id)
        state = {
            "as": persona.subject, "channel": channel, "stamp": seen.stamp, "member": seen.member,
            "thread": seen.root.id if seen.root else None, "root": self.reception.root,
            "page": PAGE, "name": persona.name,
            "channels": {one.name: one.topic for one in CHANNELS},
            "menus": [{"id": menu.callback, "name": menu.name, "about": menu.description} for menu in MENUS],
        }  # fmt: skip
        response = page(
            "chat.html", me=persona, people=PERSONAS, channels=CHANNELS, here=place_of(wanted), seen=seen, bot=BOT,
            state=json.dumps(state), direct=persona.subject, channel=channel, root=self.reception.root,
            is_admin=speaker.actor.is_admin, drawn=[self.drawn.html(message) for message in seen.messages],
            is_whole=len(seen.messages) < PAGE, pinned=self.pinned, pinned_body=self.pinned_body(),
        )  # fmt: skip
        # Cards lead to the board; without a key to seal a visit with, it stays closed and says so.
        with suppress(Unavailable):
            visitor = Visitor(speaker.team.id, speaker.member.id, speaker.member.name)
            begin_visit(response, self.reception.ports.board, visitor)
        return response

    def pinned_body(self) -> Markup:
        blocks = self.pinned.blocks if self.pinned else ()
        return Markup("").join(render_block(block, root=self.reception.root, is_alive=True) for block in blocks)

    async def messages(self, request: WebRequest, *, before: int | None, after: int | None) -> dict[str, Any]:
        """A page of a channel, or with `request.thread` of a thread, whose root comes first. `whole` where nothing lies
        beyond it: nothing older, or behind `after` nothing newer."""
        if request.thread is not None:
            found = await self.reception.read(look_at_thread, request=request)
            return {"messages": [self.drawn.as_json(one) for one in found], "whole": True}
        place = request.channel, request.subject
        found = await self.reception.read(
            lambda work: (
                work.local_messages.page(*place, before=before, limit=PAGE)
                if after is None
                else work.local_messages.page_after(*place, after=after, limit=PAGE)
            )
        )
        return {"messages": [self.drawn.as_json(one) for one in found], "whole": len(found) < PAGE}

    async def read(self, request: WebRequest, message: int) -> dict[str, Any]:
        """Notes how far somebody has read; how much there is unread."""
        await self.chat.write(
            lambda work: work.local_messages.mark_read(request.subject, request.channel, message)
        )  # fmt: skip
        return {"unread": await self.reception.read(count_unread, subject=request.subject)}

    async def picture(self, request: Request) -> Response:
        """By what it is made of, so it never changes."""
        name = request.path_params["id"]
        found = await self.reception.read(lambda work: work.images.get(name)) if len(name) == _DIGEST else None
        if found is None:
            return Response("There is no such picture.", 404)
        return Response(found, headers={"Cache-Control": "private, max-age=86400"}, media_type="image/png")

    def dialog(self, dialog: Dialog) -> dict[str, Any]:
        note = render_card(dialog.note, root=self.reception.root) if dialog.note else None
        form = dialog.form
        return {
            "html": render_page("dialog.html", form=form, note=note), "id": dialog.id, "root": form.root,
            "name": form.name, "kept": dict(form.kept), "channel": dialog.request.channel,
            "thread": dialog.request.thread,
        }  # fmt: skip


def look(work: UnitOfWork, *, request: WebRequest, member: int) -> Seen:
    stamp = work.local_messages.newest_stamp()
    root = work.local_messages.get(request.thread) if request.thread else None
    is_theirs = root is not None and root.channel == request.channel and root.only_for in ("", request.subject)
    return Seen(
        messages=work.local_messages.page(request.channel, request.subject, before=None, limit=PAGE), stamp=stamp,
        unread=count_unread(work, subject=request.subject), root=root if is_theirs else None, member=member,
        has_projects=bool(list_projects(work)),
    )  # fmt: skip


def look_at_thread(work: UnitOfWork, *, request: WebRequest) -> tuple[LocalMessage, ...]:
    root = work.local_messages.get(request.thread or 0)
    if root is None or root.deleted_at is not None or root.channel != request.channel:
        return ()
    if root.only_for not in ("", request.subject):
        return ()
    return (root, *work.local_messages.thread(root.id, request.subject, limit=_MOST_IN_THREAD))


def count_unread(work: UnitOfWork, *, subject: str) -> dict[str, int]:
    places = (*(channel.name for channel in CHANNELS), subject)
    return {place: work.local_messages.count_unread(subject, place, limit=_MOST_UNREAD) for place in places}


def place_of(request: WebRequest) -> Channel:
    if request.is_direct:
        return Channel(BOT, "What the bot tells you alone; say to it what you would say behind the slash")
    return next(channel for channel in CHANNELS if channel.name == request.channel)
