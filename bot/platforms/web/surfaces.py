"""What people do in the local chat: each a function that says what the page is told at once.

What others see of it comes to them, and to this page too, through the feed.
"""

import re
from dataclasses import dataclass, field, replace
from hashlib import sha256

from bot.buttons import SHARE, line_of
from bot.cards.mention import as_said_by_name, mention_help
from bot.cards.refusal import refusal_card
from bot.command import ADMIN_ROOT, USER_ROOT
from bot.dispatch import Outcome, run_line
from bot.line_completion import roots
from bot.mentions import complete_line, look_around, split_root
from bot.platforms.web.answers import with_share
from bot.platforms.web.chat import WebChat
from bot.platforms.web.dialogs import Dialog, Dialogs
from bot.platforms.web.reception import Reception
from bot.platforms.web.request import WebRequest
from bot.sharing import share_card
from core.errors import InvalidInput, UserError
from core.local_chat import TEXT_LIMIT, LocalMessage, NewMessage
from core.text import clean_text, is_blank

_SPOKEN_TO = re.compile(r"\s*(@labkeeper\b[\s,:]*)+", re.IGNORECASE)


@dataclass(frozen=True)
class Told:
    """What the page shows at once: messages, or a form to fill in."""

    messages: tuple[LocalMessage, ...] = ()
    dialog: Dialog | None = None


@dataclass(frozen=True)
class Said:
    """A line behind its root. What a button said `is_fixed`, and not asked again. `shown` is what was typed."""

    root: str
    text: str
    shown: str = ""
    is_fixed: bool = False
    is_by_name: bool = False


@dataclass(frozen=True)
class Surfaces:
    reception: Reception
    chat: WebChat
    dialogs: Dialogs = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "dialogs", Dialogs(self.reception, self.chat))

    async def say(self, request: WebRequest, text: str) -> Told:
        """A slash command, words to the bot, or words to all."""
        text = clean_text(text, what="message", limit=TEXT_LIMIT)
        if is_blank(text):
            raise InvalidInput("The message is empty.", "Write something, or type / for the commands.")
        if text.startswith("/"):
            return await self._command(request, text)
        message = await self._keep(request, text)
        spoken = _SPOKEN_TO.match(text)
        if spoken is None and not request.is_direct:
            return Told((message,))
        said = text[spoken.end() :] if spoken else text
        told = await self._to_bot(request, said.strip())
        return replace(told, messages=(message, *told.messages))

    async def press(self, request: WebRequest, message: LocalMessage, action: str, value: str) -> Told:
        deed = sha256(f"{action} {value}".encode()).hexdigest()[:24]
        # A private answer stays as it is when its button was pressed: who presses it twice means it once.
        once = f"press:{message.id}:{deed}" if message.only_for else f"press:{request.key}"
        if action == SHARE:
            return await self._share(request, value, once)
        line = line_of(self.reception.catalogue, action, value)
        if line is None:
            raise InvalidInput("This button is from another version.", "Say what you want instead.", example="lab help")
        return await self._run(request, Said(USER_ROOT, line, is_fixed=True), once)

    async def refuse(self, request: WebRequest, error: UserError, *, line: str = "") -> Told:
        """A refusal as it is read: privately, where it was asked for."""
        card = refusal_card(error)
        return Told((await self.chat.whisper(request, card, marker=f"refused:{request.key}", line=line),))

    async def _command(self, request: WebRequest, text: str) -> Told:
        first, _, rest = text.removeprefix("/").partition(" ")
        root = roots(self.reception.root).get(first.strip().casefold())
        if root is None:
            raise InvalidInput(f"There is no command “/{first[:40]}” here.", "All there is:", example="lab help")
        if request.thread is not None:
            around = await self.reception.read(look_around, channel=request.ref, thread=str(request.thread))
            rest = complete_line(self.reception.catalogue, root, rest.strip(), around)
        return await self._run(request, Said(root, rest.strip(), shown=text), f"say:{request.key}")

    async def _to_bot(self, request: WebRequest, text: str) -> Told:
        catalogue = self.reception.catalogue
        root, said = split_root(catalogue, text, root=self.reception.root)
        thread = str(request.thread) if request.thread else ""
        around = await self.reception.read(look_around, channel=request.ref, thread=thread)
        if not said:
            card = as_said_by_name(mention_help(around.task))
            return Told((await self.chat.whisper(request, card, marker=f"help:{request.key}"),))
        line = complete_line(catalogue, root, said, around)
        return await self._run(request, Said(root, line, is_by_name=not request.is_direct), f"say:{request.key}")

    async def _run(self, request: WebRequest, said: Said, receipt: str) -> Told:
        try:
            dialog = await self.dialogs.ask_for_rest(request, said.root, said.text, is_fixed=said.is_fixed)
            if dialog is not None:
                return Told(dialog=dialog)
            context = await self.reception.context(request, receipt=receipt)
            answer = await run_line(context, said.root, said.text)
            if answer.form:
                dialog = await self.dialogs.ask_for_rest(request, USER_ROOT, answer.form, is_fixed=True)
                if dialog is not None:
                    return Told(dialog=dialog)
            card = with_share(answer)
        except UserError as error:
            card = refusal_card(error)
        self.reception.wake()
        card = as_said_by_name(card) if said.is_by_name else card
        whisper = self.chat.whisper(request, card, marker=f"to:{request.subject}:{request.key}", line=said.shown)
        return Told((await whisper,))

    async def _share(self, request: WebRequest, value: str, receipt: str) -> Told:
        """Says a reading line again and posts what it answers; the answer is as fresh as the press."""
        root = ADMIN_ROOT if value.startswith(f"{ADMIN_ROOT} ") else USER_ROOT
        context = await self.reception.context(request, receipt=receipt)
        answer = await run_line(replace(context, only_reads=True), root, value.removeprefix(f"{root} "))
        if answer.outcome is not Outcome.DONE:
            return Told((await self.chat.whisper(request, answer.card, marker=f"to:{request.subject}:{request.key}"),))
        await context.do(
            share_card, card=answer.card, channel=request.ref, name=request.channel_name, key=receipt
        )  # fmt: skip
        self.reception.wake()
        return Told()

    async def _keep(self, request: WebRequest, text: str) -> LocalMessage:
        return await self.chat.say(
            NewMessage(
                channel=request.channel, author=request.subject, thread=request.thread, text=text,
                marker=f"by:{request.subject}:{request.key}",
            )
        )  # fmt: skip
