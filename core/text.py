"""What people type, made safe to keep: always literal, never changed in meaning."""

import re
import unicodedata

from core.errors import InvalidInput

_SPACE = re.compile(r"\s+")
_NEWLINE = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")

# Letters and signs that are drawn as nothing: a Braille cell, the Hangul fillers.
_BLANKS = "\u2800\u3164\u115f\u1160\uffa0"

# Explicit directional formatting (Unicode UAX #9): what opens, and what closes it.
_EMBEDDINGS = "\u202a\u202b\u202d\u202e"
_ISOLATES = "\u2066\u2067\u2068"
_POP_EMBEDDING, _POP_ISOLATE = "\u202c", "\u2069"


def clean_line(text: str, *, what: str, limit: int) -> str:
    """One line: runs of white space become one space. Refused when blank, too long or not storable."""
    line = _SPACE.sub(" ", clean_text(text, what=what, limit=limit)).strip()
    if is_blank(line):
        raise InvalidInput(f"The {what} is empty.", f"Write the {what} in a few words.")
    return line


def is_blank(text: str) -> bool:
    """Whether nothing of it can be seen."""
    return not any(_is_visible(char) for char in text)


def clean_text(text: str, *, what: str, limit: int) -> str:
    """Several lines, at most `limit` characters. Refused when it holds what a database cannot keep."""
    _refuse_unstorable(text, what)
    text = unicodedata.normalize("NFC", _NEWLINE.sub("\n", text)).strip()
    if len(text) > limit:
        raise InvalidInput(
            f"The {what} has {len(text):,} characters; at most {limit:,} fit.", "Shorten it, or put the rest in a note."
        )
    return text


def contain_direction(text: str) -> str:
    """`text` with every embedding and isolate it opens also closed, so that it cannot turn the text after it."""
    opened: list[str] = []
    for char in text:
        if char in _EMBEDDINGS:
            opened.append(_POP_EMBEDDING)
        elif char in _ISOLATES:
            opened.append(_POP_ISOLATE)
        elif opened and char == opened[-1]:
            opened.pop()
    return text + "".join(reversed(opened))


def clip(text: str, limit: int) -> str:
    """At most `limit` characters; what is cut ends in an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _refuse_unstorable(text: str, what: str) -> None:
    for position, char in enumerate(text, start=1):
        code = ord(char)
        # PostgreSQL text holds no NUL, UTF-8 no lone surrogate; other controls would act on a reader's terminal.
        if (code < 0x20 and char not in "\t\n\r\x0b\x0c") or code == 0x7F or (0x80 <= code < 0xA0 and code != 0x85):
            raise InvalidInput(
                f"The {what} has an invisible control character (U+{code:04X}) at position {position}.",
                "Remove it and send the line again.",
            )
        if 0xD800 <= code <= 0xDFFF:
            raise InvalidInput(f"The {what} is not valid text at position {position}.", "Send it as UTF-8.")


def _is_visible(char: str) -> bool:
    return unicodedata.category(char) not in ("Cf", "Zs", "Zl", "Zp", "Cc", "Mn") and char not in _BLANKS
