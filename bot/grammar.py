"""The grammar of a line: `task new Try focal loss kind:investigate why:no gain over baseline by:3d`.

Free words come first. A value runs to the next key that this command knows, so it needs no quotes; what stands in
quotes is never a key. Quotes may be straight or curly, keys and words in any case.
"""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.catalogue import Catalogue
from bot.command import Command, Option, Place
from core.errors import InvalidInput

_CLOSING = {'"': '"', "“": "”", "”": "”", "„": "“", "«": "»"}
_KEY = re.compile(r"([^\W\d_][\w-]{0,30}):(?!//)")
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Line:
    """A command and the raw text of each option that was given."""

    command: Command
    values: dict[str, str]


def parse_line(catalogue: Catalogue, root: str, text: str) -> Line:
    """Raises `InvalidInput` with the nearest valid line when a word is unknown."""
    noun, after_noun = _split_word(text)
    verb, after_verb = _split_word(after_noun)
    command = catalogue.find(root, noun, verb)
    if command is not None and verb:
        return Line(command, parse_values(command, after_verb))
    command = catalogue.default(root, noun)
    if command is not None and (not verb or not command.verb):
        return Line(command, parse_values(command, after_noun))
    raise _unknown(catalogue, root, (noun, after_noun), (verb, after_verb))


def _split_word(text: str) -> tuple[str, str]:
    """The first word in lower case, and the text behind it as it was typed."""
    first, *rest = text.split(maxsplit=1) or [""]
    return first.casefold(), rest[0] if rest else ""


def parse_values(command: Command, text: str) -> dict[str, str]:
    """The raw text of each option. Raises `InvalidInput` for words that fit nowhere."""
    keys = {option.name.casefold(): option for option in command.options}
    marks = list(_known_keys(text, keys, command))
    values = _assign_words(command, text[: marks[0][0] if marks else len(text)])
    ends = [*(mark[0] for mark in marks[1:]), len(text)]
    for (_, start, option), end in zip(marks, ends, strict=False):
        if option.name in values:
            raise InvalidInput(f"“{option.name}” is given twice.", "Say it once.")
        values[option.name] = _unquote(text[start:end])
    return values


def _known_keys(text: str, keys: dict[str, Option], command: Command) -> Iterator[tuple[int, int, Option]]:
    """Where each key begins, where its value begins, and whose it is."""
    position = 0
    while (word := _WORD.search(text, position)) is not None:
        position = _end_of_quotes(text, word.start()) or word.end()
        key = _KEY.match(text, word.start())
        if key is None:
            continue
        option = keys.get(key[1].casefold())
        if option is None:
            _refuse_misspelt(key[1], bool(text[key.end() : key.end() + 1].strip()), keys, command)
            continue
        yield word.start(), key.end(), option
        position = _end_of_quotes(text, key.end()) or key.end()


def _assign_words(command: Command, text: str) -> dict[str, str]:
    values: dict[str, str] = {}
    rest = text.strip()
    for option in command.options:
        if not rest or option.place is Place.KEY:
            continue
        end = len(rest)
        if option.place is Place.WORD:
            end = _end_of_quotes(rest, 0) or len(_WORD.match(rest)[0])  # type: ignore[index]
        values[option.name] = _unquote(rest[:end])
        rest = rest[end:].strip()
    if rest:
        raise InvalidInput(
            f"“{rest[:60]}” is too much here.", f"The line is: {command.pattern}", example=command.example
        )  # fmt: skip
    return values


def _end_of_quotes(text: str, start: int) -> int | None:
    """Behind the quotes that open at `start`, if they do and close at the end of a word."""
    closing = _CLOSING.get(text[start : start + 1])
    if closing is None:
        return None
    end = text.find(closing, start + 1)
    while end != -1 and text[end + 1 : end + 2].strip():
        end = text.find(closing, end + 1)
    return end + 1 if end != -1 else None


def _unquote(text: str) -> str:
    text = text.strip()
    return text[1:-1].strip() if len(text) > 1 and _end_of_quotes(text, 0) == len(text) else text


def _refuse_misspelt(word: str, has_value: bool, keys: dict[str, Option], command: Command) -> None:
    near = difflib.get_close_matches(word.casefold(), keys, n=1, cutoff=0.75)
    if near and has_value:
        raise InvalidInput(
            f"There is no “{word}:” here. Did you mean “{near[0]}:”?",
            f"If it is part of the text, put the text in quotes. The line is: {command.pattern}",
        )


def _unknown(catalogue: Catalogue, root: str, first: tuple[str, str], second: tuple[str, str]) -> InvalidInput:
    """The refusal of a word; `first` and `second` are the words said and what was said behind each."""
    noun, verb = first[0], second[0]
    of_noun = catalogue.of_noun(root, noun)
    word = verb if of_noun else noun
    nearest = catalogue.nearest(root, noun, verb)
    if nearest is None:
        known = ", ".join(command.verb for command in of_noun) or ", ".join(catalogue.nouns(root))
        more = f"lab help {noun}" if of_noun else "lab help"
        return InvalidInput(f"There is no “{word[:40]}”.", f"There is: {known}.", example=more)
    command, has_verb = nearest
    line = f"{command.line} {second[1] if has_verb else first[1]}".strip()
    return InvalidInput(f"There is no “{word[:40]}” here.", "Did you mean:", example=line)
