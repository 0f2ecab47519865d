"""`only:` and `not:` of a watch: what it asks for of tasks, and of what Git hosts report about them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase, translate
from typing import Self

from core.errors import InvalidInput
from core.git import Result
from core.git_events import CheckChanged, CommitsLinked, DeploymentChanged, PullRequestMoved, ReleaseLinked, is_by_bot
from core.tasks import Kind, Task, Track

TASK_FIELDS = ("label", "kind", "track")
EVENT_FIELDS = ("branch", "path", "author", "environment", "result")
MOST_PATTERNS = 30
PATTERN_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Filters:
    """Patterns by field, as `branch=release/*,label=tails`: those of one field are alternatives, `*` stands for any
    text, and case does not matter."""

    patterns: Mapping[str, tuple[str, ...]]

    @classmethod
    def parse(cls, text: str) -> Self:
        found: dict[str, list[str]] = {}
        for part in filter(None, (part.strip() for part in text.split(","))):
            name, equals, pattern = (word.strip().casefold() for word in part.partition("="))
            if not equals or not pattern or name not in (*TASK_FIELDS, *EVENT_FIELDS):
                fields = ", ".join((*TASK_FIELDS, *EVENT_FIELDS))
                raise InvalidInput(
                    f"“{part[:40]}” is not a filter.",
                    f"Write field=pattern, with commas between several. Fields: {fields}.",
                )
            _check_choice(name, pattern)
            found.setdefault(name, []).append(pattern[:PATTERN_LIMIT])
        if not 0 < sum(map(len, found.values())) <= MOST_PATTERNS:
            raise InvalidInput(
                "Give between one and thirty filters.", "For example branch=main,environment=production."
            )
        return cls({name: tuple(patterns) for name, patterns in found.items()})

    def __str__(self) -> str:
        """The same for the same filters: PostgreSQL gives the fields back in an order of its own."""
        fields = ((name, self.patterns.get(name, ())) for name in (*TASK_FIELDS, *EVENT_FIELDS))
        return ",".join(f"{name}={pattern}" for name, patterns in fields for pattern in patterns)

    def has(self, fields: Iterable[str]) -> bool:
        return any(name in self.patterns for name in fields)

    def fit(self, name: str, values: Iterable[str]) -> bool:
        """Whether one of the values is asked for."""
        return any(_fits(value, pattern) for value in values for pattern in self.patterns.get(name, ()))

    def fit_all(self, name: str, values: Iterable[str]) -> bool:
        """Whether every one of the values is meant."""
        return all(any(_fits(value, pattern) for pattern in self.patterns.get(name, ())) for value in values)

    def telling(self, name: str, values: Iterable[str]) -> str | None:
        """A value that shows by itself whether one of all is asked for."""
        return self._first(name, values, is_fitting=True)

    def not_meant(self, name: str, values: Iterable[str]) -> str | None:
        """A value that shows by itself that not every one of all is meant."""
        return self._first(name, values, is_fitting=False)

    def _first(self, name: str, values: Iterable[str], *, is_fitting: bool) -> str | None:
        if name not in self.patterns:
            return None
        # As one expression: a push may touch a million paths.
        fits = re.compile("|".join(translate(_literal_brackets(pattern)) for pattern in self.patterns[name])).match
        return next((value for value in values if (fits(value.casefold()) is not None) is is_fitting), None)


NO_FILTERS = Filters({})


def wants_task(task: Task, *, only: Filters, without: Filters) -> bool:
    """By what the task is now: a label that comes later counts."""
    fields = {"label": task.labels, "kind": (task.kind,), "track": (task.track,)}
    is_asked_for = all(only.fit(name, fields[name]) for name in TASK_FIELDS if name in only.patterns)
    return is_asked_for and not any(without.fit(name, fields[name]) for name in TASK_FIELDS)


def wants_event(event: object, *, only: Filters, without: Filters) -> bool:
    """An event that says nothing of a field that is asked for is not meant. Bots must be asked for by name."""
    facets = facets_of(event)
    if is_by_bot(event) and not only.fit("author", facets.get("author", ())):
        return False
    if not all(only.fit(name, facets.get(name, ())) for name in EVENT_FIELDS if name in only.patterns):
        return False
    return not any(
        without.fit_all(name, values) for name, values in facets.items() if values and name in without.patterns
    )


def facets_of(event: object) -> dict[str, tuple[str, ...]]:
    match event:
        case CommitsLinked(branch=branch, paths=paths, authors=authors, by=by):
            return {"branch": (branch,), "path": paths, "author": tuple(dict.fromkeys([*authors, by]))}
        case PullRequestMoved(branch=branch, by=by):
            return {"branch": (branch,), "author": (by,)}
        case CheckChanged(branch=branch, result=result):
            return {"branch": (branch,), "result": (result,)}
        case DeploymentChanged(environment=environment, result=result, by=by):
            return {"environment": (environment,), "result": (result,), "author": (by,)}
        case ReleaseLinked(by=by):
            return {"author": (by,)}
        case _:
            return {}


def _fits(value: str, pattern: str) -> bool:
    return fnmatchcase(value.casefold(), _literal_brackets(pattern))


def _literal_brackets(pattern: str) -> str:
    """Square brackets are letters of a bot's name here, not a set."""
    return pattern.replace("[", "[[]")


def _check_choice(name: str, pattern: str) -> None:
    choices: tuple[str, ...] = {"kind": tuple(Kind), "track": tuple(Track), "result": tuple(Result)}.get(name, ())
    if choices and "*" not in pattern and pattern not in choices:
        raise InvalidInput(f"There is no {name} “{pattern[:40]}”.", f"Choose: {', '.join(choices)}.")
