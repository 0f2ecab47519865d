"""Where platforms show the same answer differently, each with its reason.

A difference is applied to what its platforms show, one after the other, and leaves what all of them have in common.
`test_transcripts` says which are there in vain.
"""

import re
from dataclasses import dataclass

from tests.fakes.discord.small_guild import ANA

TERMINAL, SLACK, DISCORD = "terminal", "slack", "discord"
CHATS = (SLACK, DISCORD)


@dataclass(frozen=True)
class Difference:
    """`at` is a pattern of the lines whose answers it is about, `beside` the chat that the terminal is compared with;
    without one it is about all."""

    platforms: tuple[str, ...]
    pattern: str
    common: str
    reason: str
    at: str = ""
    beside: str = ""


_TIME = r"\d\d:\d\d"
_FORM = "where a form can be opened, it asks for what is missing"
_OWN_IDS = "each platform knows people by its own ids"
_ZONE = "Slack tells each one's zone; elsewhere the team's is taken until somebody tells theirs"
_TYPED = "Discord has no free words: each value stands behind its option"
_CLIENT = "Discord's client offers no other choice, so that nobody can say it"
_HIDDEN = "Discord's client shows /lab-admin only to those who may use it"

DIFFERENCES = (
    # How a card is drawn.
    Difference((TERMINAL,), r"(?m)^(▌|  ?) ?", "", "a bar and an indent hold together what nothing frames"),
    Difference(CHATS, r"(?m)^[▲✕✓] ", "", "a card's edge has no colour, or not for everybody: a sign shows the tone"),
    Difference((TERMINAL,), r"(?m)(?<=\S) {2,}(?=\S)", " | ", "columns: all letters are as wide"),
    Difference(CHATS, r"(?<=\n)([a-z][\w ]{1,22}): ", r"\1 | ", "letters differ in width: no columns"),
    Difference((DISCORD,), r"(?m)^• ", "", "no tables: a row is an item of a list", at=" list"),
    Difference((DISCORD,), " · ", " | ", "no tables: a dot between cells", at=" list"),
    Difference((TERMINAL,), "─{24}", "---", "a line across the card"),
    # What depends on where it is read.
    Difference((TERMINAL,), "labkeeper lab", "/lab", "a line to copy is for where it is read: here a shell"),
    Difference((DISCORD,), r"(/lab(?:-admin)? \w+ \w+) (?:task|title|key|finding|member):", r"\1 ", _TYPED),
    Difference((DISCORD,), r"(/lab task note \S+) text:", r"\1 ", _TYPED),
    Difference((TERMINAL,), rf"\b\d\d? [A-Z][a-z]{{2}} ({_TIME})", r"\1", "it knows the reader's today"),
    Difference((SLACK,), rf"\b[A-Z][a-z]{{2}} \d\d?, \d{{4}} ({_TIME})", r"\1", "Slack's own form of a moment"),
    Difference((DISCORD,), rf"\b\d\d? [A-Z][a-z]+ \d{{4}} ({_TIME})", r"\1", "Discord's own form of a moment"),
    Difference((TERMINAL,), r" <https?://\S+>", "", "a link cannot be pressed: its address is there to copy"),
    Difference((TERMINAL,), r"home channel \| none.*", "home channel | #general", "a terminal has no channels"),
    # Who somebody is.
    Difference((TERMINAL,), r" \(the team's\)", "", _ZONE, beside=SLACK),
    Difference((TERMINAL,), "Europe/Lisbon", "UTC", _ZONE, beside=DISCORD),
    Difference((TERMINAL,), "test:ana", "the chat's id of ana", _OWN_IDS),
    Difference((SLACK,), "slack:U1", "the chat's id of ana", _OWN_IDS),
    Difference((DISCORD,), f"discord:{ANA}", "the chat's id of ana", _OWN_IDS),
    # What can be said, and what is asked instead.
    Difference(CHATS, r"(?s)^\[form\].*", "[asked]", _FORM),
    Difference((TERMINAL,), r"(?s)^“[^”]+” is missing.*", "[asked]", _FORM),
    Difference((TERMINAL,), r"(?s)^(Splitting makes two|CHURN-2 is research|Dropped research is).*", "[asked]", _FORM),
    Difference((DISCORD,), r"(?s)^\[not taken\] \w+ is one of.*", "[no such choice]", _CLIENT),
    Difference((TERMINAL,), r"(?s)^\w+: “\w+” is not one of them.*", "[no such choice]", _CLIENT, beside=DISCORD),
    Difference((DISCORD,), r"(?s)^\[not taken\] no /lab-admin here.*", "[not offered]", _HIDDEN),
    Difference((TERMINAL,), r"(?s)^Only administrators may do this.*", "[not offered]", _HIDDEN, beside=DISCORD),
)


@dataclass
class Comparison:
    """Of the terminal with a chat. `used` are those that made a difference."""

    chat: str
    used: set[Difference]

    def common(self, platform: str, line: str, shown: str) -> str:
        for one in DIFFERENCES:
            if platform in one.platforms and one.beside in (self.chat, "") and re.search(one.at, line):
                changed = re.sub(one.pattern, one.common, shown)
                if changed != shown:
                    self.used.add(one)
                shown = changed
        return shown.strip()

    def in_vain(self) -> list[Difference]:
        platforms = {TERMINAL, self.chat}
        about = (one for one in DIFFERENCES if platforms & set(one.platforms) and one.beside in (self.chat, ""))
        return [one for one in about if one not in self.used]
