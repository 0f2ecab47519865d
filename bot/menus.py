"""Message menus: what can be made of a message, declared once for every chat."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.command import Command
from bot.forms import form_of, form_with
from core import links
from core.forms import Form
from core.tasks import TITLE_LIMIT, Kind, Priority
from core.text import clip

# UTF-16 units, as clients count them: what a field of a form takes on Slack. A description takes more.
_ABOUT = 3_000
# Characters: Slack takes no longer name.
NAME_LIMIT = 24


@dataclass(frozen=True, slots=True)
class Quoted:
    """A message that something is made of: its words as people read them, where it stands, and who wrote it, where that
    is known."""

    text: str
    address: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True)
class MessageMenu:
    """An entry of a message's menu, which opens the form of `command` with `values` in it: raw texts by option.

    `asked` are the fields that are shown, where others would be than those of the command's own form.
    """

    name: str
    callback: str
    description: str
    command: str
    values: Callable[[Quoted], dict[str, str]]
    asked: tuple[str, ...] = ()

    def form(self, command: Command, message: Quoted) -> Form:
        values = self.values(message)
        if not self.asked:
            return form_of(command, values)
        return replace(form_with(command, self.asked, values), title=self.name)


def task_values(message: Quoted) -> dict[str, str]:
    """The first line is the title; all of it the description, where that says more."""
    title = _one_line(next((line for line in message.text.splitlines() if line.strip()), ""), TITLE_LIMIT)
    about = _fit(message.text.strip(), _ABOUT)
    return _given(title=title, about=about if about != title else "", link=message.address)


def problem_values(message: Quoted) -> dict[str, str]:
    """A problem with data is data work that somebody should look at now."""
    return task_values(message) | {"kind": str(Kind.DATA), "priority": str(Priority.NOW)}


def link_values(message: Quoted) -> dict[str, str]:
    words = f"{message.author}: {message.text}" if message.author and message.text.strip() else message.text
    return _given(url=message.address, title=_one_line(words, links.TITLE_LIMIT))


def finding_values(message: Quoted) -> dict[str, str]:
    """Its words and, below them, whose they are and where they stand."""
    address = f"<{message.address}>" if message.address else ""
    source = ": ".join(filter(None, (message.author, address)))
    below = f"\n\n{source}" if source else ""
    return _given(text=_fit(message.text.strip(), _ABOUT - len(below.encode("utf-16-le")) // 2) + below)


MAKE_A_TASK = MessageMenu(
    "Make a task", "message.make_task", "A task with this message's words, linked to it", "task new", task_values
)
ATTACH_TO_TASK = MessageMenu(
    "Attach to task", "message.attach_to_task", "Keeps this message with a task", "task link", link_values
)
SAVE_AS_FINDING = MessageMenu(
    "Save as finding", "message.save_as_finding", "Keeps this message's words as a finding about a task",
    "finding write", finding_values,
)  # fmt: skip
REPORT_A_DATA_PROBLEM = MessageMenu(
    "Report a data problem", "message.report_data_problem", "Data work with this message's words, to be done now",
    "task new", problem_values, ("title", "owner", "priority", "about", "link"),
)  # fmt: skip
MENUS = (MAKE_A_TASK, ATTACH_TO_TASK, SAVE_AS_FINDING, REPORT_A_DATA_PROBLEM)


def menu_of(callback: str) -> MessageMenu | None:
    return next((menu for menu in MENUS if menu.callback == callback), None)


def _given(**values: str) -> dict[str, str]:
    return {name: text for name, text in values.items() if text}


def _one_line(text: str, limit: int) -> str:
    return clip(" ".join(text.split()), limit)


def _fit(text: str, units: int) -> str:
    encoded = text.encode("utf-16-le")
    if len(encoded) <= 2 * units:
        return text
    return encoded[: 2 * (units - 1)].decode("utf-16-le", "ignore").rstrip() + "…"
