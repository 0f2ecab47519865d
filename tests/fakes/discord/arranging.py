"""Applications, guilds, people, channels, and what goes wrong."""

from dataclasses import replace
from typing import Any

from tests.fakes.discord.faults import Fault, Faults
from tests.fakes.discord.gateway import INVALID, RECONNECT, Gateway
from tests.fakes.discord.permissions import EVERYONE, bits
from tests.fakes.discord.rates import Rates
from tests.fakes.discord.records import (
    Application,
    Channel,
    ChannelKind,
    Guild,
    Member,
    Overwrite,
    Role,
    Session,
    User,
)
from tests.fakes.discord.shapes import channel_json, guild_json, member_json, role_json, user_json
from tests.fakes.discord.world import World


class Arranging:
    world: World
    faults: Faults
    rates: Rates
    gateway: Gateway

    def add_application(self, app: str, name: str, token: str, bot: str = "", privileged: int = 0) -> Application:
        """With its bot user, which has the application's id unless another is given."""
        application = Application(app, name, token, bot or app, privileged)
        with self.world.lock:
            self.world.put(User(application.bot, name, name.title(), is_bot=True))
            self.world.put(application)
        return application

    def revoke_token(self, app: str) -> None:
        """As when its owner makes a new one: its sessions end, and nothing is answered to the old one."""
        with self.world.lock:
            self.world.put(replace(self.world.applications[app], is_revoked=True))
            for session in self.sessions(app):
                self.gateway.close(session.id, 4004)

    def restore_token(self, app: str) -> None:
        self.world.put(replace(self.world.applications[app], is_revoked=False))

    def require_shards(self, app: str, shards: int) -> None:
        self.world.put(replace(self.world.applications[app], shards=shards))

    def add_user(self, user: User) -> User:
        self.world.put(user)
        return user

    def let_write(self, user: str, takes_direct: bool) -> None:
        """Whether this person lets others write to them."""
        with self.world.lock:
            self.world.put(replace(self.world.users[user], takes_direct=takes_direct))

    def add_guild(self, guild: str, name: str, owner: str, apps: tuple[str, ...] = ()) -> Guild:
        """With @everyone and the bots of these applications, which have the role `labkeeper`."""
        with self.world.lock:
            added = Guild(guild, name, owner)
            self.world.put(added)
            self.world.put(Role(guild, guild, "@everyone", bits(*EVERYONE)))
            self.world.put(Member(guild, owner))
        for app in apps:
            self.add_bot(guild, app)
        return added

    def add_bot(self, guild: str, app: str) -> None:
        bot = self.world.applications[app].bot
        with self.world.lock:
            self.world.put(Member(guild, bot))
            body = guild_json(self.world, self.world.guilds[guild], viewer=bot)
            # discord.py tells a guild that was joined from one that is back by this.
            del body["unavailable"]
            self.gateway.dispatch("GUILD_CREATE", body, guild, app=app)

    def remove_bot(self, guild: str, app: str) -> None:
        """An administrator throws it out."""
        bot = self.world.applications[app].bot
        with self.world.lock:
            self.world.put(replace(self.world.members[guild, bot], is_gone=True))
            self.gateway.dispatch("GUILD_DELETE", {"id": guild}, guild, app=app)

    def set_available(self, guild: str, is_available: bool) -> None:
        """An outage of the guild, and its end."""
        with self.world.lock:
            known = replace(self.world.guilds[guild], is_available=is_available)
            self.world.put(known)
            for app in self.world.applications.values():
                if self.world.is_member(guild, app.bot):
                    gone = {"id": guild, "unavailable": True}
                    body = guild_json(self.world, known, viewer=app.bot) if is_available else gone
                    self.gateway.dispatch("GUILD_CREATE" if is_available else "GUILD_DELETE", body, guild, app=app.id)

    def add_role(self, role: str, guild: str, name: str, *permissions: str) -> Role:
        added = Role(role, guild, name, bits(*permissions))
        self.world.put(added)
        self.gateway.dispatch("GUILD_ROLE_CREATE", {"guild_id": guild, "role": role_json(added)}, guild)
        return added

    def add_member(self, guild: str, user: str, nick: str = "", roles: tuple[str, ...] = ()) -> Member:
        added = Member(guild, user, nick, tuple(roles))
        self.world.put(added)
        return added

    def remove_member(self, guild: str, user: str) -> None:
        with self.world.lock:
            self.world.put(replace(self.world.members[guild, user], is_gone=True))

    def set_roles(self, guild: str, user: str, *roles: str) -> None:
        with self.world.lock:
            self.world.put(replace(self.world.members[guild, user], roles=roles))
            member = self.world.members[guild, user]
            self.gateway.dispatch(
                "GUILD_MEMBER_UPDATE", {**member_json(self.world, member), "guild_id": guild}, guild
            )  # fmt: skip

    def add_channel(
        self, channel: str, name: str, guild: str, kind: ChannelKind = "text", parent: str = "",
        tags: tuple[str, ...] = (), requires_tag: bool = False, owner: str = "",
    ) -> Channel:  # fmt: skip
        """A thread has a parent and an owner."""
        members = (owner,) if owner else ()
        added = Channel(
            channel, guild, name, kind, parent, owner, members=members, tags=tuple(tags), requires_tag=requires_tag
        )
        self.world.put(added)
        event = "THREAD_CREATE" if added.is_thread else "CHANNEL_CREATE"
        self.gateway.dispatch(event, channel_json(self.world, added), guild, channel)
        return added

    def overwrite(self, channel: str, target: str, allow: tuple[str, ...] = (), deny: tuple[str, ...] = ()) -> Channel:
        """The permissions of a role or member in one channel, instead of those it had; the guild's id is @everyone."""
        with self.world.lock:
            is_member = target in self.world.users
            known = self.world.channels[channel]
            others = tuple(one for one in known.overwrites if one.target != target)
            own = Overwrite(target, is_member, bits(*allow), bits(*deny))
            return self._change(channel, overwrites=(*others, own))

    def archive(self, thread: str, is_archived: bool = True, is_locked: bool = False) -> None:
        self._change(thread, is_archived=is_archived, is_locked=is_locked)

    def rename(self, channel: str, name: str) -> None:
        self._change(channel, name=name)

    def remove_channel(self, channel: str) -> None:
        """Nobody sees it any more, nor its threads; its messages stay with the test."""
        with self.world.lock:
            for one in list(self.world.channels.values()):
                if channel in (one.id, one.parent):
                    self.world.put(replace(one, is_deleted=True))
            known = self.world.channels[channel]
            event = "THREAD_DELETE" if known.is_thread else "CHANNEL_DELETE"
            self.gateway.dispatch(event, channel_json(self.world, known), known.guild)

    def _change(self, channel: str, **changes: Any) -> Channel:
        with self.world.lock:
            changed = replace(self.world.channels[channel], **changes)
            self.world.put(changed)
            event = "THREAD_UPDATE" if changed.is_thread else "CHANNEL_UPDATE"
            self.gateway.dispatch(event, channel_json(self.world, changed), changed.guild, channel)
            return changed

    def fault(self, route: str, fault: Fault, times: int = 1, place: str = "", skip: int = 0) -> None:
        """The next `times` requests of the route, after `skip` that go well. `route` is a name of `routes.ROUTES`,
        `gateway`, or `*`; `place` a channel, an interaction or the token of a webhook."""
        with self.world.lock:
            self.faults.add(route, fault, times=times, place=place, skip=skip)

    def clear_faults(self) -> None:
        with self.world.lock:
            self.faults.clear()

    def release_hanging(self) -> None:
        """Hanging requests go on at once, as if their time had passed."""
        self.faults.release()

    def enforce_rates(self, refuses: bool = True) -> None:
        """Refuse with 429 what otherwise is only counted as a violation."""
        self.rates.refuses = refuses

    def advance(self, seconds: float) -> None:
        self.world.clock.advance(seconds)
        self.world.note_change()

    def sessions(self, app: str = "", with_over: bool = False) -> list[Session]:
        """Those that are connected; or all there ever were."""
        with self.world.lock:
            known = self.gateway.sessions.records.values()
            return [one for one in known if app in (one.app, "") and (with_over or one.is_connected)]

    def drop_gateway(self, session: str = "") -> None:
        """Closes its WebSocket, or all, without a word."""
        self.gateway.drop(session)

    def close_gateway(self, code: int, session: str = "") -> None:
        self.gateway.close(session, code)

    def ask_reconnect(self, session: str = "") -> None:
        self.gateway.say(session, RECONNECT)

    def invalidate(self, session: str = "", is_resumable: bool = False) -> None:
        if not is_resumable:
            self.gateway.forget(session)
        self.gateway.say(session, INVALID, is_resumable)

    def forget_session(self, session: str = "") -> None:
        """It cannot be resumed; the app learns of it when it tries."""
        self.gateway.forget(session)

    def freeze_gateway(self, session: str = "") -> None:
        """Open, but nothing comes through it any more."""
        self.gateway.freeze(session)

    def ask_heartbeat(self, session: str = "") -> None:
        self.gateway.say(session, 1)

    def refuse_gateway(self, is_refusing: bool = True) -> None:
        """New WebSockets are answered 503."""
        self.gateway.is_refusing = is_refusing

    def set_heartbeat(self, milliseconds: int) -> None:
        """Of connections from now on."""
        self.gateway.heartbeat_ms = milliseconds

    def tell(self, event: str, body: Any, guild: str = "", app: str = "") -> None:
        """Any dispatch, also a malformed one."""
        self.gateway.dispatch(event, body, guild, app=app or next(iter(self.world.applications)))

    def send_text(self, text: str, session: str = "") -> None:
        """Any frame, also one that is no JSON."""
        self.gateway.send_text(session, text)

    def rename_user(self, user: str, name: str, global_name: str = "") -> None:
        with self.world.lock:
            changed = replace(self.world.users[user], name=name, global_name=global_name)
            self.world.put(changed)
            for app in self.world.applications.values():
                self.gateway.dispatch("USER_UPDATE", user_json(changed), app=app.id)
