"""The three steps of an upload: ask for an address, send the bytes there (`receive`), say what and where it is."""

import base64
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.fakes.slack.calls import MethodCall
from tests.fakes.slack.content import Content, read_content
from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.posting import channel_to_post_in, post, thread_of
from tests.fakes.slack.records import Channel, File
from tests.fakes.slack.wire import file_json
from tests.fakes.slack.world import World

_MAX_ALT_TEXT = 1000


def get_upload_url(call: MethodCall) -> Mapping[str, Any]:
    arguments = call.arguments
    length = arguments.required("length")
    name = arguments.required("filename")
    if not length.isdigit() or int(length) == 0 or not name:
        raise SlackError("missing_argument")
    alt_text = arguments.text("alt_txt")
    if len(alt_text) > _MAX_ALT_TEXT:
        raise SlackError("alt_txt_too_large")
    identifier = f"F{len(call.world.files) + 1:09d}"
    key = secrets.token_urlsafe(12)
    call.world.put(File(identifier, call.workspace.id, name, int(length), key, alt_text))
    return {"upload_url": f"{call.base_url}/upload/v1/{key}", "file_id": identifier}


def receive(world: World, key: str, content: bytes) -> None:
    file = next((file for file in world.files.values() if file.upload_key == key), None)
    if file is None or file.is_uploaded:
        raise SlackError("file_not_found")
    if len(content) != file.length:
        raise SlackError("file_upload_size_mismatch")
    world.put(replace(file, content=base64.b64encode(content).decode(), is_uploaded=True))


def complete_upload(call: MethodCall) -> Mapping[str, Any]:
    named = _named_files(call)
    channels = _channels(call)
    content = read_content(call.arguments)
    comment = call.arguments.text("initial_comment")
    content = Content(comment, [] if comment else content.blocks, [])
    complete = []
    for entry, file in named:
        shared = replace(
            file,
            title=str(entry.get("title", file.name)),
            is_complete=True,
            channels=tuple(channel.id for channel in channels),
        )
        call.world.put(shared)
        complete.append(shared)
    for channel in channels:
        given = call.arguments.text("thread_ts")
        thread_ts = thread_of(call.world, channel, given) if given else ""
        files = tuple(file.id for file in complete)
        post(call.world, call.workspace, channel, content, thread_ts, files=files, subtype="file_share")
    return {"files": [file_json(file) for file in complete]}


def _named_files(call: MethodCall) -> list[tuple[dict[str, Any], File]]:
    call.arguments.required("files")
    entries = call.arguments.structure("files", "invalid_arguments")
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        raise SlackError("invalid_arguments")
    named = []
    for entry in entries:
        file = call.world.files.get(str(entry.get("id")))
        if file is None or file.team != call.workspace.id or not file.is_uploaded or file.is_complete:
            raise SlackError("file_not_found")
        named.append((entry, file))
    return named


def _channels(call: MethodCall) -> list[Channel]:
    given = call.arguments.names("channels") or call.arguments.names("channel_id")
    if len(given) > 100:
        raise SlackError("channels_limit_exceeded")
    found = []
    for name in given:
        one = replace(call, arguments=type(call.arguments)({"channel": name}))
        found.append(channel_to_post_in(one))
    return found
