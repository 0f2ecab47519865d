"""From the words a shell passes to the line that was meant."""

import re
from collections.abc import Sequence

_KEY = re.compile(r"([^\W\d_][\w-]{0,30}:)(?!//)(.*)", re.DOTALL)
_QUOTES = (('"', '"'), ("“", "”"), ("«", "»"))


def join_words(words: Sequence[str]) -> str:
    """What the shell's quotes held together stays together: such a word is one text, or one key and its value."""
    if len(words) == 1:
        return words[0]
    return " ".join(_kept_together(word) if _needs_quotes(word) else word for word in words)


def _needs_quotes(word: str) -> bool:
    return not word or any(char.isspace() for char in word)


def _kept_together(word: str) -> str:
    key = _KEY.fullmatch(word)
    prefix, text = (key[1], key[2]) if key and not key[1][0].isspace() else ("", word)
    for opening, closing in _QUOTES:
        if closing not in text:
            return f"{prefix}{opening}{text}{closing}"
    return word
