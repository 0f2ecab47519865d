"""Cards as HTML: markup of our own around words that are escaped, each exactly once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from markupsafe import Markup

from bot.board_links import task_path
from bot.platforms.literal import web_address
from bot.platforms.web.wording import command_text, escaped, literal
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
    Item,
    Link,
    LinkButton,
    Mention,
    Mono,
    Paragraph,
    Span,
    Style,
    Table,
    TaskRef,
    Text,
    Tone,
    When,
)
from core.errors import InvalidInput
from core.ids import TaskKey

# What a tone says to whoever does not see its colour.
_TONES = {Tone.GOOD: "Good", Tone.WARNING: "Attention", Tone.BAD: "Problem"}


def render_card(card: Card, *, root: str = "lab", is_alive: bool = True) -> Markup:
    """Where it is not alive, it has no buttons, and lines to type are only shown. `root` is the first word of those."""
    return _Page(root, is_alive).card(card)


def render_text(text: Text, *, root: str = "lab", is_alive: bool = False) -> Markup:
    return _Page(root, is_alive).text(text)


def render_block(block: Block, *, root: str = "lab", is_alive: bool = False) -> Markup:
    return _Page(root, is_alive).block(block)


def render_moment(at: datetime, *, with_day: bool = False) -> Markup:
    """In UTC; `times.js` shows it in the reader's own zone, that of today without its day unless that must be there."""
    at = at.astimezone(UTC)
    shown = f"{at.day} {at:%b %Y %H:%M} UTC"
    kind = Markup('data-moment="day"' if with_day else "data-moment")
    return Markup('<time datetime="{}" {}>{}</time>').format(f"{at:%Y-%m-%dT%H:%M:%SZ}", kind, shown)


@dataclass(frozen=True, slots=True)
class _Page:
    root: str
    is_alive: bool

    def card(self, card: Card) -> Markup:
        parts = [Markup('<div class="card card-{}">').format(card.tone.value), self.title(card)]
        parts += [self.block(block) for block in card.blocks]
        if self.is_alive and card.buttons:
            buttons = Markup("").join(map(_button, card.buttons))
            parts.append(Markup('<div class="card-buttons">{}</div>').format(buttons))
        if card.footer:
            parts.append(Markup('<p class="card-footer">{}</p>').format(self.text(card.footer)))
        return Markup("").join([*parts, Markup("</div>")])

    def title(self, card: Card) -> Markup:
        tone = _TONES.get(card.tone)
        said = Markup('<span class="unseen">{}: </span>').format(tone) if tone else Markup("")
        return Markup('<p class="card-title" dir="auto">{}{}</p>').format(said, self.text(card.title))

    def text(self, text: Text) -> Markup:
        return Markup("").join(map(self.span, text))

    def span(self, span: Span) -> Markup:
        match span:
            case str():
                return escaped(span)
            case Bold(words):
                return Markup("<strong>{}</strong>").format(literal(words))
            case Mono(words):
                return Markup("<code>{}</code>").format(literal(words))
            case Link(words, url):
                return _link(words, url)
            case Mention(member, name):
                return Markup('<span class="mention" data-member="{}">@{}</span>').format(member, literal(name))
            case When(at):
                return render_moment(at)
            case TaskRef(key):
                return _task(key)
            case CommandLine(line, is_pattern):
                return self.line(line, is_pattern=is_pattern)

    def line(self, line: str, *, is_pattern: bool) -> Markup:
        shown = command_text(line, root=self.root)
        if is_pattern or not self.is_alive:
            return Markup("<code>{}</code>").format(shown)
        return Markup(
            '<button type="button" class="command" data-line="{}" title="Put it into the message box">{}</button>'
        ).format(shown, shown)

    def block(self, block: Block) -> Markup:
        match block:
            case Paragraph(text):
                return Markup('<p dir="auto">{}</p>').format(self.text(text))
            case Fields(fields):
                return Markup("<dl>{}</dl>").format(Markup("").join(map(self.field, fields)))
            case Bullets(items):
                return self.items(items)
            case Table():
                return self.table(block)
            case Code(text):
                return Markup('<pre tabindex="0">\n{}</pre>').format(literal(text))
            case Divider():
                return Markup("<hr>")
            case Image(id, alt):
                return _picture(f"/pictures/{id}", alt)

    def field(self, field: Field) -> Markup:
        name = literal(field.name.rstrip(":"))
        return Markup('<div><dt>{}</dt><dd dir="auto">{}</dd></div>').format(name, self.text(field.value))

    def items(self, items: Sequence[Item]) -> Markup:
        """Items that are deeper than the one before them are a list within it."""
        shown, place = Markup(""), 0
        while place < len(items):
            end = next((n for n in range(place + 1, len(items)) if items[n].level <= items[place].level), len(items))
            within = self.items(items[place + 1 : end]) if end > place + 1 else Markup("")
            shown += Markup('<li dir="auto">{}{}</li>').format(self.text(items[place].text), within)
            place = end
        return Markup("<ul>{}</ul>").format(shown)

    def table(self, table: Table) -> Markup:
        heads = Markup("").join(Markup('<th scope="col">{}</th>').format(literal(name)) for name in table.columns)
        rows = Markup("").join(
            Markup("<tr>{}</tr>").format(Markup("").join(self.cell(cell) for cell in row.cells)) for row in table.rows
        )
        return Markup(
            '<div class="table" tabindex="0" role="group" aria-label="Table">'
            "<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>"
        ).format(heads, rows)

    def cell(self, cell: Item) -> Markup:
        return Markup('<td dir="auto">{}</td>').format(self.text(cell.text))


def _picture(address: str, alt: str) -> Markup:
    """Leads to itself: on a phone it is read by looking closer."""
    shown = Markup('<img src="{}" alt="{}" loading="lazy">').format(address, alt)
    return Markup('<figure><a href="{}" target="_blank" rel="noopener">{}</a></figure>').format(address, shown)


def _task(key: str) -> Markup:
    """Leads to its page on the board, where it is a key."""
    try:
        path = task_path(TaskKey.parse(key))
    except InvalidInput:
        return Markup('<span class="task-key">{}</span>').format(literal(key))
    return Markup('<a class="task-key" href="{}" target="_blank" rel="noopener">{}</a>').format(path, literal(key))


def _link(words: str, url: str) -> Markup:
    address = web_address(url)
    shown = literal(words).strip() or literal(url)
    if not address:
        return escaped(words)
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer nofollow">{}</a>').format(address, shown)


def _button(button: Button | LinkButton) -> Markup:
    label = " ".join(literal(button.label).split()) or "—"
    match button:
        case LinkButton(_, url):
            address = web_address(url)
            link = Markup('<a class="button" href="{}" target="_blank" rel="noopener noreferrer nofollow">{}</a>')
            return link.format(address, label) if address else Markup("")
        case Button(_, action, value, style):
            kind = "" if style is Style.PLAIN else f" button-{style.value}"
            press = Markup('<button type="button" class="button{}" data-action="{}" data-value="{}">{}</button>')
            return press.format(kind, literal(action), literal(value), label)
