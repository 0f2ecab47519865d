"""A card in plain words: for notifications, for screen readers, and for search.

Slack shows `blocks` where a message has them, but it parses the `text` beside them as mrkdwn all the same, which has no
way to write a literal `*`, and makes links of what looks like an address. So what could come alive is broken by a
character that looks the same or is not seen at all.
"""

import re

from bot.platforms.literal import literal
from bot.platforms.slack.clip import FALLBACK_BYTES
from bot.platforms.slack.wording import command_text, moment_text
from core.cards import (
    Block,
    Bold,
    Bullets,
    Card,
    Code,
    CommandLine,
    Divider,
    Fields,
    Image,
    Link,
    Mention,
    Mono,
    Paragraph,
    Span,
    Table,
    TaskRef,
    Text,
    When,
)
from core.text import clip

_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
# Full-width signs format as well, for those who write Japanese.
_LOOKALIKES = str.maketrans({"*": "∗", "＊": "∗", "`": "'", "｀": "'", "~": "∼", "＿": "ˍ"})
# Inside a word, as in val_auc, an underscore is only itself.
_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_PLAIN_ADDRESS = re.compile(r"https?://[A-Za-z0-9.:/-]{1,200}")
_QUOTE = re.compile(r"^(\s*)[>＞]", re.MULTILINE)
# Where a mention, a channel, an address, an emoji (:tada:) and a bare domain are cut in two.
_JOINTS = re.compile(r"(?<=[@#])(?=\S)|(?<=:)(?=/|[^\s:]+:)|(?<=mailto)(?=:)|(?<=\w\.)(?=[^\W\d_]{2})", re.IGNORECASE)
# Without any of these, nothing of the above is found.
_SUSPECT = re.compile(r"[\u202a-\u202e\u2066-\u2069*＊`｀~_＿>＞]|[@#:.]\S|mailto:", re.IGNORECASE)
_WORD_JOINER = "\u2060"
# Half an entity; an underscore that stood inside a word, and would now end it.
_CUT_OFF = re.compile(r"(?:&[a-z]{0,3}|_)$")


def fallback_text(card: Card, *, root: str) -> str:
    """At most 4,000 bytes, and never empty: Slack would refuse both."""
    text = "\n".join(plain_lines(card, root=root))
    return _within(_with_addresses(_inert(clip(text, FALLBACK_BYTES)), card), FALLBACK_BYTES) or "—"


def plain_lines(card: Card, *, root: str) -> list[str]:
    """Its words, line by line, as they are: for where Slack parses nothing."""
    lines = [_line(card.title, root)]
    for block in card.blocks:
        lines += _block(block, root)
    lines.append(_line(card.footer, root))
    return [line for line in lines if line.strip()]


def _with_addresses(text: str, card: Card) -> str:
    """An address that the card shows as itself may be copied from here too: it leads nowhere else than there."""
    for block in card.blocks:
        for span in block.text if isinstance(block, Paragraph) else ():
            if isinstance(span, Link) and span.text == span.url and _PLAIN_ADDRESS.fullmatch(span.url):
                text = text.replace(_inert(span.url), span.url)
    return text


def _line(spans: Text, root: str) -> str:
    return "".join(_span(span, root) for span in spans)


def _span(span: Span, root: str) -> str:
    match span:
        case str():
            return literal(span)
        case Bold(words) | Mono(words):
            return literal(words)
        case Link(words, url):
            return literal(words or url)
        case Mention(_, name):
            return f"@{literal(name)}"
        case When(at):
            return moment_text(at)
        case TaskRef(key):
            return literal(key)
        case CommandLine(line):
            return command_text(line, root=root)


def _block(block: Block, root: str) -> list[str]:
    match block:
        case Paragraph(spans):
            return [_line(spans, root)]
        case Fields(fields):
            return [f"{literal(field.name).rstrip(':')}: {_line(field.value, root)}" for field in fields]
        case Bullets(items):
            return ["• " + _line(item.text, root) for item in items]
        case Table(columns, rows):
            cells = [[_line(cell.text, root) for cell in row.cells] for row in rows]
            return [" · ".join(filter(None, row)) for row in [[literal(column) for column in columns], *cells]]
        case Code(code):
            return [literal(code)]
        case Image(_, alt):
            return [literal(alt)]
        case Divider():
            return []


def _inert(text: str) -> str:
    # Most words have nothing of the kind.
    if _SUSPECT.search(text):
        text = _DIRECTIONS.sub("", text).translate(_LOOKALIKES)
        text = _QUOTE.sub(r"\1›", _UNDERSCORE.sub("ˍ", text))
        text = _JOINTS.sub(_WORD_JOINER, text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").strip()


def _within(text: str, limit: int) -> str:
    """`text` in at most `limit` bytes of UTF-8, with nothing half or alive where it is cut."""
    if len(text.encode()) <= limit:
        return text
    kept = text.encode()[: limit - len("…".encode())].decode(errors="ignore")
    return _CUT_OFF.sub("", kept).rstrip() + "…"
