"""The commit grammar: which tasks a commit, a branch or a pull request names, and what it says about them.

    CHURN-12 CHURN-13 #start                     commands stand behind the keys and apply to all of them;
    CHURN-12 #done CHURN-13 #start               a key behind a command begins anew: CHURN-13 alone is started
    CHURN-12 #note see #general and CHURN-9      text runs to the next command or the end of the line; an unknown #word
                                                 is text, and a key in it is mentioned without being commanded
    Fixes CHURN-12, CHURN-13 and CHURN-14        done, for the whole list; “does not fix”, “partly fixes” only mention

A key counts in upper case and as a word of its own; not in a web address, in `code` or beside an invisible character
(`CHURN-12` and a zero-width space and `3` reads as CHURN-123). A command without what it needs is text.

A message may be hostile: everything is linear in its length, and no more than KEY_LIMIT tasks are mentioned and
ACTION_LIMIT commands applied (counted per task). What goes beyond, at the end of the message, is text.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from core.blockers import WHY_LIMIT
from core.errors import InvalidInput
from core.ids import TaskKey
from core.links import parse_url
from core.message_lines import own_lines, storable_line
from core.metrics import Measurement
from core.notes import NOTE_LIMIT

KEY_LIMIT = 1_000
ACTION_LIMIT = 1_000
MEASUREMENT_LIMIT = 50


@dataclass(frozen=True, slots=True)
class Start:
    pass


@dataclass(frozen=True, slots=True)
class Review:
    pass


@dataclass(frozen=True, slots=True)
class Done:
    pass


@dataclass(frozen=True, slots=True)
class Blocked:
    """`why` is empty where the author gave no reason."""

    why: str


@dataclass(frozen=True, slots=True)
class Unblocked:
    pass


@dataclass(frozen=True, slots=True)
class NoteLine:
    text: str


@dataclass(frozen=True, slots=True)
class Measured:
    measurements: tuple[Measurement, ...]


@dataclass(frozen=True, slots=True)
class LinkedRun:
    """`reference` is a web address or the tracker's own id."""

    reference: str


Action = Start | Review | Done | Blocked | Unblocked | NoteLine | Measured | LinkedRun


@dataclass(frozen=True, slots=True)
class TaskMention:
    """`actions` are in the order they were written; none where the task is only named."""

    key: TaskKey
    actions: tuple[Action, ...] = ()


# Controls, marks of direction, joiners, combining marks, variation selectors, tags, lone surrogates.
_INVISIBLE = (
    r"\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u0300-\u036f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    r"\u20d0-\u20ff\ud800-\udfff\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff"
)
_BEFORE = rf"(?<![\w#{_INVISIBLE}])(?<!\w-)"
_AFTER = rf"(?![\w{_INVISIBLE}]|[-.]\w)"
_NUMBER = r"(?P<number>[1-9][0-9]{0,8})"
_KEY = rf"#?(?P<project>[A-Z][A-Z0-9]{{1,9}})-{_NUMBER}"
_VERB = (
    r"(?<![\w-])(?P<verb>(?ai:(?:clos|resolv|complet)(?:e[sd]?|ing)|fix(?:e[sd]|ing)?|implement(?:s|ed|ing)?))"
    r"(?:\s*:\s*|\s+)(?=#?[A-Z])"
)
_UNREAD = r"`+[^`]*`+|(?:://|\bwww\.)[^\s<>]*"
_NUMBERED = re.compile(r"-[1-9]")
_WORDS = re.compile(rf"{_UNREAD}|{_VERB}|{_BEFORE}{_KEY}{_AFTER}")
_COMMANDS = re.compile(
    rf"{_UNREAD}|(?<![\w#&/{_INVISIBLE}])"
    rf"#(?P<command>(?ai:start|review|done|blocked|unblocked|note|metric|run)){_AFTER}:?"
)
_BRANCH_KEY = re.compile(
    rf"(?<![^\W_])(?<![{_INVISIBLE}])(?P<project>[A-Za-z][A-Za-z0-9]{{1,9}})-{_NUMBER}"
    # A version or a date: churn-1.2, churn-2026-11-18.
    rf"(?![^\W_]|[{_INVISIBLE}]|\.\w|-[0-9]+(?![^\W_]))"
)
_WITHHELD = re.compile(r"(?ai:(?:can)?not|.*n['’]t|never|partly|partially)")
_MOVES: dict[str, Action] = {"start": Start(), "review": Review(), "done": Done(), "unblocked": Unblocked()}
_LIST_GAPS = {",", "and", ", and", "&", ", &"}
# float() reads more: 1_000, full-width digits.
_DECIMAL = re.compile(r"[-+−]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./-]{0,199}")


def parse_commit(message: str, *, prefixes: Collection[str], others: Collection[str] = ()) -> tuple[TaskMention, ...]:
    """`prefixes` are the keys of the projects whose tasks are looked for; those of `others` have their place in lists
    and before commands, and are left out. A task is mentioned once."""
    mentions = _Mentions(frozenset(prefixes), frozenset(others))
    for line in own_lines(message):
        if _NUMBERED.search(line):
            mentions.read_line(line)
    return tuple(TaskMention(key, tuple(actions)) for key, actions in mentions.actions.items())


def parse_pull_request(
    title: str, body: str, *, prefixes: Collection[str], others: Collection[str] = ()
) -> tuple[TaskMention, ...]:
    return parse_commit(f"{' '.join(title.split())}\n\n{body}", prefixes=prefixes, others=others)


def parse_branch(name: str, *, prefixes: Collection[str]) -> tuple[TaskKey, ...]:
    """In any case: `feat/churn-12-tails` is about CHURN-12."""
    keys = (TaskKey(match["project"].upper(), int(match["number"])) for match in _BRANCH_KEY.finditer(name))
    return tuple(dict.fromkeys(key for key in keys if key.project in prefixes))[:KEY_LIMIT]


def notebooks(paths: Iterable[str]) -> tuple[str, ...]:
    """The Jupyter notebooks among changed files, without the copies that Jupyter saves by itself."""
    return tuple(
        dict.fromkeys(
            path for path in paths if path.lower().endswith(".ipynb") and ".ipynb_checkpoints" not in path.split("/")
        )
    )


class _Mentions:
    def __init__(self, prefixes: frozenset[str], others: frozenset[str]) -> None:
        self.actions: dict[TaskKey, list[Action]] = {}
        self._prefixes, self._known = prefixes, prefixes | others
        self._room = ACTION_LIMIT

    def read_line(self, line: str) -> None:
        commands = [match for match in _COMMANDS.finditer(line) if match["command"]]
        ends = [*(command.start() for command in commands), len(line)]
        keys = self._read_words(line[: ends[0]])
        for command, end in zip(commands, ends[1:], strict=True):
            keys = self._read_command(command["command"].lower(), line[command.end() : end], keys)

    def _read_command(self, name: str, words: str, keys: list[TaskKey]) -> list[TaskKey]:
        """The keys that the next command on the line is for."""
        if not keys or not self._room:
            return self._read_words(words) or keys
        if name in ("note", "blocked"):
            self._apply(_parse_text(name, words), keys)
            for key, _ in self._find_keys(words):
                self._mention(key)
            return keys
        action, rest = _parse_command(name, words)
        self._apply(action, keys)
        return self._read_words(rest) or keys

    def _read_words(self, words: str) -> list[TaskKey]:
        keys = []
        for key, is_done in self._find_keys(words):
            self._mention(key)
            if is_done:
                self._apply(Done(), [key])
            keys.append(key)
        return keys

    def _find_keys(self, words: str) -> Iterator[tuple[TaskKey, bool]]:
        """Each key, and whether it stands in a list behind `Fixes`."""
        is_list, end = False, 0
        for match in _WORDS.finditer(words):
            if match["verb"]:
                before = words[end : match.start()].split()[-1:]
                is_list, end = not any(map(_WITHHELD.fullmatch, before)), match.end()
            elif match["project"] in self._known:
                gap = words[end : match.start()]
                is_list = is_list and (not gap or " ".join(gap.split()).lower() in _LIST_GAPS)
                end = match.end()
                yield TaskKey(match["project"], int(match["number"])), is_list

    def _mention(self, key: TaskKey) -> None:
        if key.project in self._prefixes and len(self.actions) < KEY_LIMIT:
            self.actions.setdefault(key, [])

    def _apply(self, action: Action | None, keys: list[TaskKey]) -> None:
        if action is None:
            return
        # A squash merge repeats its subject: the same thing twice in a row is said once.
        for key in keys[: self._room]:
            self._room -= 1
            said = self.actions.get(key)
            if said is not None and said[-1:] != [action]:
                said.append(action)


def _parse_text(name: str, words: str) -> Action | None:
    if name == "blocked":
        return Blocked(storable_line(words, WHY_LIMIT))
    text = storable_line(words, NOTE_LIMIT)
    return NoteLine(text) if text else None


def _parse_command(name: str, words: str) -> tuple[Action | None, str]:
    """The action, and the words behind it that are not part of it."""
    if name == "metric":
        return _parse_metrics(words)
    if name == "run":
        return _parse_run(words)
    return _MOVES[name], words


def _parse_metrics(words: str) -> tuple[Measured | None, str]:
    words = "=".join(part.strip() for part in words.split("="))
    end = 0
    found: list[Measurement] = []
    for match in re.finditer(r"\S+", words):
        if "=" not in match[0]:
            break
        end = match.end()
        if len(found) < MEASUREMENT_LIMIT and (measurement := _parse_measurement(match[0].rstrip(".,;)"))):
            found.append(measurement)
    return Measured(tuple(found)) if found else None, words[end:]


def _parse_measurement(word: str) -> Measurement | None:
    if len(word) > 200 or not _DECIMAL.fullmatch(word.partition("=")[2]):
        return None
    try:
        return Measurement.parse(word)
    except InvalidInput:
        return None


def _parse_run(words: str) -> tuple[LinkedRun | None, str]:
    word, _, rest = words.lstrip().partition(" ")
    reference = word.strip("<>()`\"',;").rstrip(".")
    if "://" not in reference:
        return (LinkedRun(reference), rest) if _RUN_ID.fullmatch(reference) else (None, words)
    try:
        return LinkedRun(parse_url(reference)), rest
    except InvalidInput:
        return None, words
