"""Somebody who says lines to a board and reads the answers as text."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from typing import Any

from bot.app import load_catalogue
from bot.context import Context, Ports
from bot.dispatch import Answer, Outcome, run_line
from bot.grammar import choose_command, parse_values
from bot.platforms.terminal.render import card_as_text
from core.cards import Card, CommandLine, card_from_json, card_to_json
from core.ids import ChannelRef
from core.journal import Actor
from core.members import zone_info
from core.teams import Team
from tests.drivers import PORTS, BoardDriver

CATALOGUE = load_catalogue()


@dataclass(frozen=True)
class Said:
    """An answer: `text` is what the terminal shows of it."""

    answer: Answer
    text: str

    @property
    def card(self) -> Card:
        return self.answer.card

    @property
    def facts(self) -> dict[str, str]:
        return dict(self.card.facts)


@dataclass
class Speaker:
    """Says whole lines, `lab task new …`. Whatever is answered, its lines to copy must be lines one can say."""

    board: BoardDriver
    actor: Actor
    zone: str = "Europe/Lisbon"
    channel: ChannelRef | None = None
    ports: Ports = PORTS

    @property
    def now(self) -> datetime:
        return self.board.now

    def say(self, line: str) -> Said:
        root, _, words = line.partition(" ")
        team = Team(self.board.team, "Acme", "Europe/Lisbon")
        context = Context(
            self.board.store, team, self.actor, self.zone, self.now, CATALOGUE, self.ports, channel=self.channel,
            channel_name="lab" if self.channel else "",
        )  # fmt: skip
        answer = asyncio.run(run_line(context, root, words))
        assert card_from_json(card_to_json(answer.card)) == answer.card
        for shown in (*lines_to_copy(answer.card), *filter(None, [answer.share])):
            check_line(shown)
        return Said(answer, card_as_text(answer.card, zone=zone_info(self.zone), now=self.now))

    def done(self, line: str, *words: str) -> Said:
        """It is done, and these words are in the answer."""
        said = self.say(line)
        assert said.answer.outcome is Outcome.DONE, said.text
        _expect(said, words)
        return said

    def refused(self, line: str, *words: str) -> Said:
        """It is refused with these words, which are more than what was wrong, and nothing was written."""
        before = self.board.told()
        said = self.say(line)
        assert said.answer.outcome is Outcome.REFUSED, said.text
        assert said.card.blocks, f"it says only what was wrong: {said.text}"
        _expect(said, words)
        assert self.board.told() == before
        return said

    def beside(self, name: str, *, is_admin: bool = False) -> "Speaker":
        """Another person at the same board."""
        return Speaker(self.board, self.board.sign_in(name, is_admin=is_admin), self.zone, self.channel)


def lines_to_copy(card: Card) -> Iterator[str]:
    """Every line on the card that is there to be typed."""
    for value in _values(card):
        if isinstance(value, CommandLine) and not value.is_pattern:
            yield value.line


def check_line(line: str) -> None:
    """The line is one of the commands, and every value in it can be read; a bare noun is a line too."""
    root, _, words = line.partition(" ")
    if CATALOGUE.of_noun(root, words):
        return
    command, rest = choose_command(CATALOGUE, root, words)
    values = parse_values(command, rest)
    for option in command.options:
        if option.name in values:
            option.parse(values[option.name])


def _values(value: Any) -> Iterator[Any]:
    yield value
    if isinstance(value, tuple):
        for item in value:
            yield from _values(item)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _values(getattr(value, field.name))


def _expect(said: Said, words: tuple[str, ...]) -> None:
    for word in words:
        assert word in said.text, f"“{word}” is not in:\n{said.text}"
