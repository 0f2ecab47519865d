"""What people do in the workspace itself; requests to the app are made by `person` and `events`."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.fakes.slack import response_urls
from tests.fakes.slack.posting import direct_channel, remove
from tests.fakes.slack.records import Channel, Interaction, InteractionKind, Message, Shown
from tests.fakes.slack.world import World


class People:
    world: World
    base_url: str

    def say(self, channel: str, user: str, text: str, thread_ts: str = "", subtype: str = "") -> Message:
        with self.world.lock:
            message = Message(
                team=self.world.channels[channel].team,
                channel=channel,
                ts=self.world.next_ts(),
                user=user,
                text=text,
                thread_ts=thread_ts,
                subtype=subtype,
                client_msg_id=secrets.token_hex(8),
            )
            self.world.put(message)
            return message

    def edit_message(self, channel: str, ts: str, text: str) -> Message:
        with self.world.lock:
            known = self.world.messages[channel][ts]
            edited = replace(known, text=text, edited_at=self.world.next_ts(), edits=known.edits + 1)
            self.world.put(edited)
            return edited

    def react(self, channel: str, ts: str, user: str, emoji: str, is_there: bool = True) -> Message:
        """Adds a reaction, or takes it away. Raises ValueError if that was done already."""
        with self.world.lock:
            known, one = self.world.messages[channel][ts], f"{emoji} {user}"
            if (one in known.reactions) == is_there:
                raise ValueError(f"{one} is {'there already' if is_there else 'not there'}")
            others = tuple(other for other in known.reactions if other != one)
            changed = replace(known, reactions=(*others, one) if is_there else others)
            self.world.put(changed)
            return changed

    def delete_message(self, channel: str, ts: str, by: str) -> None:
        with self.world.lock:
            remove(self.world, self.world.messages[channel][ts], by)

    def open_direct(self, team: str, user: str) -> Channel:
        """The person's conversation with the bot."""
        with self.world.lock:
            return direct_channel(self.world, self.world.workspaces[team], (user,))

    def pin(self, channel: str, ts: str) -> None:
        with self.world.lock:
            known = self.world.channels[channel]
            self.world.put(replace(known, pins=(*known.pins, ts)))

    def start_interaction(
        self,
        kind: InteractionKind,
        team: str,
        user: str,
        channel: str,
        source: str = "",
        is_source_ephemeral: bool = False,
        view: str = "",
    ) -> Interaction:
        """Without a channel there is no response_url."""
        with self.world.lock:
            number = len(self.world.interactions) + 1
            secret = secrets.token_urlsafe(16)
            interaction = Interaction(
                id=f"{number}",
                kind=kind,
                team=team,
                user=user,
                channel=channel,
                trigger_id=f"{number}.{number * 7}.{secrets.token_hex(16)}",
                response_url=f"{self.base_url}/{kind}/{team}/{number}/{secret}" if channel else "",
                at=self.world.clock.now(),
                source=source,
                is_source_ephemeral=is_source_ephemeral,
                view=view,
            )
            self.world.put(interaction)
            return interaction

    def acknowledge(self, interaction: str, body: Mapping[str, Any]) -> Shown:
        """What the body of a command's acknowledgement shows."""
        with self.world.lock:
            return response_urls.acknowledge(self.world, self.world.interactions[interaction], body)

    def expire_response_url(self, interaction: str) -> None:
        with self.world.lock:
            known = self.world.interactions[interaction]
            self.world.put(replace(known, at=known.at - response_urls.LIFETIME - 1))
