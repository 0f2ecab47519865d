"""From the words a shell passes to the line that was meant."""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

_KEY = re.compile(r"([^\W\d_][\w-]{0,30}):(?!//)")
_QUOTES = (('"', '"'), ("“", "”"), ("«", "»"))


def join_words(words: Sequence[str], keys: AbstractSet[str]) -> str:
    """What the shell's quotes held together stays together: such a word is one text, or one of `keys` and its value."""
    if len(words) == 1:
        return words[0]
    return " ".join(_kept_together(word, keys) if _has_space(word) else word for word in words)


def _has_space(word: str) -> bool:
    return not word or any(char.isspace() for char in word)


def _kept_together(word: str, keys: AbstractSet[str]) -> str:
    inside = [found for found in _KEY.finditer(word) if found[1].casefold() in keys]
    is_value = bool(inside) and inside[0].start() == 0
    if not inside and _KEY.match(word):
        # A sentence such as “Note: it works”, or a key that was misspelt, which the grammar must see.
        return word
    start = inside[0].end() if is_value else 0
    for opening, closing in _QUOTES:
        if closing not in word[start:]:
            return f"{word[:start]}{opening}{word[start:]}{closing}"
    return word
