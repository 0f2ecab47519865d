"""All commands there are, and the nearest one to what was typed."""

import difflib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.command import ADMIN_ROOT, USER_ROOT, Command

# Whose verbs are meant where several nouns have one: most of what is said is about tasks.
_FIRST_NOUN = "task"


@dataclass(frozen=True)
class Catalogue:
    commands: tuple[Command, ...]

    @classmethod
    def of(cls, commands: Iterable[Command]) -> "Catalogue":
        """Raises `ValueError` for two of one name."""
        catalogue = cls(tuple(commands))
        if len(catalogue._by_name) != len(catalogue.commands):
            raise ValueError("two commands have one name")
        return catalogue

    @cached_property
    def _by_name(self) -> dict[tuple[str, str, str], Command]:
        return {(command.root, command.noun, command.verb): command for command in self.commands}

    def find(self, root: str, noun: str, verb: str) -> Command | None:
        return self._by_name.get((root, noun, verb))

    def default(self, root: str, noun: str) -> Command | None:
        """What the noun means alone."""
        return next((command for command in self.of_noun(root, noun) if command.is_default or not command.verb), None)

    def of_noun(self, root: str, noun: str) -> tuple[Command, ...]:
        return tuple(command for command in self.commands if (command.root, command.noun) == (root, noun))

    def nouns(self, root: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(command.noun for command in self.commands if command.root == root))

    def keys(self, root: str, words: Sequence[str]) -> frozenset[str]:
        """Those a line of these words may have; every one there is, where no command can be told."""
        noun, verb = (*(word.casefold() for word in words[:2]), "", "")[:2]
        command = self.find(root, noun, verb) or self.default(root, noun)
        return frozenset(option.name for one in ([command] if command else self.commands) for option in one.options)

    def has_noun(self, noun: str) -> bool:
        return any(command.noun == noun for command in self.commands)

    def nearest(self, root: str, noun: str, verb: str) -> Iterator[tuple[Command, bool]]:
        """The commands somebody may have meant, and whether `verb` belongs to them rather than to what follows.

        Under the other root, under another noun, or spelt a little differently, in this order.
        """
        other = ADMIN_ROOT if root == USER_ROOT else USER_ROOT
        there, alone = self.find(other, noun, verb), self.default(other, noun)
        if there and verb:
            yield there, True
        elif alone and (not verb or not alone.verb):
            yield alone, False
        by_verb = sorted(self.commands, key=lambda command: (command.root != root, command.noun != _FIRST_NOUN))
        yield from ((command, False) for command in by_verb if command.verb == noun)
        of_noun = self.of_noun(root, noun) or self.of_noun(other, noun)
        if of_noun:
            yield from ((command, True) for command in _alike(verb, of_noun, lambda command: command.verb))
        else:
            own = tuple(command for command in by_verb if command.root == root)
            both = _alike(f"{noun} {verb}", own, lambda command: command.name)
            yield from ((command, bool(command.verb)) for command in both)
            yield from (
                (command, False) for command in _alike(noun, by_verb, lambda command: command.verb or command.noun)
            )


def _alike(typed: str, commands: Sequence[Command], word: Callable[[Command], str]) -> Iterator[Command]:
    near = difflib.get_close_matches(typed, {word(command) for command in commands}, n=1, cutoff=0.6)
    return (command for command in commands if word(command) in near)
