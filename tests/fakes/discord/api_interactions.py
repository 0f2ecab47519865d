"""Answers to interactions: the first within three seconds, the others within a quarter of an hour.

https://discord.com/developers/docs/interactions/receiving-and-responding
"""

from dataclasses import replace
from typing import Any

from tests.fakes.discord import posting
from tests.fakes.discord.calls import Call, Result
from tests.fakes.discord.command_checks import choice_problems
from tests.fakes.discord.component_checks import form
from tests.fakes.discord.errors import DiscordError, invalid
from tests.fakes.discord.records import EPHEMERAL, LOADING, Interaction, Message

ANSWER_WITHIN, TOKEN_LIFETIME = 3.0, 900.0
_MESSAGE, _DEFERRED, _DEFERRED_UPDATE, _UPDATE, _CHOICES, _FORM = 4, 5, 6, 7, 8, 9
_ALLOWED = {
    "command": (_MESSAGE, _DEFERRED, _FORM),
    "autocomplete": (_CHOICES,),
    "component": (_MESSAGE, _DEFERRED, _DEFERRED_UPDATE, _UPDATE, _FORM),
    "modal": (_MESSAGE, _DEFERRED, _DEFERRED_UPDATE, _UPDATE),
}


def callback(call: Call) -> Result:
    interaction = call.world.interactions.get(call.path["interaction"])
    if interaction is None or interaction.token != call.path["token"]:
        raise DiscordError(10062)
    if interaction.response:
        raise _refused(call, interaction, 40060)
    if call.world.clock.now() - interaction.at > ANSWER_WITHIN:
        call.world.violate("late", interaction.id)
        raise _refused(call, interaction, 10062)
    kind = call.fields.get("type")
    if kind not in _ALLOWED[interaction.kind] or (kind in (_UPDATE, _DEFERRED_UPDATE) and not interaction.source):
        raise invalid(f"type: Value must be one of {_ALLOWED[interaction.kind]}.")
    message = _answer(call, interaction, kind, call.fields.get("data") or {})
    if call.query.get("with_response", "").lower() not in ("1", "true"):
        return 204, None
    return 200, _callback_json(call, call.world.interactions[interaction.id], kind, message)


def _refused(call: Call, interaction: Interaction, code: int) -> DiscordError:
    call.world.put(replace(interaction, refusals=interaction.refusals + 1))
    return DiscordError(code)


def _answer(call: Call, interaction: Interaction, kind: int, body: dict[str, Any]) -> Message | None:
    answered = replace(interaction, answered_at=call.world.clock.now())
    is_private = bool((body.get("flags") or 0) & EPHEMERAL)
    if kind == _FORM:
        if problems := list(form(body)):
            raise invalid(*problems)
        call.world.put(replace(answered, response="modal", form=body))
        return None
    if kind == _CHOICES:
        choices = body.get("choices")
        if not isinstance(choices, list):
            raise invalid("data/choices: This field is required")
        if problems := list(choice_problems(choices, "data/", interaction.body["focused_type"])):
            raise invalid(*problems)
        call.world.put(replace(answered, response="choices", choices=choices))
        return None
    if kind == _DEFERRED_UPDATE:
        call.world.put(replace(answered, response="deferred_update", shown=interaction.source))
        return None
    if kind == _UPDATE:
        message = posting.edit(call.world, _source(call, interaction), body, call.uploads)
        call.world.put(replace(answered, response="update", shown=message.id))
        call.tell_of("MESSAGE_UPDATE", message) if not message.only_for else None
        return message
    response: Any = "message" if kind == _MESSAGE else "deferred"
    answered = replace(answered, response=response, is_private=is_private)
    call.world.put(answered)
    try:
        message = _say(call, answered, body, is_private, is_loading=kind == _DEFERRED)
    except DiscordError:
        call.world.put(interaction)
        raise
    call.world.put(replace(answered, shown=message.id))
    return message


def _say(
    call: Call, interaction: Interaction, body: dict[str, Any], is_private: bool, *, is_loading: bool = False
) -> Message:
    """As an answer it needs no permission to write in the channel."""
    bot = call.world.applications[interaction.app].bot
    channel = call.world.channels[interaction.channel]
    seen = {"only_for": interaction.user if is_private else "", "interaction": interaction.id}
    if not is_loading:
        message, _ = posting.post(call.world, channel, bot, body, call.uploads, **{"kind": 20, **seen})
    else:
        flags = LOADING | (EPHEMERAL if is_private else 0)
        message = Message(call.world.next_id(), channel.id, bot, call.world.clock.now(), flags=flags, kind=20, **seen)
        call.world.put(message)
    if not is_private:
        call.tell_of("MESSAGE_CREATE", message)
    return message


def _source(call: Call, interaction: Interaction) -> Message:
    message = call.world.message(interaction.channel, interaction.source)
    if message is None or message.is_deleted:
        raise DiscordError(10008)
    return message


def _callback_json(call: Call, interaction: Interaction, kind: int, message: Message | None) -> dict[str, Any]:
    kinds = {"command": 2, "component": 3, "autocomplete": 4, "modal": 5}
    body: dict[str, Any] = {"interaction": {"id": interaction.id, "type": kinds[interaction.kind]}}
    if message:
        body["interaction"] |= {
            "response_message_id": message.id,
            "response_message_loading": message.is_loading,
            "response_message_ephemeral": message.is_private,
        }
        body["resource"] = {"type": kind, "message": call.message_body(message)}
    elif kind == _FORM:
        body["resource"] = {"type": kind}
    return body


def create_webhook_message(call: Call) -> Result:
    """A follow-up. The first after a defer takes the place of the loading message, and its privacy."""
    interaction = _live(call)
    loading = _message(call, interaction, "@original", or_none=True)
    if loading and loading.is_loading:
        return 200, call.message_body(_filled(call, loading))
    is_private = bool((call.fields.get("flags") or 0) & EPHEMERAL)
    message = _say(call, interaction, call.fields, is_private)
    return 200, call.message_body(message)


def get_webhook_message(call: Call) -> Result:
    message = _message(call, _live(call), call.path["message"])
    assert message
    return 200, call.message_body(message)


def edit_webhook_message(call: Call) -> Result:
    message = _message(call, _live(call), call.path["message"])
    assert message
    return 200, call.message_body(_filled(call, message))


def delete_webhook_message(call: Call) -> Result:
    message = _message(call, _live(call), call.path["message"])
    assert message
    posting.remove(call.world, message, message.author)
    return 204, None


def _filled(call: Call, message: Message) -> Message:
    """A loading message becomes the answer."""
    was_loading = message.is_loading
    message = replace(message, flags=message.flags & ~LOADING)
    edited = posting.edit(call.world, message, call.fields, call.uploads)
    if was_loading:
        edited = replace(edited, edits=0, edited_at=0.0)
        call.world.put(edited)
    if not edited.only_for:
        call.tell_of("MESSAGE_UPDATE", edited)
    return edited


def _live(call: Call) -> Interaction:
    """That of the token, if it was answered and its token still works."""
    found = (one for one in call.world.interactions.values() if one.token == call.path["token"])
    interaction = next(found, None)
    if interaction is None or not interaction.response or interaction.app != call.path["app"]:
        raise DiscordError(10015)
    if call.world.clock.now() - interaction.at > TOKEN_LIFETIME:
        raise DiscordError(50027)
    return interaction


def _message(call: Call, interaction: Interaction, name: str, *, or_none: bool = False) -> Message | None:
    number = interaction.shown if name == "@original" else name
    message = call.world.message(interaction.channel, number)
    if message and not message.is_deleted and (interaction.id == message.interaction or interaction.source == number):
        return message
    if or_none:
        return None
    raise DiscordError(10008)
