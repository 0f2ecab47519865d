"""The lines of a commit message or a pull request that are its author's own words.

Left out are quoted (`>`), fenced (``` or ~~~) and indented (four spaces or a tab) lines, HTML comments (templates have
them, and a squash merge takes them into the message) and what a revert repeats. A fence that never closes hides the
rest; a comment that never closes is text.

A revert repeats one line, the reverted subject; whatever else it says was written by whoever reverts, and counts.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from core.errors import InvalidInput
from core.text import clean_line, clip

SUBJECT_LIMIT = 200

_LINE_BREAK = re.compile(r"\r\n?|\n")
_INDENTED = re.compile(r" {4}| {0,3}\t")
_QUOTED = re.compile(r" {0,3}>")
_FENCE = re.compile(r" {0,3}(?:(?:[-*+]|[0-9]{1,9}[.)]) +)?(`{3,}|~{3,})")
# `git revert` writes Revert "…", and Reapply "…" for the revert of a revert; squash merges and fixups quote both.
_REVERTED = re.compile(r"\b(?:Revert|Reapply) [\"“]")
_REVERT_TYPE = re.compile(r"[Rr]evert(?:\([^()]*\))?!?:")
# What a squash merge puts behind the subject: the number of its pull request.
_NUMBER = re.compile(r"([^\r\n]*\S)[ \t]+\(#[0-9]{1,9}\)[ \t]*(?=[\r\n]|\Z)")
# Neither database keeps them; \x09-\x0d and \x1c-\x1f are white space.
_UNSTORABLE = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class _Fence:
    marks: str
    column: int

    @classmethod
    def opened_by(cls, line: str) -> "_Fence | None":
        match = _FENCE.match(line)
        # ```code``` on one line is a code span.
        if match is None or (match[1][0] == "`" and "`" in line[match.end() :]):
            return None
        return cls(match[1], match.start(1))

    def is_closed_by(self, line: str) -> bool:
        marks = line.strip()
        indent = len(line) - len(line.lstrip(" "))
        return marks.startswith(self.marks) and not marks.strip(self.marks[0]) and indent <= self.column + 3


def own_lines(message: str) -> Iterator[str]:
    fence: _Fence | None = None
    for line in _lines_to_read(message):
        if fence is not None:
            fence = None if fence.is_closed_by(line) else fence
        elif (fence := _Fence.opened_by(line)) is None and not _is_repeated(line):
            reverted = _REVERTED.search(line)
            yield line[: reverted.start()] if reverted else line


def is_revert(message: str) -> bool:
    """By its subject, or because `This reverts commit …` is the first that the body says."""
    subject, body, *_ = *_first_lines(message, 2), "", ""
    repeats = _REVERTED.match(subject) or _REVERT_TYPE.match(subject)
    return bool(repeats) or body.startswith("This reverts commit ")


def without_number(message: str) -> str:
    """As it was before a squash merge put the pull request's number behind its subject."""
    found = _NUMBER.match(message)
    return found[1] + message[found.end() :] if found else message


def first_line(message: str) -> str:
    """The subject, to be shown; empty where there is nothing to see."""
    return next((storable_line(line, SUBJECT_LIMIT) for line in _first_lines(message, 1)), "")


def storable_line(text: str, limit: int) -> str:
    """Any text made such that `clean_line` takes it: nobody is there to be asked. Empty where nothing is visible."""
    # Clipped before it is normalized: sorting a long run of combining marks takes quadratic time.
    line = clip(_UNSTORABLE.sub("", " ".join(text.split())), limit)
    try:
        return clean_line(clip(unicodedata.normalize("NFC", line), limit), what="text", limit=limit)
    except InvalidInput:
        return ""


def _lines_to_read(message: str) -> list[str]:
    text = without_number(_without_comments(message.removeprefix("\ufeff")))
    lines = [line for line in _LINE_BREAK.split(text) if line and not line.isspace()]
    return lines[1:] if is_revert(text) else lines


def _first_lines(message: str, count: int) -> list[str]:
    found: list[str] = []
    for line in _LINE_BREAK.split(message.removeprefix("\ufeff")):
        if line.strip():
            found.append(line)
        if len(found) == count:
            break
    return found


def _is_repeated(line: str) -> bool:
    return bool(_INDENTED.match(line) or _QUOTED.match(line))


def _without_comments(text: str) -> str:
    kept, start = [], 0
    while (opened := text.find("<!--", start)) >= 0 and (closed := text.find("-->", opened + 2)) >= 0:
        kept.append(text[start:opened])
        start = closed + 3
    return "".join(kept) + text[start:]
