"""Cards as Slack blocks. What people wrote stands in elements that are never parsed: mrkdwn has no place here."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.platforms.literal import literal, web_address
from bot.platforms.slack.clip import (
    ACTION_ID,
    BLOCK_ID,
    BUTTON_LABEL,
    BUTTON_VALUE,
    BUTTONS,
    FOOTER,
    TABLE_COLUMNS,
    TITLE,
    Element,
    cut,
    cut_elements,
    fit,
)
from bot.platforms.slack.elements import bullets, cell, joined, link, plain, preformatted, section, styled, words
from bot.platforms.slack.fallback import fallback_text
from bot.platforms.slack.wording import command_text, moment_text
from core.cards import (
    Block,
    Bold,
    Bullets,
    Button,
    Card,
    Code,
    CommandLine,
    Divider,
    Field,
    Fields,
    Image,
    Link,
    LinkButton,
    Mention,
    Mono,
    Paragraph,
    Row,
    Span,
    Style,
    Table,
    TaskRef,
    Text,
    Tone,
    When,
)

# Signs of text, not emoji: they stand quietly before the title.
_TONES = {Tone.NEUTRAL: "", Tone.GOOD: "✓ ", Tone.WARNING: "▲ ", Tone.BAD: "✕ "}
# What a button that leads elsewhere reports when it is pressed; there is nothing to do then.
LINK_ACTION = "link"
# Room for the number that tells two buttons, or two blocks, apart.
_NUMBER = 4


@dataclass(frozen=True, slots=True)
class SlackMessage:
    """`text` is what notifications show of the blocks, and what screen readers read."""

    text: str
    blocks: list[dict[str, Any]]


def render_card(card: Card, *, root: str = "lab", people: Mapping[int, str] = {}, prefix: str = "b") -> SlackMessage:
    """`people` are members' Slack ids; who is not among them is named and not notified."""
    writer = _Writer(root, people)
    blocks = fit(writer.content(card), [*writer.footer(card.footer), *_actions(card.buttons)])
    prefix = prefix[: BLOCK_ID - _NUMBER]
    named = [{**block, "block_id": f"{prefix}-{number}"} for number, block in enumerate(blocks, start=1)]
    return SlackMessage(fallback_text(card, root=root), named)


def action_of(action_id: str) -> str:
    """The action of the button that was pressed, without the number that made it unique."""
    return action_id.partition(":")[0]


class _Writer:
    """Writes for one workspace: its root of commands, its people."""

    def __init__(self, root: str, people: Mapping[int, str]) -> None:
        self._root = root
        self._people = people

    def content(self, card: Card) -> list[Element]:
        """A message holds one table: the first that is not too wide. Of any other, each row is a line of a list."""
        pieces = self.title(card)
        has_table = False
        for block in card.blocks:
            if isinstance(block, Table) and block.rows and not has_table and 0 < len(block.columns) <= TABLE_COLUMNS:
                pieces.append(self.table(block))
                has_table = True
            else:
                pieces += self.block(block)
        return joined(pieces)

    def title(self, card: Card) -> list[Element]:
        """A heading where something stands below it; alone it is a sentence like any other.

        Never nothing: a message that begins with rich text cannot be changed into one that does not (block_mismatch).
        """
        elements = self.text(card.title)
        if not section(elements):
            elements = [words("—")]
        if _TONES[card.tone]:
            elements = [words(_TONES[card.tone]), *elements]
        if card.blocks:
            elements = [styled(element, bold=True) for element in elements]
        return section(cut_elements(elements, TITLE))

    def text(self, spans: Text) -> list[Element]:
        elements = map(self.span, spans)
        return [element for element in elements if element.get("text") != ""]

    def span(self, span: Span) -> Element:
        match span:
            case str():
                return words(span)
            case Bold(text) | TaskRef(text):
                return styled(words(text), bold=True)
            case Mono(text):
                return styled(words(text), code=True)
            case Link(text, url):
                return link(text, url)
            case Mention(member_id, name):
                known = self._people.get(member_id)
                return {"type": "user", "user_id": known} if known else words(f"@{name}")
            case When(at):
                form = {"format": "{date_short_pretty} {time}", "fallback": moment_text(at)}
                return {"type": "date", "timestamp": int(at.timestamp()), **form}
            case CommandLine(line):
                return styled(words(command_text(line, root=self._root)), code=True)

    def block(self, block: Block) -> list[Element]:
        match block:
            case Paragraph(spans):
                return section(self.text(spans))
            case Fields(fields):
                return [part for field in fields for part in section(self.field(field))]
            case Bullets(items):
                return bullets((self.text(item.text), item.level) for item in items)
            case Table(columns, rows):
                heading = styled(words(" · ".join(columns)), bold=True)
                return [*section([heading]), *bullets((self.line(row), 0) for row in rows)]
            case Code(text):
                return preformatted(text)
            case Divider():
                return [{"type": "divider"}]
            case Image(_, alt):
                # A picture is a file of its own in the thread; a block would need an address that Slack can reach.
                return section([words(alt)])

    def field(self, field: Field) -> list[Element]:
        name = styled(words(f"{field.name.rstrip(':')}:"), bold=True)
        return [name, words(" "), *self.text(field.value)]

    def line(self, row: Row) -> list[Element]:
        cells = filter(None, (self.text(item.text) for item in row.cells))
        return [element for cell in cells for element in (words(" · "), *cell)][1:]

    def table(self, table: Table) -> Element:
        width = len(table.columns)
        heading = [cell([styled(words(column), bold=True)]) for column in table.columns]
        rows = [[cell(self.text(item.text)) for item in row.cells[:width]] for row in table.rows]
        filled = [row + [cell([])] * (width - len(row)) for row in rows]
        # The last column is the one with whole sentences.
        settings = [{"is_wrapped": number == width} for number in range(1, width + 1)]
        return {"type": "table", "rows": [heading, *filled], "column_settings": settings}

    def footer(self, spans: Text) -> list[Element]:
        """Small and grey where all of it is text: there, Slack takes a link, a person or a time only as mrkdwn."""
        elements = cut_elements(self.text(spans), FOOTER)
        if any(element["type"] != "text" for element in elements):
            return joined(section(elements))
        text = "".join(element["text"] for element in elements)
        return [{"type": "context", "elements": [plain(text)]}] if text.strip() else []


def _actions(buttons: tuple[Button | LinkButton, ...]) -> list[Element]:
    elements: list[Element] = []
    alike: Counter[str] = Counter()
    for element in filter(None, map(_button, buttons)):
        action = element["action_id"]
        alike[action] += 1
        elements.append({**element, "action_id": action if alike[action] == 1 else f"{action}:{alike[action]}"})
    return [{"type": "actions", "elements": elements[:BUTTONS]}] if elements else []


def _button(button: Button | LinkButton) -> Element | None:
    """None for what cannot work in Slack: an address that is none, an id that would not come back whole."""
    label = cut(" ".join(literal(button.label).split()), BUTTON_LABEL) or "—"
    element: Element = {"type": "button", "text": plain(label)}
    match button:
        case LinkButton(_, url):
            address = web_address(url)
            return {**element, "action_id": LINK_ACTION, "url": address} if address else None
        case Button(_, action, value, style):
            if not action or ":" in action or not (action + value).isprintable():
                return None
            if len(action) > ACTION_ID - _NUMBER or len(value) > BUTTON_VALUE:
                return None
            element["action_id"] = action
            if value:
                element["value"] = value
            return element if style is Style.PLAIN else {**element, "style": style.value}
