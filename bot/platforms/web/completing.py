"""What the message box offers while somebody types."""

from dataclasses import dataclass

from bot.command import USER_ROOT
from bot.line_completion import MOST, Offer, Wanted, complete_line, complete_root, roots
from bot.platforms.web.people import BOT
from bot.platforms.web.reception import Reception
from bot.platforms.web.request import WebRequest
from bot.suggestions import suggest
from core.members import MemberRef

_LONGEST = 2_000


@dataclass(frozen=True)
class Completing:
    reception: Reception

    async def complete(self, request: WebRequest, text: str) -> tuple[Offer, ...]:
        """`text` is what stands before the caret; nothing where nothing of ours can follow."""
        if len(text) > _LONGEST:
            return ()
        name = f"@{BOT}"
        if text.startswith("/"):
            first, space, line = text[1:].partition(" ")
            root = roots(self.reception.root).get(first.casefold())
            if not space:
                return complete_root(text.casefold(), root=self.reception.root)
            return await self._line(request, root, line, f"/{first} ") if root else ()
        if text.casefold().startswith(f"{name} ".casefold()):
            return await self._line(request, USER_ROOT, text[len(name) + 1 :], text[: len(name) + 1])
        if request.is_direct and text:
            return await self._line(request, USER_ROOT, text, "")
        return await self._people(request, text)

    async def _line(self, request: WebRequest, root: str, line: str, before: str) -> tuple[Offer, ...]:
        wanted = complete_line(self.reception.catalogue, root, line)
        found = (*await self._search(request, wanted), *wanted.offers)[:MOST]
        return tuple(Offer(before + offer.line, offer.label, offer.hint) for offer in found)

    async def _search(self, request: WebRequest, wanted: Wanted) -> tuple[Offer, ...]:
        if wanted.kind is None:
            return ()
        context = await self.reception.context(request)
        typed = wanted.typed.removeprefix("@")
        choices = await context.read(suggest, actor=context.actor, kind=wanted.kind, typed=typed)
        return tuple(
            Offer(f"{wanted.before}{choice.value} ", choice.value, choice.label.removeprefix(choice.value).strip())
            for choice in choices
        )

    async def _people(self, request: WebRequest, text: str) -> tuple[Offer, ...]:
        """Behind an @: the bot, and whoever is a member."""
        begins = max(text.rfind(" "), text.rfind("\n")) + 1
        word, before = text[begins:], text[:begins]
        if not word.startswith("@"):
            return ()
        own: tuple[Offer, ...] = (
            Offer(f"{before}@{BOT} ", f"@{BOT}", "Say it to the bot: it takes what stands behind /lab"),
        )
        own = own if f"@{BOT}".casefold().startswith(word.casefold()) else ()
        return own + await self._search(request, Wanted(kind=MemberRef, before=before, typed=word[1:]))
