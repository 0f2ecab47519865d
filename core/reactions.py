"""Reactions: an emoji that makes a task of the message it is put on, in each channel that wants it."""

import re
from datetime import datetime

from core.errors import InvalidInput
from core.events import EmojiChosen
from core.ids import ChannelRef
from core.journal import Actor, record
from core.ports import UnitOfWork

# Characters; Slack's own names are shorter.
_EMOJI = re.compile(r"[^\s:<>@#]{1,100}")
# Behind a name, as in `+1::skin-tone-2`.
_SHADE = "::"
# One sign under several names: people type any of them, and a chat tells of a reaction by one.
_ALIASES = {
    alias: names[0]
    for names in (
        ("+1", "thumbsup"), ("-1", "thumbsdown"), ("memo", "pencil"), ("boom", "collision"), ("email", "envelope"),
        ("exclamation", "heavy_exclamation_mark"), ("hand", "raised_hand"), ("facepunch", "punch"),
        ("laughing", "satisfied"), ("hankey", "poop", "shit"), ("bee", "honeybee"), ("runner", "running"),
        ("book", "open_book"), ("phone", "telephone"), ("car", "red_car"), ("boat", "sailboat"),
        ("feet", "paw_prints"), ("shirt", "tshirt"), ("izakaya_lantern", "lantern"), ("hocho", "knife"),
        ("dolphin", "flipper"), ("moon", "waxing_gibbous_moon"), ("mans_shoe", "shoe"),
        ("the_horns", "sign_of_the_horns"),
    )
    for alias in names[1:]
}  # fmt: skip


def parse_emoji(text: str) -> str:
    """`:memo:`, `memo`, or the sign itself; in whatever shade."""
    name = plain_emoji(text.strip().strip(":"))
    if not _EMOJI.fullmatch(name) or not name.isprintable():
        raise InvalidInput(f"“{text.strip()[:40]}” is not an emoji.", "Give its name, for example memo, or none.")
    return name


def plain_emoji(name: str) -> str:
    plain = name.partition(_SHADE)[0].casefold()
    return _ALIASES.get(plain, plain)


def choose_emoji(
    work: UnitOfWork, *, actor: Actor, channel: ChannelRef, name: str, emoji: str | None, now: datetime
) -> bool:
    """Whether that is new; None for no emoji at all. `name` is the channel's."""
    found = work.channels.ensure(channel, name, now)
    if found.emoji == emoji:
        return False
    work.channels.set_emoji(found.id, emoji)
    record(work, EmojiChosen(name, emoji), actor=actor, now=now)
    return True
