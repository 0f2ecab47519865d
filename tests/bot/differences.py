"""Where platforms show the same answer differently, each with its reason.

A difference is applied to what its platforms show, one after the other, and leaves what all of them have in common.
`test_transcripts` says which are there in vain.
"""

import re
from dataclasses import dataclass

TERMINAL, SLACK, DISCORD = "terminal", "slack", "discord"
CHATS = (SLACK, DISCORD)


@dataclass(frozen=True)
class Difference:
    """`at` is a pattern of the lines whose answers it is about; without one it is about all."""

    platforms: tuple[str, ...]
    pattern: str
    common: str
    reason: str
    at: str = ""


_TIME = r"\d\d:\d\d"
_FORM = "where a form can be opened, it asks for what is missing"

DIFFERENCES = (
    # How a card is drawn.
    Difference((TERMINAL,), r"(?m)^(▌|  ?) ?", "", "a bar and an indent hold together what nothing frames"),
    Difference((SLACK,), r"(?m)^[▲✕✓] ", "", "a card's edge has no colour: a sign shows the tone"),
    Difference((TERMINAL,), r"(?m)(?<=\S) {2,}(?=\S)", " | ", "columns: all letters are as wide"),
    Difference(CHATS, r"(?<=\n)([a-z][\w ]{1,22}): ", r"\1 | ", "letters differ in width: no columns"),
    Difference((TERMINAL,), "─{24}", "---", "a line across the card"),
    # What depends on where it is read.
    Difference((TERMINAL,), "labkeeper lab", "/lab", "a line to copy is for where it is read: here a shell"),
    Difference((TERMINAL,), rf"\b\d\d? [A-Z][a-z]{{2}} ({_TIME})", r"\1", "it knows the reader's today"),
    Difference((SLACK,), rf"\b[A-Z][a-z]{{2}} \d\d?, \d{{4}} ({_TIME})", r"\1", "Slack's own form of a moment"),
    Difference((TERMINAL,), r" <https?://\S+>", "", "a link cannot be pressed: its address is there to copy"),
    Difference((TERMINAL,), r"home channel \| none.*", "home channel | #general", "a terminal has no channels"),
    # Who somebody is.
    Difference((TERMINAL,), r" \(the team's\)", "", "Slack tells each one's zone"),
    Difference((TERMINAL,), "test:ana", "the chat's id of ana", "each platform knows people by its own ids"),
    Difference((SLACK,), "slack:U1", "the chat's id of ana", "each platform knows people by its own ids"),
    # Forms.
    Difference(CHATS, r"(?s)^\[form\].*", "[asked]", _FORM),
    Difference((TERMINAL,), r"(?s)^“[^”]+” is missing.*", "[asked]", _FORM),
    Difference((TERMINAL,), r"(?s)^(Splitting makes two|CHURN-2 is research|Dropped research is).*", "[asked]", _FORM),
)  # fmt: skip


@dataclass
class Comparison:
    """`used` are those that made a difference."""

    used: set[Difference]

    def common(self, platform: str, line: str, shown: str) -> str:
        for one in DIFFERENCES:
            if platform in one.platforms and re.search(one.at, line):
                changed = re.sub(one.pattern, one.common, shown)
                if changed != shown:
                    self.used.add(one)
                shown = changed
        return shown.strip()

    def in_vain(self, *platforms: str) -> list[Difference]:
        return [one for one in DIFFERENCES if set(one.platforms) & set(platforms) and one not in self.used]
