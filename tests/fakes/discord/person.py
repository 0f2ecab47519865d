"""Somebody in a guild, who does what Discord's client lets a person do."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.fakes.discord.component_checks import BUTTON, SELECTS, walk
from tests.fakes.discord.filling import Form, filled
from tests.fakes.discord.reading import label, message_text
from tests.fakes.discord.records import Channel, Command, Interaction, InteractionKind, Json, Message, ResponseKind

if TYPE_CHECKING:
    from tests.fakes.discord.discord import Discord

# Seconds until the client says "The application did not respond", and what a test machine may add.
PATIENCE = 3.5
_SUBCOMMAND, _GROUP = 1, 2
_TYPES = {3: str, 4: int, 5: bool, 6: str, 7: str, 8: str, 9: str, 10: (int, float)}


class CannotUse(LookupError):
    """The client does not offer it: no such command, option or button, a value it does not take, or no right to it."""


@dataclass(frozen=True)
class Answer:
    """What came of it. `kind` is empty where the application did not respond; `message` is as it was then."""

    discord: "Discord"
    interaction: Interaction
    message: Message | None = None

    @property
    def kind(self) -> ResponseKind:
        return self.interaction.response

    @property
    def is_late(self) -> bool:
        return not self.kind

    @property
    def text(self) -> str:
        return message_text(self.message, self.discord.names()) if self.message else ""

    @property
    def is_private(self) -> bool:
        return bool(self.message and self.message.is_private)

    @property
    def choices(self) -> list[Json]:
        return self.interaction.choices

    @property
    def form(self) -> Form:
        """Raises LookupError if no form was opened."""
        if self.kind != "modal":
            raise LookupError(f"no form was opened: {self.kind} {self.text}")
        return Form(self.interaction)

    def finished(self, timeout: float = 5.0) -> "Answer":
        """After "thinking…": when the answer stands there."""
        if self.kind not in ("deferred", "deferred_update") or self.message is None:
            return self
        number = self.message.id
        edits = self.message.edits

        def look() -> Message | None:
            now = self.discord.message(self.interaction.channel, number)
            is_done = not now.is_loading if self.kind == "deferred" else now.edits > edits or now.is_deleted
            return now if is_done else None

        return Answer(self.discord, self.interaction, self.discord.wait_until(look, timeout))


class DiscordPerson:
    def __init__(self, discord: "Discord", user: str, guild: str, app: str) -> None:
        self._discord = discord
        self.id = user
        self.guild = guild
        self.app = app

    def command(self, line: str, channel: str, /, **options: Any) -> Answer:
        """`line` is the path of a slash command, such as `lab task new`. Raises CannotUse."""
        return self._await(self._start("command", channel, self._invocation(line, channel, options)))

    def begin_command(self, line: str, channel: str, /, **options: Any) -> Interaction:
        """Without waiting for what comes of it."""
        return self._start("command", channel, self._invocation(line, channel, options))

    def complete(self, line: str, option: str, typed: str, channel: str, /, **options: Any) -> list[Json]:
        """The choices offered while an option is typed."""
        command, path, leaf = self._find(line, channel)
        declared = {one["name"]: one for one in leaf.get("options") or ()}
        if not declared.get(option, {}).get("autocomplete"):
            raise CannotUse(f"{option} of {line} completes nothing")
        given = [*self._given(leaf, options, is_complete=False)]
        given.append({"name": option, "type": declared[option]["type"], "value": typed, "focused": True})
        body = self._body(command, path, given) | {"focused_type": declared[option]["type"]}
        return self._await(self._start("autocomplete", channel, body)).choices

    def menu(self, name: str, message: Message) -> Answer:
        """An entry of the message's menu, under Apps."""
        command = next((one for one in self._offered(3) if one.name == name), None)
        if command is None:
            raise CannotUse(f"no {name!r} in the menu; there is: {[one.name for one in self._offered(3)]}")
        body = self._body(command, [], []) | {"target_id": message.id}
        return self._await(self._start("command", message.channel, body))

    def press(self, seen: Message, name: str = "", *, custom_id: str = "", is_stale: bool = False) -> Answer:
        """A button by its label or id, of the message as it is now; `is_stale`: pressed when it was as it was read."""
        return self._await(self.begin_press(seen, name, custom_id=custom_id, is_stale=is_stale))

    def begin_press(self, seen: Message, name: str = "", *, custom_id: str = "", is_stale: bool = False) -> Interaction:
        shown = seen if is_stale else self._current(seen)
        button = self._component(shown, (BUTTON,), name, custom_id)
        if button.get("disabled") or "custom_id" not in button:
            raise CannotUse(f"{name or custom_id!r} cannot be pressed")
        body = {"custom_id": button["custom_id"], "component_type": BUTTON, "id": button["id"]}
        before = seen if is_stale else None
        return self._discord.start_interaction(self.app, "component", self.id, seen.channel, body, seen.id, before)

    def choose(self, seen: Message, *values: str, custom_id: str = "", name: str = "") -> Answer:
        """Values of a menu in a message."""
        menu = self._component(self._current(seen), SELECTS, name, custom_id)
        offered = [option["value"] for option in menu.get("options") or ()]
        if offered and not set(values) <= set(offered):
            raise CannotUse(f"{values} are not in the menu; there is: {offered}")
        body = {"custom_id": menu["custom_id"], "component_type": menu["type"], "id": menu["id"], "values": [*values]}
        return self._await(self._start("component", seen.channel, body, seen.id))

    def submit(self, answer: Answer, **values: Any) -> Answer:
        """Fills in the form that was opened, by the names or labels of its fields. Raises CannotUse."""
        return self._await(self.begin_submit(answer, **values))

    def begin_submit(self, answer: Answer, **values: Any) -> Interaction:
        body = answer.interaction.form
        try:
            components = filled(body, values)
        except ValueError as error:
            raise CannotUse(str(error)) from None
        data = {"custom_id": body["custom_id"], "components": components}
        return self._start("modal", answer.interaction.channel, data, answer.interaction.source)

    def say(self, channel: str, text: str, reference: str = "") -> Message:
        """`@labkeeper` and the like become mentions."""
        return self._discord.say(channel, self.id, self._with_mentions(text), reference)

    def mention(self, channel: str, text: str) -> Message:
        """The bot, with these words."""
        return self.say(channel, f"<@{self._discord.application(self.app).bot}> {text}")

    def deletes(self, message: Message) -> None:
        self._discord.delete_message(message.channel, message.id, self.id)

    def sees(self, channel: str = "") -> list[Message]:
        """What only this person sees, oldest first."""
        return self._discord.private_messages(self.id, channel)

    def reads(self, seen: Message) -> str:
        return message_text(self._current(seen), self._discord.names())

    def direct_channel(self) -> Channel:
        return self._discord.open_direct(self.app, self.id)

    def answer_to(self, interaction: Interaction) -> Answer:
        return self._await(interaction)

    def _start(self, kind: InteractionKind, channel: str, body: Json, source: str = "") -> Interaction:
        return self._discord.start_interaction(self.app, kind, self.id, channel, body, source)

    def _await(self, interaction: Interaction) -> Answer:
        deadline = time.monotonic() + PATIENCE
        while True:
            version = self._discord.version()
            known = self._discord.interaction(interaction.id)
            left = min(deadline - time.monotonic(), known.at + PATIENCE - self._discord.now())
            if known.response or left <= 0:
                break
            self._discord.wait_change(version, min(left, 1.0))
        message = self._discord.message(known.channel, known.shown) if known.shown else None
        return Answer(self._discord, known, message)

    def _current(self, seen: Message) -> Message:
        current = self._discord.message(seen.channel, seen.id)
        if current.is_deleted or current.only_for not in ("", self.id):
            raise CannotUse("the message is gone, or not for this person")
        return current

    def _component(self, shown: Message, kinds: tuple[int, ...], name: str, custom_id: str) -> Json:
        offered = [one for one in walk(shown.components) if one["type"] in kinds]
        for one in offered:
            if name in (label(one), "") and custom_id in (one.get("custom_id"), ""):
                return one
        there = [f"{label(one)} ({one.get('custom_id') or one.get('url')})" for one in offered]
        raise CannotUse(f"no {name or custom_id!r}; there is: {', '.join(there) or 'nothing'}")

    def _offered(self, kind: int) -> Iterator[Command]:
        """Those of the guild and the global ones that this person may use."""
        for scope in dict.fromkeys((self.guild, "")):
            for command in self._discord.commands(self.app, scope):
                if command.guild == scope and command.kind == kind and self._may(command):
                    yield command

    def _may(self, command: Command) -> bool:
        needed = command.payload.get("default_member_permissions")
        if needed is None:
            return True
        return self._discord.has_permissions(self.guild, self.id, int(needed))

    def _find(self, line: str, channel: str) -> tuple[Command, list[Json], Json]:
        """The command, the groups on the way, and what has the options."""
        name, *words = line.split()
        command = next((one for one in self._offered(1) if one.name == name), None)
        if command is None:
            raise CannotUse(f"no /{name} here; there is: {[one.name for one in self._offered(1)]}")
        path: list[Json] = []
        leaf: Json = command.payload
        for word in words:
            nested = {one["name"]: one for one in leaf.get("options") or () if one["type"] in (_SUBCOMMAND, _GROUP)}
            if word not in nested:
                raise CannotUse(f"no {word!r} in /{line}; there is: {sorted(nested)}")
            leaf = nested[word]
            path.append(leaf)
        if any(one["type"] in (_SUBCOMMAND, _GROUP) for one in leaf.get("options") or ()):
            raise CannotUse(f"/{line} cannot be used without one of: {[one['name'] for one in leaf['options']]}")
        return command, path, leaf

    def _invocation(self, line: str, channel: str, options: dict[str, Any]) -> Json:
        command, path, leaf = self._find(line, channel)
        return self._body(command, path, list(self._given(leaf, options, is_complete=True)))

    def _body(self, command: Command, path: list[Json], given: list[Json]) -> Json:
        options = given
        for part in reversed(path):
            options = [{"name": part["name"], "type": part["type"], "options": options}]
        body: Json = {"id": command.id, "name": command.name, "type": command.kind, "options": options}
        return body | ({"guild_id": command.guild} if command.guild else {})

    def _given(self, leaf: Json, options: dict[str, Any], *, is_complete: bool) -> Iterator[Json]:
        """As the client checks them before it sends them."""
        declared = {one["name"]: one for one in leaf.get("options") or ()}
        if unknown := options.keys() - declared.keys():
            raise CannotUse(f"no option {sorted(unknown)}; there is: {sorted(declared)}")
        for name, option in declared.items():
            if name not in options:
                if option.get("required") and is_complete:
                    raise CannotUse(f"{name} must be given")
                continue
            yield {"name": name, "type": option["type"], "value": self._value(option, options[name])}

    def _value(self, option: Json, value: Any) -> Any:
        name = option["name"]
        if not isinstance(value, _TYPES[option["type"]]):
            raise CannotUse(f"{name} does not take {value!r}")
        choices = [choice["value"] for choice in option.get("choices") or ()]
        if choices and value not in choices:
            raise CannotUse(f"{name} is one of {choices}")
        if isinstance(value, str):
            least, most = option.get("min_length") or 0, option.get("max_length") or 6_000
            if not least <= len(value) <= most:
                raise CannotUse(f"{name} has {least} to {most} characters")
        elif not isinstance(value, bool) and not option.get("min_value", value) <= value <= option.get(
            "max_value", value
        ):
            raise CannotUse(f"{name} is between {option.get('min_value')} and {option.get('max_value')}")
        return value

    def _with_mentions(self, text: str) -> str:
        for user in self._discord.users():
            text = text.replace(f"@{user.name}", f"<@{user.id}>")
        return text
