"""What a button or a form carries that is longer than Discord lets it be: kept for some days, by a code."""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bot.platforms.discord.clip import CUSTOM_ID, counted
from bot.platforms.discord.render import custom_id_of
from core.cards import Button, Card
from core.clock import Clock
from core.one_time_codes import CodePurpose, issue_code, read_code
from core.ports import Store

# As long as the receipt of a press is kept.
KEPT = timedelta(hours=72)
_SIGN = "~"
_TEXT = "text"


@dataclass(frozen=True)
class Carrying:
    """`clock` is real time: Discord's buttons do not age with the board."""

    store: Store
    clock: Clock

    async def shortened(self, card: Card) -> Card:
        """The card with short values in its buttons; for private answers, whose buttons do not live long."""
        if all(_fits(button) for button in card.buttons):
            return card
        buttons = [button if _fits(button) else await self._short(button) for button in card.buttons]
        return replace(card, buttons=tuple(buttons))

    async def full(self, value: str) -> str | None:
        """What a button carries; None where it was kept and is not any more."""
        if not value.startswith(_SIGN):
            return value
        kept = await self.kept(value.removeprefix(_SIGN))
        return str(kept[_TEXT]) if kept and _TEXT in kept else None

    async def keep(self, body: Mapping[str, Any]) -> str:
        """The code for it."""
        code, now = secrets.token_urlsafe(16), self.clock.now()
        await asyncio.wrap_future(
            self.store.write_directory(
                lambda teams: issue_code(
                    teams, purpose=CodePurpose.CARRIED, code=code, bound_to="", lasts=KEPT, now=now, body=body
                )
            )
        )
        return code

    async def kept(self, code: str) -> Mapping[str, Any] | None:
        now = self.clock.now()
        return await asyncio.wrap_future(
            self.store.read_directory(lambda teams: read_code(teams, purpose=CodePurpose.CARRIED, code=code, now=now))
        )

    async def _short(self, button: Any) -> Button:
        assert isinstance(button, Button)
        return replace(button, value=_SIGN + await self.keep({_TEXT: button.value}))


def _fits(button: Any) -> bool:
    if not isinstance(button, Button):
        return True
    # Discord hands back printable characters only where they are sent so.
    is_plain = button.value.isprintable() and not button.value.startswith(_SIGN)
    return is_plain and counted(custom_id_of(button.action, button.value)) <= CUSTOM_ID
