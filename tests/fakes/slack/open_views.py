"""A modal or Home as the person who sees it uses it."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tests.fakes.slack import view_payloads
from tests.fakes.slack.filling import CannotFill, field_named, filled, label, missing, options_of
from tests.fakes.slack.reading import Names, plain_text
from tests.fakes.slack.records import Blocks, Interaction, InteractionKind, Shown, View
from tests.fakes.slack.signing import FORM, Answer, Receiver, SignedRequest
from tests.fakes.slack.suggestions import options_offered, suggestion_problems
from tests.fakes.slack.view_state import elements, value_of

if TYPE_CHECKING:
    from tests.fakes.slack.slack import Slack

_KEPT = ("type", "action_id", "text", "value", "style", "placeholder", "url")


class NoForm(LookupError):
    """No modal is open, or not this one any more."""


class NotSent(ValueError):
    """Slack's client asks for more first; `missing` says what, by label."""

    def __init__(self, missing: dict[str, str]) -> None:
        super().__init__(f"{missing}")
        self.missing = missing


@dataclass(frozen=True, slots=True)
class Suggestions:
    """`labels` is what an external menu shows, empty if Slack would show an error: `answer.problems`. `groups` are the
    headings, if it has any."""

    answer: Answer
    options: Blocks
    groups: tuple[str, ...] = ()

    @property
    def labels(self) -> list[str]:
        return [option["text"]["text"] for option in self.options]


class OpenView:
    """`seen` is the view as it was when the person looked."""

    def __init__(self, slack: "Slack", app: Receiver, seen: View) -> None:
        self._slack = slack
        self._app = app
        self._offered: dict[tuple[str, str], Blocks] = {}
        self.seen = seen

    @property
    def record(self) -> View:
        return self._slack.view(self.seen.id)

    @property
    def title(self) -> str:
        title = self.record.body.get("title")
        return str(title["text"]) if title else ""

    @property
    def text(self) -> str:
        """All that can be read, with the labels of fields and buttons."""
        return plain_text(self.record.blocks, self._names, with_buttons=True)

    @property
    def labels(self) -> list[str]:
        return [label(block) for block in self.record.blocks if block["type"] == "input"]

    @property
    def errors(self) -> dict[str, str]:
        """What the app said is wrong, by label."""
        view = self.record
        return {
            label(block): view.errors[block["block_id"]] for block in view.blocks if block["block_id"] in view.errors
        }

    def value(self, field: str) -> Any:
        """What stands in the field: a text, an option, an id, a date, or a list of them; None if it is empty."""
        view = self.record
        block, element = field_named(view, field)
        return value_of(view.values[block["block_id"]][element["action_id"]])

    def fill(self, values: Mapping[str, Any]) -> None:
        """By label, block_id or action_id; an empty value empties the field. Raises NoSuchField and CannotFill."""
        view = self.record
        for name, value in values.items():
            block, element = field_named(view, name)
            key = (block["block_id"], element["action_id"])
            put = filled(element, value, self._offered.get(key, []))
            self._slack.fill(view.id, {key[0]: {key[1]: put}})

    def type_in(self, field: str, typed: str) -> Suggestions:
        """Types in an external menu. What it then shows can be chosen with `fill`."""
        view = self.record
        block, element = field_named(view, field)
        if not element["type"].endswith("external_select"):
            raise CannotFill(f"{field!r} is no external menu")
        if len(typed) < element.get("min_query_length", 3):
            raise CannotFill(f"Slack asks the app from {element.get('min_query_length', 3)} characters on")
        key = (block["block_id"], element["action_id"])
        workspace, user = self._slack.workspace(view.team), self._slack.user(view.team, view.user)
        body = view_payloads.block_suggestion(workspace, user, view, *key, typed)
        answer = self._app.send(self._app.sign(body, FORM))
        problems = suggestion_problems(answer)
        if problems:
            return Suggestions(replace(answer, shown=Shown(problems=problems)), [])
        options, groups = options_offered(answer.decoded)
        self._offered[key] = options
        return Suggestions(answer, options, groups)

    def press(
        self, label: str = "", *, action_id: str = "", value: str | None = None, is_stale: bool = False
    ) -> Answer:
        """Presses a button as it is now, or `is_stale` as it was when the person looked."""
        view = self.seen if is_stale else self.record
        for block, element in elements(view.blocks):
            name = element.get("text", {}).get("text", "")
            is_named = label in (name, "") and action_id in (element["action_id"], "")
            if element["type"] == "button" and is_named and value in (element.get("value"), None):
                return self._act(view, block, element, {})
        raise NoForm(f"no button {label or action_id!r} in {self.text!r}")

    def choose(self, field: str, value: str) -> Answer:
        """Takes an option of a menu that acts at once: in `actions`, beside a section, or with `dispatch_action`."""
        block, element = field_named(self.record, field)
        if element["type"] == "overflow":
            chosen = next(
                option for option in options_of(element) if value in (option["value"], option["text"]["text"])
            )
            return self._act(self.record, block, element, {"selected_option": chosen})
        if block["type"] == "input" and not block.get("dispatch_action", False):
            raise CannotFill(f"{field!r} is sent with the form")
        self.fill({field: value})
        return self._act(self.record, block, element, self.record.values[block["block_id"]][element["action_id"]])

    @property
    def _names(self) -> Names:
        team = self.seen.team
        people = {user.id: user.name for user in self._slack.users(team)}
        return people | {channel.id: channel.name for channel in self._slack.channels(team)}

    def _act(self, view: View, block: dict[str, Any], element: dict[str, Any], chosen: dict[str, Any]) -> Answer:
        interaction = self._start()
        action = {name: element[name] for name in _KEPT if name in element} | chosen
        action |= {"block_id": block["block_id"], "action_ts": f"{interaction.at:.6f}"}
        workspace, user = self._slack.workspace(view.team), self._slack.user(view.team, view.user)
        body = view_payloads.view_actions(workspace, user, interaction, view, action)
        return replace(self._app.send(self._app.sign(body, FORM)), interaction=interaction)

    def _start(self, channel: str = "") -> Interaction:
        kind: InteractionKind = "app" if channel else "actions"
        return self._slack.start_interaction(kind, self.seen.team, self.seen.user, channel, view=self.seen.id)


class Home(OpenView):
    pass


class Form(OpenView):
    @property
    def is_open(self) -> bool:
        return self.record.is_open

    def submit(
        self, values: Mapping[str, Any] | None = None, *, is_stale: bool = False, is_checked: bool = True
    ) -> Answer:
        """Fills in and sends. `is_stale` sends the view as it was when the person looked, although it may be closed or
        changed by now; without `is_checked`, a client that asks for nothing. Raises NoForm and NotSent."""
        self.fill(values or {})
        view = self.seen if is_stale else self.record
        if not view.is_open:
            raise NoForm(f"{self.title!r} is closed")
        if is_checked and (lacking := missing(view)):
            raise NotSent(lacking)
        interaction, request = self.prepare_submission(view)
        return self.take_answer(replace(self._app.send(request), interaction=interaction))

    def prepare_submission(self, view: View | None = None) -> tuple[Interaction, SignedRequest]:
        """For tests that send it themselves, twice or late; `take_answer` then does what the app answered."""
        view = view or self.record
        interaction = self._start()
        workspace, user = self._slack.workspace(view.team), self._slack.user(view.team, view.user)
        body = view_payloads.view_submission(workspace, user, interaction, view, self._response_urls(view))
        return interaction, self._app.sign(body, FORM)

    def take_answer(self, answer: Answer) -> Answer:
        if not answer.is_ok or answer.is_late:
            problems = [answer.error or (f"status {answer.status}" if not answer.is_ok else "no answer within 3 s")]
        else:
            problems = self._slack.answer_submission(self.seen.id, base64.b64encode(answer.body).decode())
        return replace(answer, shown=Shown(problems=tuple(problems)))

    def close(self, *, all_of_them: bool = False) -> list[Answer]:
        """With the button below (all that lie under it too if the view says `clear_on_close`), or, `all_of_them`, with
        the cross. The app hears of each view that asked for it."""
        view = self.record
        if not view.is_open:
            raise NoForm(f"{self.title!r} is closed")
        is_cleared = all_of_them or view.body.get("clear_on_close", False)
        workspace, user = self._slack.workspace(view.team), self._slack.user(view.team, view.user)
        closed = self._slack.close_views(view.team, view.user, all_of_them=is_cleared)
        bodies = [
            view_payloads.view_closed(workspace, user, one, is_cleared=is_cleared)
            for one in closed
            if one.body.get("notify_on_close", False)
        ]
        return [self._app.send(self._app.sign(body, FORM)) for body in bodies]

    def _response_urls(self, view: View) -> list[dict[str, Any]]:
        """One for every menu of channels that asked for it and has a choice."""
        urls = []
        for block, element in elements(view.blocks):
            if not element.get("response_url_enabled", False):
                continue
            channel = value_of(view.values[block["block_id"]][element["action_id"]])
            if channel:
                place = {"block_id": block["block_id"], "action_id": element["action_id"], "channel_id": channel}
                urls.append({**place, "response_url": self._start(channel).response_url})
        return urls
