"""Saying things in Slack: posts, edits, and looking for what may have been posted."""

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.platforms.slack.answers import ephemeral
from bot.platforms.slack.failures import NO_ANSWER, code_of, status_of
from bot.platforms.slack.grant import NoGrant
from bot.platforms.slack.render import render_card
from bot.platforms.slack.uploads import upload
from bot.platforms.slack.whispers import read_whisper
from bot.platforms.slack.workspaces import Workspaces
from bot.telemetry import LOOKS
from core.cards import Card
from core.deliveries import AnswerLost, DeliveryError, MessageGone, Picture, Post, Refused, TryLater
from core.ids import ChannelRef

log = structlog.get_logger()

# Seconds; shorter than the time an interrupted call is left alone before it is looked for.
TIMEOUT = 8
_EVENT_TYPE = "labkeeper_message"
_GONE = frozenset({"message_not_found", "thread_not_found", "cant_update_message", "invalid_thread_ts"})
# Slack's own trouble: the message may have been taken all the same.
_UNSURE = frozenset(
    {"internal_error", "fatal_error", "request_timeout", "service_unavailable", "team_added_to_org", "update_failed"}
)
# What passes, and says nothing of the message: the workspace writes too much, or is being moved.
_PASSING = frozenset({"message_limit_exceeded", "org_login_required", "external_channel_migrating"})
_PASSES_IN = timedelta(minutes=1)
# Slack has seen the id before, and knows of no message that came of it.
_NOTHING_CAME = frozenset({"duplicate_message_not_found", "duplicate_channel_not_found"})
# What an edit is told of a channel where a post is told the other.
_ALIKE = {"is_inactive": "is_archived"}
# As far as a channel is looked through. Slack shows an app outside its marketplace 15 messages a minute.
_PAGES, _MESSAGES = 8, 600
# After the moment from which on a message is looked for: before and behind it clocks may differ by two minutes.
_WINDOW = timedelta(minutes=5)


def make_client(token: str | None, api_url: str) -> AsyncWebClient:
    """Without retries of its own: the default one posts again after a dropped answer."""
    return AsyncWebClient(token=token, base_url=api_url, timeout=TIMEOUT, retry_handlers=[])


class _Place(NamedTuple):
    """In a history: the cursor of the next page, and how much was looked through before it."""

    cursor: str | None = None
    pages: int = 0
    messages: int = 0


class SlackChat:
    """A `core.ports.Chat`. `root` is the first word of the commands, as in `/lab`."""

    reads_messages = True

    def __init__(self, workspaces: Workspaces, *, root: str) -> None:
        self._workspaces = workspaces
        self._root = root
        # By marker, where a look that Slack broke off goes on.
        self._left_at: dict[str, _Place] = {}

    async def post(self, post: Post) -> str:
        if post.picture is not None and post.message is None:
            file = await upload(lambda ask: self._call(post.channel.workspace, ask), post, post.picture)
            if file is not None:
                return file
        message = render_card(post.card, root=self._root, people=post.people)
        content: dict[str, Any] = {"channel": post.channel.channel, "text": message.text, "blocks": message.blocks}
        where = post.channel.workspace
        if post.message is not None:
            await self._call(where, lambda client: client.chat_update(ts=post.message or "", **content))
            return post.message
        content |= {
            "thread_ts": post.thread, "reply_broadcast": post.shows_in_channel if post.thread else None,
            "unfurl_links": False, "unfurl_media": False,
            "metadata": {"event_type": _EVENT_TYPE, "event_payload": {"marker": post.marker}},
        }  # fmt: skip
        known_as = str(uuid.uuid5(uuid.NAMESPACE_URL, post.marker))
        try:
            answer = await self._call(
                where, lambda client: client.chat_postMessage(client_msg_id=known_as, **content)
            )  # fmt: skip
        except Refused as error:
            if error.code not in _NOTHING_CAME:
                raise
            answer = await self._call(where, lambda client: client.chat_postMessage(**content))
        message_id = str(_field(answer, "ts"))
        if post.thread is not None and not (answer.get("message") or {}).get("thread_ts"):
            # The root was deleted: Slack posts the reply to the channel instead, and says so only in this way.
            channel = _field(answer, "channel")
            await self._call(where, lambda client: client.chat_delete(channel=channel, ts=message_id))
            raise MessageGone("thread_not_found")
        return message_id

    async def look_in(self, channel: ChannelRef) -> None:
        answer = await self._call(
            channel.workspace, lambda client: client.conversations_info(channel=channel.channel)
        )  # fmt: skip
        found = answer.get("channel") or {}
        if found.get("is_archived"):
            raise Refused("is_archived")
        if not (found.get("is_member") or found.get("is_im")):
            raise Refused("not_in_channel")

    async def answer(self, address: str, card: Card) -> None:
        """At a response_url, which Slack takes five times within half an hour; or as a whisper."""
        whisper = read_whisper(address)
        if whisper is not None:
            await self.whisper(whisper.channel, whisper.user, card, thread=whisper.thread)
            return
        client = AsyncWebhookClient(address, timeout=TIMEOUT, retry_handlers=[])
        answer = await _told(client.send_dict(ephemeral(card, root=self._root)))
        if answer.status_code == 429:
            raise TryLater(_retry_after(answer))
        if answer.status_code >= 500:
            raise AnswerLost(f"http_{answer.status_code}")
        if answer.status_code != 200:
            # The address itself is a secret and stays out of what is raised.
            raise Refused(f"http_{answer.status_code}")

    async def whisper(self, channel: ChannelRef, user: str, card: Card, *, thread: str = "") -> None:
        """In the channel or thread, for one person's eyes; it is gone when they load it anew."""
        message = render_card(card, root=self._root)
        await self._call(
            channel.workspace,
            lambda client: client.chat_postEphemeral(
                channel=channel.channel, user=user, text=message.text, blocks=message.blocks, thread_ts=thread or None
            ),
        )

    async def find(self, post: Post, *, since: datetime) -> str | None:
        try:
            async for message in self._messages(post, since):
                payload = (message.get("metadata") or {}).get("event_payload") or {}
                if payload.get("marker") == post.marker or _shows(message, post.picture):
                    LOOKS.labels(outcome="found").inc()
                    self._left_at.pop(post.marker, None)
                    return str(message["ts"])
        except (Refused, MessageGone) as error:
            # A history that cannot be read: rather a message twice than none, and it is counted.
            log.warning("cannot look for a message", channel=post.channel.channel, reason=str(error))
            LOOKS.labels(outcome="blind").inc()
            self._left_at.pop(post.marker, None)
            return None
        LOOKS.labels(outcome="missing").inc()
        return None

    async def _messages(self, post: Post, since: datetime) -> AsyncIterator[dict[str, Any]]:
        channel = await self._conversation(post.channel)
        place = self._left_at.get(post.marker, _Place())
        while place.pages < _PAGES and place.messages < _MESSAGES:
            self._left_at[post.marker] = place
            asked: dict[str, Any] = {
                "channel": channel, "oldest": _stamp(since), "latest": _stamp(since + _WINDOW), "limit": 200,
                "cursor": place.cursor, "include_all_metadata": True,
            }  # fmt: skip
            answer = await self._call(post.channel.workspace, _reading(post.thread, asked))
            messages = _field(answer, "messages")
            for message in messages:
                yield message
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                break
            place = _Place(cursor, place.pages + 1, place.messages + len(messages))
        self._left_at.pop(post.marker, None)

    async def _conversation(self, ref: ChannelRef) -> str:
        """A direct message is addressed by the person; its history is under a channel of its own."""
        if not ref.channel.startswith(("U", "W")):
            return ref.channel
        answer = await self._call(ref.workspace, lambda client: client.conversations_open(users=ref.channel))
        return str(_field(answer, "channel")["id"])

    async def _call(self, workspace: str, ask: Callable[[AsyncWebClient], Awaitable[Any]]) -> Any:
        return await ask_slack(self._workspaces, workspace, ask)


def _stamp(at: datetime) -> str:
    return f"{at.timestamp():.6f}"


def _shows(message: dict[str, Any], picture: Picture | None) -> bool:
    """A file has no metadata of ours; its name is its own."""
    return picture is not None and any(file.get("name") == picture.name for file in message.get("files") or ())


def _reading(thread: str | None, asked: dict[str, Any]) -> Callable[[AsyncWebClient], Awaitable[Any]]:
    if thread is None:
        return lambda client: client.conversations_history(**asked)
    return lambda client: client.conversations_replies(ts=thread, **asked)


async def ask_slack(workspaces: Workspaces, workspace: str, ask: Callable[[AsyncWebClient], Awaitable[Any]]) -> Any:
    """Slack's answer to a call with the workspace's token. Raises `DeliveryError`."""
    try:
        return await _told(workspaces.call(workspace, ask))
    except NoGrant as error:
        raise error.as_delivery_error() from error


async def _told(call: Awaitable[Any]) -> Any:
    try:
        return await call
    except SlackApiError as error:
        raise _delivery_error(error) from error
    except aiohttp.ClientConnectorError as error:
        raise TryLater from error
    except NO_ANSWER as error:
        raise AnswerLost from error


def _field(answer: Any, name: str) -> Any:
    value = answer.get(name)
    if value is None:
        raise AnswerLost(f"an answer without {name}")
    return value


def _delivery_error(error: SlackApiError) -> DeliveryError:
    """Slack's own word where its answer can be read; what stands before Slack answers in its own ways."""
    code, status = code_of(error), status_of(error)
    if status == 429 or code in ("ratelimited", "rate_limited"):
        return TryLater(_retry_after(error.response))
    if status >= 500 or code in _UNSURE or (not code and status < 400):
        return AnswerLost(code or f"http_{status}")
    if code in _GONE:
        return MessageGone(code)
    if code in _PASSING:
        return TryLater(_PASSES_IN)
    return Refused(_ALIKE.get(code, code) or f"http_{status}")


def _retry_after(response: Any) -> timedelta:
    headers = {str(name).lower(): value for name, value in (getattr(response, "headers", None) or {}).items()}
    try:
        return timedelta(seconds=max(1, int(headers.get("retry-after", 1))))
    except ValueError:
        return timedelta(seconds=1)
