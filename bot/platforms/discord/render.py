"""Cards as Discord's components (V2): a container with the tone at its edge, its text, and its buttons inside.

An embed was not chosen because no mention in it notifies, and its buttons stand outside; in a container no link unfolds
a preview, and the whole of a card is edited as one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from bot.platforms.discord.clip import (
    BUTTON_LABEL,
    BUTTON_URL,
    BUTTONS,
    CUSTOM_ID,
    DIVIDERS,
    FOOTER,
    ROW,
    TEXT,
    TITLE,
    Fence,
    Line,
    Part,
    Rule,
    counted,
    cut_spans,
    cut_text,
    fit,
)
from bot.platforms.discord.wording import TypedLines, bold, code, escape, fenced, joined, moment
from bot.platforms.literal import literal, web_address
from core.cards import (
    Block,
    Bold,
    Bullets,
    Button,
    Card,
    Code,
    CommandLine,
    Divider,
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
    mentioned,
)
from core.deliveries import Picture
from core.text import clip

# Discord's numbers for kinds of components, and for the looks of a button.
ACTION_ROW, BUTTON, TEXT_DISPLAY, GALLERY, SEPARATOR, CONTAINER = 1, 2, 10, 12, 14, 17
# Characters of what a picture says in words.
ALT = 1_024
_STYLES = {Style.PLAIN: 2, Style.PRIMARY: 1, Style.DANGER: 4}
_LINK_STYLE = 5
_COLOURS = {Tone.NEUTRAL: 0x5865F2, Tone.GOOD: 0x3BA55D, Tone.WARNING: 0xE6A23C, Tone.BAD: 0xD83C3E}
# What tells of the tone without colours.
_TONES = {Tone.NEUTRAL: "", Tone.GOOD: "✓ ", Tone.WARNING: "▲ ", Tone.BAD: "✕ "}
_LARGEST_ID = 2**31 - 2

Component = dict[str, Any]


@dataclass(frozen=True, slots=True)
class DiscordMessage:
    """`users` are those whom it may notify, and nobody else is."""

    components: list[Component]
    users: list[str] = field(default_factory=list)


def render_card(
    card: Card, lines: TypedLines, *, people: Mapping[int, str] = {}, marker: str = "", note: str = ""
) -> DiscordMessage:
    """`people` are members' Discord ids; who is not among them is named and not notified. With `marker` the message can
    be found again, and `note` is Markdown of ours that stands below."""
    writer = _Writer(lines, people)
    inside = writer.content(card, note)
    container: Component = {"type": CONTAINER, "accent_color": _COLOURS[card.tone], "components": inside}
    if marker:
        container["id"], inside[0]["id"] = marker_ids(marker)
    users = sorted(people[member] for member in mentioned(card) if member in people)
    return DiscordMessage([container], users)


def with_picture(message: DiscordMessage, picture: Picture) -> DiscordMessage:
    """The picture that is uploaded with it stands in it, above what the card says and in place of its own words."""
    (container,) = message.components
    shown = {"media": {"url": f"attachment://{picture.name}"}, "description": clip(literal(picture.alt), ALT) or "—"}
    gallery = {"type": GALLERY, "items": [shown]}
    title = {**container["components"][0], "content": bold(picture.title) or "—"}
    return DiscordMessage([{**container, "components": [title, gallery]}], message.users)


def marker_ids(marker: str) -> tuple[int, int]:
    """Numbers for two components of a message: nobody sees them, and they come back when it is read."""
    digest = sha256(marker.encode()).digest()
    first, second = (int.from_bytes(digest[start : start + 8], "big") % _LARGEST_ID + 1 for start in (0, 8))
    return first, second if second != first else second % _LARGEST_ID + 1


def has_marker(message: Mapping[str, Any], marker: str) -> bool:
    match message.get("components"):
        case [{"id": first, "components": [{"id": second}, *_]}, *_]:
            return (first, second) == marker_ids(marker)
    return False


def plain_title(card: Card) -> str:
    """For where Discord parses nothing: the name of a thread."""
    words = {Link: "text", Bold: "text", Mono: "text", Mention: "name", TaskRef: "key", CommandLine: "line"}
    said = (span if isinstance(span, str) else str(getattr(span, words.get(type(span), ""), "")) for span in card.title)
    return " ".join(literal("".join(said)).split())


class _Writer:
    """Writes for one guild: its root of commands, its people."""

    def __init__(self, lines: TypedLines, people: Mapping[int, str]) -> None:
        self._lines, self._people = lines, people

    def content(self, card: Card, note: str) -> list[Component]:
        rows = _rows(card.buttons)
        footer = self.footer(card.footer)
        ending = [text for text in (footer, note) if text]
        room = TEXT - sum(counted(text) + 1 for text in ending)
        shown = self.displays(tuple(fit(self.parts(card), room, self.write)))
        return [*shown, *({"type": TEXT_DISPLAY, "content": text} for text in ending), *rows]

    def displays(self, parts: tuple[Part, ...]) -> list[Component]:
        """As few components as possible: lines below each other are one."""
        shown: list[Component] = []
        written: list[str] = []
        dividers = 0
        for part in (*parts, Rule()):
            if not isinstance(part, Rule):
                written.append(self.write(part))
                continue
            text = "\n".join(written).strip("\n")
            if text.strip():
                if shown:
                    shown.append({"type": SEPARATOR})
                shown.append({"type": TEXT_DISPLAY, "content": text})
            dividers += 1
            written = [] if dividers <= DIVIDERS else [text]
        return shown

    def parts(self, card: Card) -> tuple[Part, ...]:
        blocks = [part for block in card.blocks for part in self.block(block)]
        return (self.title(card), *(part for part in blocks if isinstance(part, Rule) or self.write(part).strip()))

    def title(self, card: Card) -> Line:
        """A heading where something stands below it; alone it is a sentence like any other. Never nothing."""
        spans = cut_spans(card.title, lambda shown: counted(self.text(shown)) <= TITLE)
        if not self.text(spans).strip():
            spans = ("—",)
        return Line(spans, ("### " if card.blocks else "") + _TONES[card.tone])

    def write(self, part: Part) -> str:
        match part:
            case Line(spans, before, is_item):
                text = self.text(spans)
                one_line = is_item or before.startswith("#")
                return before + (" ".join(text.split("\n")) if one_line else text)
            case Fence(text):
                return fenced(_beginning(text))
            case Rule():
                return ""

    def text(self, spans: Text) -> str:
        return joined(map(self.span, spans))

    def span(self, span: Span) -> str:
        match span:
            case str():
                return escape(_beginning(span))
            case Bold(text) | TaskRef(text):
                return bold(_beginning(text))
            case Mono(text):
                return code(_beginning(text))
            case Link(text, url):
                return _link(text, url)
            case Mention(member_id, name):
                known = self._people.get(member_id)
                return f"<@{known}>" if known else escape(f"@{name}")
            case When(at):
                return moment(at)
            case CommandLine(line):
                return code(self._lines.typed(line))

    def block(self, block: Block) -> list[Part]:
        match block:
            case Paragraph(spans):
                return [Line(spans)]
            case Fields(fields):
                return [Line((Bold(f"{field.name.rstrip(':')}:"), " ", *field.value)) for field in fields]
            case Bullets(items):
                shown = [item for item in items if self.text(item.text).strip()]
                return [Line(item.text, f"{'  ' * item.level}- ", True) for item in shown]
            case Table(columns, rows):
                return [Line((Bold(" · ".join(columns)),)), *(Line(_cells(row), "- ", True) for row in rows)]
            case Code(text):
                return [Fence(text)]
            case Divider():
                return [Rule()]
            case Image(_, alt):
                return [Line((alt,))]

    def footer(self, spans: Text) -> str:
        shown = cut_spans(spans, lambda some: counted(self.text(some)) <= FOOTER)
        text = " ".join(self.text(shown).split("\n"))
        return f"-# {text}" if text.strip() else ""


def _beginning(text: str) -> str:
    """What is longer than a message is cut in any case, and need not be looked through for that."""
    return text[: TEXT + 1]


def _cells(row: Row) -> Text:
    filled = [item.text for item in row.cells if any(span != "" for span in item.text)]
    return tuple(span for cell in filled for span in (" · ", *cell))[1:]


def _link(text: str, url: str) -> str:
    address = web_address(url).replace("(", "%28").replace(")", "%29").replace("*", "%2A")
    if not address:
        return escape(text if text == url or not url else f"{text} ({url})".strip())
    # Discord shows no link whose words are an address themselves.
    is_bare = text == url or "://" in text or not text.strip()
    return f"<{address}>" if is_bare else f"[{escape(' '.join(text.split()))}]({address})"


def _rows(buttons: tuple[Button | LinkButton, ...]) -> list[Component]:
    elements: list[Component] = []
    taken: set[str] = set()
    for element in filter(None, map(_button, buttons)):
        # Two of one id are refused; they would do the same.
        if element.get("custom_id", "") not in taken:
            taken |= {element["custom_id"]} if "custom_id" in element else set()
            elements.append(element)
    elements = elements[:BUTTONS]
    starts = range(0, len(elements), ROW)
    return [{"type": ACTION_ROW, "components": elements[start : start + ROW]} for start in starts]


def _button(button: Button | LinkButton) -> Component | None:
    """None for what cannot work in Discord: an address that is none, an id that would not come back whole."""
    label = cut_text(" ".join(literal(button.label).split()), BUTTON_LABEL)
    element: Component = {"type": BUTTON, "label": label or "—"}
    match button:
        case LinkButton(_, url):
            address = web_address(url)
            fits = address and len(address) <= BUTTON_URL
            return {**element, "style": _LINK_STYLE, "url": address} if fits else None
        case Button(_, action, value, style):
            custom_id = custom_id_of(action, value)
            if not action or ":" in action or not custom_id.isprintable() or counted(custom_id) > CUSTOM_ID:
                return None
            return {**element, "style": _STYLES[style], "custom_id": custom_id}


def custom_id_of(action: str, value: str) -> str:
    return f"{action}:{value}" if value else action


def read_custom_id(custom_id: str) -> tuple[str, str]:
    """The action and the value of a button."""
    action, _, value = custom_id.partition(":")
    return action, value
