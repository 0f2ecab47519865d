"""The words of a text, as they are searched by: one rule for both databases, whose own parsers differ."""

import unicodedata
from collections.abc import Iterable, Iterator

# Characters; what is longer is known by its beginning. PostgreSQL keeps no lexeme of more than 2,046 bytes.
LONGEST = 60
# Scripts that put no spaces between words: Thai to Khmer, kana, Han.
_UNSPACED = (
    (0x0E00, 0x109F),
    (0x1780, 0x17FF),
    (0x3040, 0x30FF),
    (0x3400, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)
# What says nothing about the question of a research task.
_FILLERS = frozenset(
    """
    about add and any are bad best better between build but can check compare could does doing each evaluate explore fix
    for from good has have help how improve instead into investigate its make more new not off one other our out over
    see should some study task test than that the their them then there these they this through train try trying use
    using versus was were what when where whether which while who why will with work would you your
    """.split()  # noqa: SIM905 - read as a text, of which a line more is easily added
)


def words_of(*texts: str) -> tuple[str, ...]:
    """Each once, in order: letters and digits in lower case, without the s of an English plural."""
    return tuple(dict.fromkeys(word for text in texts for word in _words(text)))


def significant_words(text: str) -> tuple[str, ...]:
    """Those that say what it is about."""
    return tuple(word for word in words_of(text) if word not in _FILLERS and (len(word) > 2 or not word.isascii()))


def _words(text: str) -> Iterator[str]:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    spaced = "".join(char if unicodedata.category(char)[0] in "LMN" else " " for char in folded)
    for word in spaced.split():
        if any(map(_is_unspaced, word)):
            yield from _pairs(word)
        else:
            yield _singular(word[:LONGEST])


def _singular(word: str) -> str:
    """`classes` and `class` are one word, as are `tails` and `tail`; every form begins with it."""
    if not word.isascii() or len(word) < 4:
        return word
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is", "as")) else word


def _pairs(word: str) -> Iterable[str]:
    """Every two characters that stand together, so that a part of a sentence is found."""
    return [word[place : place + 2] for place in range(len(word) - 1)] or [word]


def _is_unspaced(char: str) -> bool:
    code = ord(char)
    return code >= 0x0E00 and any(first <= code <= last for first, last in _UNSPACED)
