"""Forms as Slack's modals, and what comes back of them."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from bot.platforms.literal import literal
from bot.platforms.slack.clip import Element, cut
from bot.platforms.slack.elements import plain
from bot.platforms.slack.render import render_card
from bot.platforms.slack.request import SlackRequest
from core.cards import Card
from core.forms import Ask, Choice, Form, FormField
from core.text import clip

CALLBACK = "form"
TITLE = 24  # characters; also of what the buttons say
LABEL = 2_000
INPUT = 3_000  # characters of a text field
OPTION = 75
METADATA = 3_000
_FIELD = "field."
_CHOSEN = {"static_select", "external_select"}


@dataclass(frozen=True, slots=True)
class Origin:
    """What a form must know when it comes back: the command, what was given already, and whence it was asked.

    `reply` is where private answers are taken, sealed.
    """

    root: str
    name: str
    kept: dict[str, str]
    channel: str = ""
    channel_name: str = ""
    thread: str = ""
    reply: str = ""

    @classmethod
    def of(cls, form: Form, request: SlackRequest, *, reply: str) -> Self:
        return cls(
            form.root, form.name, dict(form.kept), request.channel, request.channel_name, request.thread, reply
        )  # fmt: skip

    @classmethod
    def read(cls, view: Mapping[str, Any]) -> Self | None:
        """None for what another version wrote."""
        try:
            return cls(**json.loads(view.get("private_metadata") or ""))
        except (ValueError, TypeError):
            return None


def render_form(form: Form, origin: Origin, *, note: Card | None = None, root: str = "lab") -> Element | None:
    """None where it cannot carry what was given; `note` stands above the fields."""
    metadata = json.dumps(asdict(origin), ensure_ascii=False)
    if len(metadata) > METADATA or any(len(field.value) > _room(field) for field in form.fields):
        return None
    notes = render_card(note, root=root, prefix="note").blocks if note else []
    return _modal(form.title, metadata, [*notes, *map(_input, form.fields)], submit=form.submit)


def render_result(card: Card, *, root: str) -> Element:
    """A modal that shows an answer, where it can be told nowhere else."""
    quiet = Card(card.title, card.blocks, tone=card.tone, footer=card.footer)
    return _modal("Labkeeper", "", render_card(quiet, root=root).blocks, submit=None)


def read_values(view: Mapping[str, Any]) -> dict[str, str]:
    """What was filled in, by field; a field that was left empty, or is not as Slack sends it, is not among them."""
    found = {}
    for block_id, actions in _record(_record(view.get("state")).get("values")).items():
        for state in _record(actions).values() if block_id.startswith(_FIELD) else ():
            text = _value(_record(state))
            if text:
                found[block_id.removeprefix(_FIELD)] = text
    return found


def _record(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def shown_fields(view: Mapping[str, Any]) -> frozenset[str]:
    """The fields that the form has, filled in or not."""
    names = (str(block.get("block_id") or "") for block in view.get("blocks") or ())
    return frozenset(name.removeprefix(_FIELD) for name in names if name.startswith(_FIELD))


def errors(problems: Mapping[str, str]) -> dict[str, Any]:
    """The answer to a submission with what is wrong at each field."""
    return {
        "response_action": "errors",
        "errors": {f"{_FIELD}{name}": clip(literal(words), 300) for name, words in problems.items()},
    }


def render_options(choices: tuple[Choice, ...]) -> dict[str, Any]:
    return {"options": [_option(choice) for choice in choices if len(choice.value) <= OPTION]}


def _modal(title: str, metadata: str, blocks: list[Element], *, submit: str | None) -> Element:
    view: Element = {
        "type": "modal",
        "callback_id": CALLBACK,
        "title": plain(cut(title, TITLE)),
        "close": plain("Cancel" if submit else "Close"),
        "blocks": blocks,
        "private_metadata": metadata,
    }
    return view | {"submit": plain(cut(submit, TITLE))} if submit else view


def _input(field: FormField) -> Element:
    block: Element = {
        "type": "input",
        "block_id": f"{_FIELD}{field.name}",
        "label": plain(cut(field.label, LABEL)),
        "optional": not field.is_required,
        "element": _element(field),
    }
    return block | {"hint": plain(cut(field.hint, LABEL))} if field.hint else block


def _element(field: FormField) -> Element:
    element: Element = {"action_id": field.name}
    match field.ask:
        case Ask.LINE | Ask.TEXT:
            element |= {"type": "plain_text_input", "multiline": field.ask is Ask.TEXT, "max_length": INPUT}
            return element | {"initial_value": field.value} if field.value else element
        case Ask.CHOICE:
            element |= {"type": "static_select", "options": [_option(choice) for choice in field.choices]}
        case Ask.DAY:
            element |= {"type": "datepicker"}
            return element | {"initial_date": field.value} if field.value else element
        case Ask.SEARCH:
            element |= {"type": "external_select", "min_query_length": 0}
    chosen = next((one for one in field.choices if one.value == field.value), Choice(field.value, field.value))
    return element | {"initial_option": _option(chosen)} if field.value else element


def _option(choice: Choice) -> Element:
    return {"text": plain(cut(literal(choice.label), OPTION) or "—"), "value": choice.value}


def _room(field: FormField) -> int:
    return INPUT if field.ask in (Ask.LINE, Ask.TEXT) else OPTION


def _value(state: Mapping[str, Any]) -> str:
    if state.get("type") in _CHOSEN:
        return str((state.get("selected_option") or {}).get("value") or "")
    return str(state.get("selected_date") or state.get("value") or "").strip()
