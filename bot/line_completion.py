"""What may come next in a line that somebody types: nouns, verbs, keys, values, from the declarations."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.catalogue import Catalogue
from bot.command import ADMIN_ROOT, USER_ROOT, Command, Option, Place
from bot.suggestions import is_searched

MOST = 12


@dataclass(frozen=True, slots=True)
class Offer:
    """`line` is the whole line with it, as it is typed on: behind the root, and with a space or colon at its end."""

    line: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is offered by the declarations, and what must be searched for: values of `kind` that begin with `typed`, to
    stand behind `before`."""

    offers: tuple[Offer, ...] = ()
    kind: Any = None
    before: str = ""
    typed: str = ""


def complete_line(catalogue: Catalogue, root: str, text: str) -> Wanted:
    """`text` is the line behind the root, up to where somebody types."""
    words = text.split()
    is_open = bool(text) and not text[-1].isspace()
    if not words or (len(words) == 1 and is_open):
        return Wanted(tuple(_nouns(catalogue, root, words[0] if words else ""))[:MOST])
    noun, verb = words[0].casefold(), words[1].casefold() if len(words) > 1 else ""
    if len(words) < 2 or (len(words) == 2 and is_open):
        verbs = tuple(_verbs(catalogue, root, noun, verb))
        if verbs:
            return Wanted(verbs[:MOST])
    command = catalogue.find(root, noun, verb)
    taken = words[:2] if command else words[:1]
    command = command or catalogue.default(root, noun)
    if command is None:
        return Wanted()
    return _options(command, text, _behind(text, taken))


def _nouns(catalogue: Catalogue, root: str, typed: str) -> Iterator[Offer]:
    for noun in catalogue.nouns(root):
        if noun.startswith(typed.casefold()):
            commands = catalogue.of_noun(root, noun)
            verbs = ", ".join(command.verb for command in commands if command.verb)
            yield Offer(f"{noun} ", noun, verbs or commands[0].help)


def _verbs(catalogue: Catalogue, root: str, noun: str, typed: str) -> Iterator[Offer]:
    for command in catalogue.of_noun(root, noun):
        if command.verb and command.verb.startswith(typed):
            yield Offer(f"{command.name} ", f"{noun} {command.verb}", command.help)


def _behind(text: str, words: list[str]) -> int:
    """Where what stands behind the command's own words begins."""
    position = 0
    for word in words:
        position = text.index(word, position) + len(word)
    return min(position + 1, len(text))


def _options(command: Command, text: str, start: int) -> Wanted:
    begins = max(text.rfind(" ", start), text.rfind("\n", start), start - 1) + 1
    word, before = text[begins:], text[:begins]
    key, colon, value = word.partition(":")
    named = _named(command, key) if colon else None
    if named is not None:
        return _values(named, f"{before}{key}:", value)
    given = text[start:begins].split()
    used = {part.partition(":")[0].casefold() for part in given if ":" in part}
    free = [part for part in given if _named(command, part.partition(":")[0]) is None or ":" not in part]
    places = [option for option in command.options if option.place is Place.WORD]
    keys = tuple(_keys(command, before, word, used | {option.name for option in places[: len(free)]}))
    if not used and len(free) < len(places):
        found = _values(places[len(free)], before, word)
        return Wanted((*found.offers, *(keys if word or not found.kind else ())), found.kind, before, word)
    return Wanted(keys)


def _keys(command: Command, before: str, typed: str, used: set[str]) -> Iterator[Offer]:
    for option in command.options:
        if option.name not in used and option.name.startswith(typed.casefold()):
            needed = "" if not option.required else " (needed)"
            yield Offer(f"{before}{option.name}:", f"{option.name}:", f"{option.help}{needed}")


def _values(option: Option, before: str, typed: str) -> Wanted:
    if is_searched(option.kind):
        return Wanted(kind=option.kind, before=before, typed=typed)
    offers = [
        Offer(f"{before}{word} ", word, option.help)
        for word in option.choices
        if word.casefold().startswith(typed.casefold())
    ]
    if not offers and option.example and not typed and option.kind is not date:
        offers = [Offer(f"{before}{option.example} ", option.example, f"for example: {option.help}")]
    return Wanted(tuple(offers[:MOST]))


def _named(command: Command, key: str) -> Option | None:
    return next((option for option in command.options if option.name == key.casefold()), None)


def complete_root(typed: str, *, root: str) -> tuple[Offer, ...]:
    """For what begins with a slash and goes no further; the lines begin with the slash."""
    offered = ((root, "The team's board"), (f"{root}-admin", "For those who configure it"))
    return tuple(Offer(f"/{name} ", f"/{name}", hint) for name, hint in offered if f"/{name}".startswith(typed))


def roots(root: str) -> dict[str, str]:
    """What the roots are called here, and which ones they are."""
    return {root: USER_ROOT, f"{root}-admin": ADMIN_ROOT}
