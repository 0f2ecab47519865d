"""What people do in a guild; `person` puts it together."""

import secrets
from dataclasses import replace
from typing import Any

from tests.fakes.discord import posting
from tests.fakes.discord.calls import Call
from tests.fakes.discord.gateway import Gateway
from tests.fakes.discord.permissions import permissions
from tests.fakes.discord.records import Channel, Interaction, InteractionKind, Message
from tests.fakes.discord.shapes import (
    channel_json,
    member_json,
    message_json,
    role_json,
    thread_member_json,
    user_json,
)
from tests.fakes.discord.world import World

_TYPES = {"command": 2, "component": 3, "autocomplete": 4, "modal": 5}
_RESOLVED = {6: "users", 7: "channels", 8: "roles", 9: "users"}


class People:
    world: World
    gateway: Gateway
    base_url: str

    def say(self, channel: str, user: str, content: str, reference: str = "") -> Message:
        """Whatever a person writes mentions whom it names."""
        with self.world.lock:
            place = self.world.channels[channel]
            body: dict[str, Any] = {"content": content}
            if reference:
                body["message_reference"] = {"message_id": reference}
            message, _ = posting.post(self.world, place, user, body)
            self._tell("MESSAGE_CREATE", message)
            return message

    def edit_message(self, channel: str, message: str, content: str) -> Message:
        with self.world.lock:
            edited = posting.edit(self.world, self.world.messages[channel][message], {"content": content})
            self._tell("MESSAGE_UPDATE", edited)
            return edited

    def delete_message(self, channel: str, message: str, by: str) -> None:
        with self.world.lock:
            gone = posting.remove(self.world, self.world.messages[channel][message], by)
            if not gone.only_for:
                guild = self.world.channels[channel].guild
                body = {"id": message, "channel_id": channel, **({"guild_id": guild} if guild else {})}
                self.gateway.dispatch("MESSAGE_DELETE", body, guild, channel)

    def react(self, channel: str, message: str, user: str, emoji: str, is_there: bool = True) -> Message:
        """Adds a reaction, or takes it away."""
        with self.world.lock:
            known, one = self.world.messages[channel][message], f"{emoji} {user}"
            others = tuple(other for other in known.reactions if other != one)
            changed = replace(known, reactions=(*others, one) if is_there else others)
            self.world.put(changed)
            place = self.world.channels[channel]
            body: dict[str, Any] = {
                "user_id": user, "channel_id": channel, "message_id": message, "burst": False, "type": 0,
                "emoji": {"id": None, "name": emoji}, "message_author_id": known.author,
            }  # fmt: skip
            if place.guild:
                body |= {
                    "guild_id": place.guild,
                    "member": member_json(self.world, self.world.members[place.guild, user]),
                }
            event = "MESSAGE_REACTION_ADD" if is_there else "MESSAGE_REACTION_REMOVE"
            self.gateway.dispatch(event, body, place.guild, channel)
            return changed

    def begin_thread(self, channel: str, user: str, name: str, message: str = "") -> Channel:
        """Of a message, or without one."""
        with self.world.lock:
            parent, number = self.world.channels[channel], message or self.world.next_id()
            thread = Channel(number, parent.guild, name, "thread", parent.id, user, members=(user,))
            self.world.put(thread)
            body = {**channel_json(self.world, thread), "newly_created": True}
            body["member"] = thread_member_json(thread, user, self.world.clock.now())
            self.gateway.dispatch("THREAD_CREATE", body, parent.guild, parent.id)
            return thread

    def open_direct(self, app: str, user: str) -> Channel:
        """The person's conversation with the bot."""
        with self.world.lock:
            bot = self.world.applications[app].bot
            known = self.world.direct_channel(bot, user)
            if known is None:
                known = Channel(self.world.next_id(), "", "", "direct", members=(bot, user))
                self.world.put(known)
            return known

    def start_interaction(
        self,
        app: str,
        kind: InteractionKind,
        user: str,
        channel: str,
        body: dict[str, Any],
        source: str = "",
        seen: Message | None = None,
    ) -> Interaction:
        """The app is told of it. `body` is the `data` it gets, whose `resolved` is filled in here; `seen` is the
        button's message, told as it was a moment before: Discord itself refuses what is no more on it."""
        with self.world.lock:
            place = self.world.channels[channel]
            interaction = Interaction(
                id=self.world.next_id(), app=app, kind=kind, token=secrets.token_urlsafe(24), guild=place.guild,
                channel=channel, user=user, at=self.world.clock.now(), body=self._resolved(body, place), source=source,
            )  # fmt: skip
            self.world.put(interaction)
            if seen:
                self.world.seen[interaction.id] = seen
            self._send(interaction)
            return interaction

    def repeat_interaction(self, interaction: str) -> None:
        """The same dispatch once more, as two sessions of one shard get it."""
        with self.world.lock:
            self._send(self.world.interactions[interaction])

    def _send(self, interaction: Interaction) -> None:
        payload = self._payload(interaction)
        self.gateway.dispatch("INTERACTION_CREATE", payload, interaction.guild, app=interaction.app)

    def _payload(self, interaction: Interaction) -> dict[str, Any]:
        world, channel = self.world, self.world.channels[interaction.channel]
        application = world.applications[interaction.app]
        user = world.users[interaction.user]
        allowed = permissions(world, channel, interaction.user)
        data = {name: value for name, value in interaction.body.items() if name != "focused_type"}
        payload: dict[str, Any] = {
            "id": interaction.id,
            "application_id": application.id,
            "type": _TYPES[interaction.kind],
            "data": data,
            "channel_id": channel.id,
            "channel": channel_json(world, channel, interaction.user),
            "token": interaction.token,
            "version": 1,
            "app_permissions": str(permissions(world, channel, application.bot)),
            "locale": user.locale,
            "entitlements": [],
            "authorizing_integration_owners": {"0": interaction.guild or "0"},
            "context": 0 if interaction.guild else 1,
            "attachment_size_limit": 10 << 20,
        }
        if interaction.guild:
            member = member_json(world, world.members[interaction.guild, user.id])
            payload |= {
                "guild_id": interaction.guild,
                "guild": {"id": interaction.guild, "features": [], "locale": "en-US"},
                "guild_locale": "en-US",
                "member": {**member, "permissions": str(allowed)},
            }
        else:
            payload["user"] = user_json(user)
        if interaction.source:
            source = world.seen.get(interaction.id) or world.messages[channel.id][interaction.source]
            payload["message"] = message_json(world, source, self.base_url)
        return payload

    def _resolved(self, body: dict[str, Any], place: Channel) -> dict[str, Any]:
        """The records of the people, channels, roles and messages that the options name."""
        wanted: dict[str, set[str]] = {"users": set(), "channels": set(), "roles": set(), "messages": set()}
        for option in _leaves(body.get("options") or ()):
            if option["type"] in _RESOLVED and "value" in option:
                wanted[_RESOLVED[option["type"]]].add(str(option["value"]))
        for component in _leaves(body.get("components") or ()):
            if component["type"] in (5, 6, 8):
                kind = {5: "users", 6: "roles", 8: "channels"}[component["type"]]
                wanted[kind] |= set(component.get("values") or ())
        if body.get("component_type") in (5, 6, 8):
            kind = {5: "users", 6: "roles", 8: "channels"}[body["component_type"]]
            wanted[kind] |= set(body.get("values") or ())
        if target := body.get("target_id"):
            wanted["messages" if body["type"] == 3 else "users"].add(target)
        resolved = self._records(wanted, place)
        return {**body, "resolved": resolved} if resolved else body

    def _records(self, wanted: dict[str, set[str]], place: Channel) -> dict[str, Any]:
        world = self.world
        users = [world.users[one] for one in wanted["users"]]
        members = [one for one in users if world.is_member(place.guild, one.id)]
        resolved: dict[str, Any] = {
            "users": {one.id: user_json(one) for one in users},
            "members": {
                one.id: {
                    **member_json(world, world.members[place.guild, one.id], with_user=False),
                    "permissions": str(permissions(world, place, one.id)),
                }
                for one in members
            },
            "roles": {one: role_json(world.roles[one]) for one in wanted["roles"]},
            "channels": {one: channel_json(world, world.channels[one], place.guild) for one in wanted["channels"]},
            "messages": {
                one: message_json(world, world.messages[place.id][one], self.base_url) for one in wanted["messages"]
            },
        }
        return {kind: found for kind, found in resolved.items() if found}

    def _tell(self, event: str, message: Message) -> None:
        call = Call(self.world, None, {}, {}, None, self.base_url, self.gateway.dispatch)
        channel = self.world.channels[message.channel]
        body = call.message_body(message)
        if channel.guild:
            member = self.world.members.get((channel.guild, message.author))
            body["guild_id"] = channel.guild
            if member:
                body["member"] = member_json(self.world, member, with_user=False)
        self.gateway.dispatch(event, body, channel.guild, channel.id)


def _leaves(options: Any) -> Any:
    for option in options:
        inner = option.get("options") or option.get("components") or ()
        if option.get("component"):
            inner = (option["component"],)
        yield from _leaves(inner) if inner else (option,)
