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


def parse_emoji(text: str) -> str:
    """`:memo:`, `memo`, or the sign itself; in whatever shade."""
    name = plain_emoji(text.strip().strip(":"))
    if not _EMOJI.fullmatch(name) or not name.isprintable():
        raise InvalidInput(f"“{text.strip()[:40]}” is not an emoji.", "Give its name, for example memo, or none.")
    return name


def plain_emoji(name: str) -> str:
    return name.partition(_SHADE)[0].casefold()


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
