"""The grammar of a line: `task new Try focal loss kind:investigate why:no gain over baseline by:3d`.

Free words come first. A value runs to the next key that this command knows, so it needs no quotes; what stands in
quotes is never a key. Quotes may be straight or curly, keys and words in any case.
"""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.catalogue import Catalogue
from bot.command import Command, Option, Place
from core.errors import InvalidInput

_CLOSING = {'"': '"', "“": "”", "”": "”", "„": "“", "«": "»"}
_CLOSES = {closing: re.compile(rf"{closing}(?!\S)") for closing in _CLOSING.values()}
_KEY = re.compile(r"([^\W\d_][\w-]{0,30}):(?!//)")
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Line:
    """A command and the raw text of each option that was given."""

    command: Command
    values: dict[str, str]


def parse_line(catalogue: Catalogue, root: str, text: str) -> Line:
    """Raises `InvalidInput`."""
    command, rest = choose_command(catalogue, root, text)
    return Line(command, parse_values(command, rest))


def choose_command(catalogue: Catalogue, root: str, text: str) -> tuple[Command, str]:
    """The command that is meant and what was said behind its words.

    Raises `InvalidInput` with the nearest valid line when a word is unknown.
    """
    noun, after_noun = _split_word(text)
    verb, after_verb = _split_word(after_noun)
    command = catalogue.find(root, noun, verb)
    if command is not None and verb:
        return command, after_verb
    command = catalogue.default(root, noun)
    if command is not None and (not verb or not command.verb):
        return command, after_noun
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


def format_line(command: Command, values: Mapping[str, str]) -> str:
    """The line behind the root that gives these values, as `parse_values` reads them."""
    words, is_bare = [command.name], True
    for option in command.options:
        if option.name not in values:
            is_bare = False
            continue
        value = values[option.name]
        # All that is left needs no quotes, where nothing in it reads as a key.
        is_rest = option.place is Place.REST and is_bare and _reads_as_text(value)
        text = value if is_rest else _quote(value)
        is_bare = is_rest or (is_bare and option.place is Place.WORD)
        words.append(text if is_bare else f"{option.name}:{text}")
    return " ".join(words)


def _reads_as_text(value: str) -> bool:
    words = value.split()
    return bool(words) and not any(_KEY.match(word) or word[0] in _CLOSING for word in words)


def _quote(text: str) -> str:
    """Bare where that reads the same: one word without a key or quotes in it."""
    if _WORD.fullmatch(text) and not _KEY.match(text) and text[0] not in _CLOSING:
        return text
    for opening, closing in _CLOSING.items():
        found = _CLOSES[closing].search(f"{text}{closing}")
        if found is not None and found.start() == len(text):
            return f"{opening}{text}{closing}"
    # Somebody ended words with every kind of quotes there is; without them it is read nearly the same.
    return text


def _known_keys(text: str, keys: dict[str, Option], command: Command) -> Iterator[tuple[int, int, Option]]:
    """Where each key begins, where its value begins, and whose it is."""
    quotes = _Quotes(text)
    position = 0
    while (word := _WORD.search(text, position)) is not None:
        position = quotes.end(word.start()) or word.end()
        key = _KEY.match(text, word.start())
        if key is None:
            continue
        option = keys.get(key[1].casefold())
        if option is None:
            _refuse_misspelt(key[1], bool(text[key.end() : key.end() + 1].strip()), keys, command)
            continue
        yield word.start(), key.end(), option
        position = quotes.end(key.end()) or word.end()


def _assign_words(command: Command, text: str) -> dict[str, str]:
    values: dict[str, str] = {}
    rest = text.strip()
    for option in command.options:
        if not rest or option.place is Place.KEY:
            continue
        end = len(rest)
        if option.place is Place.WORD:
            end = _Quotes(rest).end(0) or len(_WORD.match(rest)[0])  # type: ignore[index]
        values[option.name] = _unquote(rest[:end])
        rest = rest[end:].strip()
    if rest:
        raise InvalidInput(
            f"“{rest[:60]}” is too much here.", f"The line is: {command.pattern}", example=command.example
        )  # fmt: skip
    return values


class _Quotes:
    """Where quotes close in one text, asked from left to right: what never closes is looked for once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._never_closed: set[str] = set()

    def end(self, start: int) -> int | None:
        """Behind the quotes that open at `start`, if they do and close at the end of a word."""
        closing = _CLOSING.get(self._text[start : start + 1])
        if closing is None or closing in self._never_closed:
            return None
        found = _CLOSES[closing].search(self._text, start + 1)
        if found is None:
            self._never_closed.add(closing)
            return None
        return found.end()


def _unquote(text: str) -> str:
    text = text.strip()
    return text[1:-1].strip() if len(text) > 1 and _Quotes(text).end(0) == len(text) else text


def _refuse_misspelt(word: str, has_value: bool, keys: dict[str, Option], command: Command) -> None:
    near = difflib.get_close_matches(word.casefold(), keys, n=1, cutoff=0.75) if has_value else []
    if near:
        raise InvalidInput(
            f"There is no “{word}:” here. Did you mean “{near[0]}:”?",
            f"If it is part of the text, put the text in quotes. The line is: {command.pattern}",
        )


def _unknown(catalogue: Catalogue, root: str, first: tuple[str, str], second: tuple[str, str]) -> InvalidInput:
    """The refusal of a word; `first` and `second` are the words said and what was said behind each."""
    noun, verb = first[0], second[0]
    of_noun = catalogue.of_noun(root, noun)
    word = verb if of_noun else noun
    lines = [
        (command, second[1] if has_verb else first[1]) for command, has_verb in catalogue.nearest(root, noun, verb)
    ]
    if not lines:
        known = ", ".join(command.verb for command in of_noun) or ", ".join(catalogue.nouns(root))
        more = f"lab help {noun}" if catalogue.has_noun(noun) else "lab help"
        return InvalidInput(f"There is no “{word[:40]}” here.", f"There is: {known}.", example=more)
    command, rest = next((line for line in lines if _is_complete(*line)), lines[0])
    return InvalidInput(f"There is no “{word[:40]}” here.", "Did you mean:", example=f"{command.line} {rest}".strip())


def _is_complete(command: Command, rest: str) -> bool:
    """Whether the command takes what was said."""
    try:
        values = parse_values(command, rest)
        for option in command.options:
            if option.name in values:
                option.parse(values[option.name])
    except InvalidInput:
        return False
    return all(option.name in values for option in command.options if option.required)
