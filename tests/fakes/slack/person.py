"""A person who types commands, presses buttons and writes messages, and sees what comes back."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.fakes.slack import payloads, view_payloads
from tests.fakes.slack.deeds import Deeds
from tests.fakes.slack.open_views import Form, Home, NoForm
from tests.fakes.slack.reading import message_text
from tests.fakes.slack.records import Ephemeral, Interaction, Message
from tests.fakes.slack.signing import FORM, Answer, Receiver, SignedRequest, http_client

if TYPE_CHECKING:
    from tests.fakes.slack.slack import Slack

_ADDRESS = re.compile(r"https?://[^\s<>|]+")
_NAMED = re.compile(r"(?<![\w<])([@#])([\w.-]*\w)")


class NoSuchButton(LookupError):
    pass


class SlackPerson(Deeds):
    def __init__(self, slack: "Slack", app: Receiver, team: str, user: str) -> None:
        self._slack = slack
        self._app = app
        self._team = team
        self.id = user

    def command(self, text: str, channel: str, command: str = "/lab", *, escapes: bool = True) -> Answer:
        """`@ana`, `#general` and addresses go out as Slack's entities, as with `should_escape`; `escapes=False` sends
        the text as it is."""
        interaction, request = self.prepare_command(text, channel, command, escapes=escapes)
        answer = replace(self._app.send(request), interaction=interaction)
        return self._shown(answer) if answer.is_ok else answer

    def prepare_command(
        self, text: str, channel: str, command: str = "/lab", *, escapes: bool = True
    ) -> tuple[Interaction, SignedRequest]:
        """For tests that send it themselves, twice, late or garbled."""
        interaction = self._slack.start_interaction("commands", self._team, self.id, channel)
        body = payloads.slash_command(
            self._slack.workspace(self._team),
            self.record,
            self._slack.channel_record(channel),
            interaction,
            command,
            self._escaped(text, channel) if escapes else text,
        )
        return interaction, self._app.sign(body, FORM)

    def press(
        self,
        seen: Message | Ephemeral,
        label: str = "",
        *,
        action_id: str = "",
        value: str | None = None,
        is_stale: bool = False,
    ) -> Answer:
        """Presses a button of the message as it is now, or `is_stale` as it was when it was read. Raises NoSuchButton,
        also when the message is gone."""
        shown = seen if is_stale else self._current(seen)
        return self._act(shown, *_button(shown, label, action_id=action_id, value=value))

    def choose(self, seen: Message | Ephemeral, action_id: str, value: str) -> Answer:
        """Takes an option of a menu or an overflow."""
        shown = self._current(seen)
        block, element = _button(shown, action_id=action_id)
        groups = element.get("option_groups", [{"options": element.get("options", [])}])
        for option in (option for group in groups for option in group["options"]):
            if option["value"] == value:
                return self._act(shown, block, {**element, "selected_option": option})
        raise NoSuchButton(f"no option {value!r} in {action_id!r}")

    @property
    def form(self) -> Form:
        """The modal on top of the screen. Raises NoForm."""
        open_now = self._slack.modals(self._team, self.id)
        if not open_now:
            raise NoForm(f"no modal is open for {self.id}")
        return Form(self._slack, self._app, open_now[-1])

    def opens_home(self, tab: str = "home") -> list[Answer]:
        """The app hears of it each time, also for the tab `messages`."""
        workspace, view = self._slack.workspace(self._team), self._slack.home(self._team, self.id)
        direct = self._slack.open_direct(self._team, self.id)
        event = view_payloads.home_opened(workspace, self.record, direct, view, tab, self._slack.now())
        return self._deliver(event)

    @property
    def home(self) -> Home:
        """What was published for this person. Raises LookupError."""
        view = self._slack.home(self._team, self.id)
        if view is None:
            raise LookupError(f"nothing was published for {self.id}")
        return Home(self._slack, self._app, view)

    def installs(self, address: str, *, approves: bool = True) -> str:
        """Visits the page of `/oauth/v2/authorize` and decides; returns the address the browser is then sent to. Raises
        ValueError with what the page says when the app asked wrongly."""
        with http_client() as browser:
            page = browser.get(address)
        if page.is_error:
            raise ValueError(page.text)
        return self._slack.decide_installation(page.headers["X-Authorization"], self._team, self.id, approves)

    def sees(self, channel: str = "") -> list[Ephemeral]:
        """What only this person sees, oldest first, as it is now."""
        return self._slack.ephemerals(self.id, channel)

    def reads(self, seen: Message | Ephemeral) -> str:
        return message_text(seen, self._slack.channel(seen.channel).names)

    def _act(self, seen: Message | Ephemeral, block: dict[str, Any], element: dict[str, Any]) -> Answer:
        interaction = self._slack.start_interaction(
            "actions", self._team, self.id, seen.channel, seen.ts, isinstance(seen, Ephemeral)
        )
        chosen = {"block_id": block["block_id"], "action_ts": f"{interaction.at:.6f}"}
        kept = ("type", "action_id", "text", "value", "style", "selected_option", "placeholder", "url")
        body = payloads.block_actions(
            self._slack.workspace(self._team),
            self.record,
            self._slack.channel_record(seen.channel),
            interaction,
            seen,
            {name: element[name] for name in kept if name in element} | chosen,
        )
        return replace(self._app.send(self._app.sign(body, FORM)), interaction=interaction)

    def _current(self, seen: Message | Ephemeral) -> Message | Ephemeral:
        if isinstance(seen, Message):
            current: Message | Ephemeral = self._slack.message(seen.channel, seen.ts)
        else:
            own = (one for one in self._slack.ephemerals(self.id, with_deleted=True) if one.ts == seen.ts)
            current = next(own)
        if current.is_deleted:
            raise NoSuchButton("the message is gone")
        return current

    def _shown(self, answer: Answer) -> Answer:
        """Slack shows the body of a command's acknowledgement; that of an action's it ignores."""
        body = answer.decoded
        fields = body if isinstance(body, dict) else {"text": str(body)} if body else {}
        if answer.interaction is None or answer.is_late:
            return answer
        shown = self._slack.acknowledge(answer.interaction.id, fields)
        seen = shown.ephemeral or shown.message
        return replace(answer, shown=shown, text=self.reads(seen) if seen else "")

    def _escaped(self, text: str, channel: str) -> str:
        ids = {name: identifier for identifier, name in self._slack.channel(channel).names.items() if name}

        def entity(match: re.Match[str]) -> str:
            mark, name = match.groups()
            return f"<{mark}{ids[name]}|{name}>" if name in ids else match[0]

        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return _NAMED.sub(entity, _ADDRESS.sub(lambda match: f"<{match[0]}>", text))


def _elements(seen: Message | Ephemeral) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for block in seen.blocks:
        if block["type"] == "actions":
            yield from ((block, element) for element in block["elements"])
        elif "accessory" in block:
            yield block, block["accessory"]


def _button(
    seen: Message | Ephemeral, label: str = "", *, action_id: str = "", value: str | None = None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The block and the element."""
    offered = []
    for block, element in _elements(seen):
        name = element.get("text", {}).get("text", "")
        is_named = label in (name, "") and action_id in (element.get("action_id"), "")
        if is_named and value in (element.get("value"), None):
            return block, element
        offered.append(f"{name} ({element.get('action_id')}={element.get('value')})")
    raise NoSuchButton(f"no {label or action_id!r} {value or ''}; there is: {', '.join(offered) or 'nothing'}")
