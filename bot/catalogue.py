"""All commands there are, and the nearest one to what was typed."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from bot.command import ADMIN_ROOT, USER_ROOT, Command


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

    def nearest(self, root: str, noun: str, verb: str) -> tuple[Command, bool] | None:
        """The command somebody meant, and whether `verb` belongs to it rather than to what follows.

        Under the other root, under another noun, or spelt a little differently, in this order.
        """
        other = ADMIN_ROOT if root == USER_ROOT else USER_ROOT
        for candidate in (self.find(other, noun, verb), self.find(other, noun, "")):
            if candidate is not None:
                return candidate, bool(candidate.verb)
        for command in self.commands:
            if command.verb == noun:
                return command, False
        return self._alike(root, noun, verb)

    def _alike(self, root: str, noun: str, verb: str) -> tuple[Command, bool] | None:
        of_noun = self.of_noun(root, noun)
        candidates = of_noun or tuple(command for command in self.commands if command.root == root)
        names = {(command.verb if of_noun else command.name): command for command in candidates}
        typed = verb if of_noun else f"{noun} {verb}"
        near = difflib.get_close_matches(typed, names, n=1, cutoff=0.55)
        if not near:
            near = difflib.get_close_matches(noun, names, n=1, cutoff=0.6) if not of_noun else []
        return (names[near[0]], bool(names[near[0]].verb)) if near else None
