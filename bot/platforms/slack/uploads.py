"""A picture in a thread, in Slack's three steps; only the last one shows it to anybody."""

from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from core.deliveries import Picture, Post, Refused, TryLater

log = structlog.get_logger()

Ask = Callable[[AsyncWebClient], Awaitable[Any]]
# Seconds.
TIMEOUT = 8
# Slack's reference of files.getUploadURLExternal.
_ALT_TEXT = 1_000
# The workspace takes no pictures from us, though it takes messages.
_NO_FILES = frozenset(
    {
        "missing_scope", "file_uploads_disabled", "file_uploads_except_images_disabled", "file_type_not_allowed",
        "storage_limit_reached", "file_upload_size_restricted",
    }
)  # fmt: skip


async def upload(call: Callable[[Ask], Awaitable[Any]], post: Post, picture: Picture) -> str | None:
    """The file's id; None where the workspace takes no files, and words must do. Raises `DeliveryError`."""
    try:
        given = await call(
            lambda client: client.files_getUploadURLExternal(
                filename=picture.name, length=len(picture.png), alt_txt=picture.alt[:_ALT_TEXT]
            )
        )
        await _send(str(given["upload_url"]), picture.png)
        await call(
            lambda client: client.files_completeUploadExternal(
                files=[{"id": str(given["file_id"]), "title": picture.title}],
                channel_id=post.channel.channel,
                thread_ts=post.thread,
            )
        )
    except Refused as error:
        if error.code not in _NO_FILES:
            raise
        log.warning("a picture was not taken; its words are posted", channel=post.channel.channel, reason=error.code)
        return None
    return str(given["file_id"])


async def _send(address: str, png: bytes) -> None:
    """What fails here is seen by nobody, so it is tried again from the beginning."""
    timeout = aiohttp.ClientTimeout(total=TIMEOUT)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(address, data=png, headers={"Content-Type": "application/octet-stream"}) as answer,
        ):
            if answer.status != 200:
                raise TryLater
    except (aiohttp.ClientError, TimeoutError) as error:
        raise TryLater from error
