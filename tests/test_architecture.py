"""The rules of the house, as far as the source itself can show that they are kept.

Each rule is a function from the modules of a program to what breaks it, and is tried on a small bad program as well.
"""

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("core", "storage", "bot")
MOST_LINES, MOST_LINES_IN_A_FUNCTION = 400, 50

# 2. psycopg too: the driver itself hears notifications, which SQLAlchemy does not know.
STORAGE_MAY = ("core", "storage", "sqlalchemy", "alembic", "psycopg")
# 3. The composition roots.
IMPORT_STORAGE = ("bot.app", "bot.__main__")
# 4. Which library is imported where, and nowhere else.
PLACES = {
    "slack_sdk": ("bot.platforms",),
    "slack_bolt": ("bot.platforms",),
    "discord": ("bot.platforms",),
    "starlette": ("bot.platforms",),
    "mlflow": ("bot.trackers",),
    "github": ("bot.hosts",),
    "holidays": ("bot.public_holidays",),
    "apscheduler": ("bot.scheduler",),
    "markdown_it": ("bot.cards.markdown", "bot.platforms.web.markdown"),
    "jinja2": ("bot.digests", "bot.platforms.web"),
}
# 5. The folders where things are added, and what of the rest they build on: how each kind of thing is declared.
LEAVES = ("commands", "digests", "notifications", "webhooks", "trackers", "hosts")
LEAVES_MAY = (
    "bot.board_access",
    "bot.board_links",
    "bot.cards",
    "bot.command",
    "bot.context",
    "bot.values",
    "bot.catalogue",
    "bot.notification",
    "bot.promises",
    "bot.reopening",
    "bot.webhook",
)
# 6. What would make every start slow.
HEAVY = ("mlflow", "github", "matplotlib", "discord", "holidays")
# A folder that is loaded as a whole when it is used: it subclasses what its library has.
LOADED_WHEN_USED = ("bot.platforms.discord",)

NOT_IN_CORE = (
    "asyncio", "socket", "subprocess", "os", "io", "pathlib", "shutil", "tempfile", "sqlite3", "http", "urllib.request",
    "threading", "multiprocessing", "logging", "signal",
)  # fmt: skip
INPUT_OUTPUT = {"open", "print", "input"}
WAITING = (ast.AsyncFunctionDef, ast.AsyncFor, ast.AsyncWith, ast.Await)
BANNED_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "base", "manager", "service", "handler", "data"}
# Tables that belong to no team, and whoever works across teams.
KNOWS_ALL_TEAMS = {"storage.tables", "storage.directory"}

Program = Mapping[str, ast.Module]


@dataclass(frozen=True)
class Import:
    module: str
    target: str
    line: int
    is_at_start: bool

    def __str__(self) -> str:
        return f"{self.module}:{self.line} imports {self.target}"


def is_in(name: str, places: tuple[str, ...]) -> bool:
    return any(name == place or name.startswith(f"{place}.") for place in places)


def program(**sources: str) -> Program:
    """A made-up one; dots in module names are written as two underscores."""
    return {name.replace("__", "."): ast.parse(source) for name, source in sources.items()}


def paths() -> dict[str, Path]:
    found = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in found}


@pytest.fixture(scope="module")
def house() -> Program:
    return {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in paths().items()}


def imports(modules: Program) -> Iterator[Import]:
    for module, tree in modules.items():
        lazy = {
            id(inner)
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or is_for_types_only(node)
            for inner in ast.walk(node)
        }
        for node in ast.walk(tree):
            for target in targets(node):
                yield Import(module, target, node.lineno, id(node) not in lazy)


def is_for_types_only(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")


def targets(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


def is_standard(target: str) -> bool:
    return target.partition(".")[0] in sys.stdlib_module_names


def core_imports_others(modules: Program) -> list[str]:
    return [
        str(found)
        for found in imports(modules)
        if is_in(found.module, ("core",))
        and (not (is_in(found.target, ("core",)) or is_standard(found.target)) or is_in(found.target, NOT_IN_CORE))
    ]


def core_waits_or_asks(modules: Program) -> list[str]:
    """Coroutines, files, the terminal: in core there are none but in its ports; in storage there are no coroutines."""
    return [
        f"{module}:{node.lineno}"
        for module, tree in modules.items()
        for node in ast.walk(tree)
        if (is_in(module, ("core", "storage")) and module != "core.ports" and isinstance(node, WAITING))
        or (is_in(module, ("core",)) and isinstance(node, ast.Call) and ast.unparse(node.func) in INPUT_OUTPUT)
    ]


def storage_imports_others(modules: Program) -> list[str]:
    return [
        str(found)
        for found in imports(modules)
        if is_in(found.module, ("storage",)) and not (is_in(found.target, STORAGE_MAY) or is_standard(found.target))
    ]


def others_import_storage(modules: Program) -> list[str]:
    return [
        str(found)
        for found in imports(modules)
        if is_in(found.target, ("storage", "sqlalchemy", "alembic", "psycopg"))
        and not is_in(found.module, ("storage",))
        and not (is_in(found.target, ("storage",)) and found.module in IMPORT_STORAGE)
    ]


def libraries_out_of_place(modules: Program) -> list[str]:
    return [
        str(found)
        for found in imports(modules)
        for library, places in PLACES.items()
        if is_in(found.target, (library,)) and not is_in(found.module, places)
    ]


def leaves_import_others(modules: Program) -> list[str]:
    return [
        str(found)
        for found in imports(modules)
        for leaf in LEAVES
        if is_in(found.module, (f"bot.{leaf}",))
        and is_in(found.target, ("bot", "storage"))
        and not is_in(found.target, (f"bot.{leaf}", *LEAVES_MAY))
    ]


def relative_imports(modules: Program) -> list[str]:
    return [
        f"{module}:{node.lineno}"
        for module, tree in modules.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level
    ]


_READS_THE_TIME = re.compile(
    r"(\w+\.)?(datetime|date)\.(now|utcnow|today)|time\.(time|time_ns|localtime|gmtime|ctime)|(utcnow|time_ns)"
)


def reads_the_time(modules: Program) -> list[str]:
    """Outside the clock. A monotonic clock measures lengths and may be read anywhere."""
    calls = [
        f"{module}:{node.lineno} {ast.unparse(node.func)}"
        for module, tree in modules.items()
        if module != "core.clock"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _READS_THE_TIME.fullmatch(ast.unparse(node.func))
    ]
    return calls + [str(found) for found in imports(modules) if found.target in ("time.time", "time.time_ns")]


def heavy_at_start(modules: Program) -> list[str]:
    return [
        str(found)
        for found in imports(modules)
        if found.is_at_start and is_in(found.target, HEAVY) and not is_in(found.module, LOADED_WHEN_USED)
    ] + [
        str(found)
        for found in imports(modules)
        if found.is_at_start and is_in(found.target, LOADED_WHEN_USED) and not is_in(found.module, LOADED_WHEN_USED)
    ]


def badly_named(modules: Program) -> list[str]:
    names = [module for module in modules if module.rpartition(".")[2] in BANNED_NAMES]
    classes = [
        f"{module}:{node.lineno} {node.name}"
        for module, tree in modules.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and says_nothing(node.name)
    ]
    return names + classes


def says_nothing(name: str) -> bool:
    words = re.findall(r"[A-Z][a-z0-9]*|[a-z0-9]+", name)
    return bool(words) and (words[-1].lower() in BANNED_NAMES or words[0] == "Base")


def long_functions(modules: Program) -> list[str]:
    return [
        f"{module}:{node.lineno} {node.name} has {node.end_lineno - node.lineno + 1} lines"
        for module, tree in modules.items()
        if not is_in(module, ("storage.migrations.versions",))
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > MOST_LINES_IN_A_FUNCTION
    ]


def queries_without_team(modules: Program) -> list[str]:
    """Collections that never name the team; that every single statement does is shown where they are called."""
    return [
        module
        for module in {found.module for found in imports(modules) if is_in(found.target, ("storage.tables",))}
        if not is_in(module, ("storage.migrations",))
        and module not in KNOWS_ALL_TEAMS
        and "team_id" not in ast.unparse(modules[module])
        and is_in(module, ("storage",))
    ]


RULES = [
    core_imports_others,
    core_waits_or_asks,
    storage_imports_others,
    others_import_storage,
    libraries_out_of_place,
    leaves_import_others,
    relative_imports,
    reads_the_time,
    heavy_at_start,
    badly_named,
    long_functions,
    queries_without_team,
]
LONG = "def f():\n" + "    pass\n" * MOST_LINES_IN_A_FUNCTION
BAD = [
    (core_imports_others, program(core__a="import sqlalchemy")),
    (core_imports_others, program(core__a="def f():\n    from storage.tables import tasks")),
    (core_imports_others, program(core__a="from bot.app import App")),
    (core_imports_others, program(core__a="import socket")),
    (core_imports_others, program(core="from urllib.request import urlopen")),
    (core_waits_or_asks, program(core__a="async def f(): ...")),
    (core_waits_or_asks, program(core__a="open('x')")),
    (core_waits_or_asks, program(storage__a="async def f(): ...")),
    (storage_imports_others, program(storage__a="from bot.settings import Settings")),
    (storage_imports_others, program(storage__a="import aiosqlite")),
    (others_import_storage, program(bot__commands__task="from storage.tables import tasks")),
    (others_import_storage, program(bot__server="import storage.database")),
    (others_import_storage, program(bot__app="import sqlalchemy")),
    (libraries_out_of_place, program(bot__outbox="import slack_sdk.web")),
    (libraries_out_of_place, program(bot__app="from starlette.applications import Starlette")),
    (libraries_out_of_place, program(bot__hosts__github="import mlflow")),
    (libraries_out_of_place, program(bot__ticks="from apscheduler.schedulers.asyncio import AsyncIOScheduler")),
    (libraries_out_of_place, program(bot__cards__task="import jinja2")),
    (libraries_out_of_place, program(bot__cards__task="import markdown_it")),
    (libraries_out_of_place, program(bot__commands__calendar="from holidays import country_holidays")),
    (leaves_import_others, program(bot__commands__task="from bot.trackers.mlflow import runs")),
    (leaves_import_others, program(bot__webhooks__github="from bot.platforms.slack.render import render")),
    (leaves_import_others, program(bot__digests__weekly="from bot.app import App")),
    (leaves_import_others, program(bot__commands__task="from bot import outbox")),
    (relative_imports, program(bot__a="from . import b")),
    (relative_imports, program(bot__a="from ..c import b")),
    (reads_the_time, program(bot__a="from datetime import datetime\ndatetime.now()")),
    (reads_the_time, program(bot__a="import datetime\ndatetime.datetime.now(datetime.UTC)")),
    (reads_the_time, program(core__a="datetime.utcnow()")),
    (reads_the_time, program(core__a="date.today()")),
    (reads_the_time, program(bot__a="import time\ntime.time()")),
    (reads_the_time, program(bot__a="from time import time")),
    (heavy_at_start, program(bot__trackers__mlflow="import mlflow")),
    (heavy_at_start, program(bot__a="try:\n    import discord\nexcept ImportError: ...")),
    (heavy_at_start, program(bot__run="from bot.platforms.discord.connection import DiscordConnection")),
    (badly_named, program(bot__utils="")),
    (badly_named, program(core__data="")),
    (badly_named, program(core__a="class TaskManager: ...")),
    (badly_named, program(core__a="class BaseTask: ...")),
    (badly_named, program(core__a="class Handler: ...")),
    (long_functions, program(core__a=LONG)),
    (long_functions, program(core__a="class A:\n    async " + LONG.replace("\n", "\n    "))),
    (queries_without_team, program(storage__a="from storage.tables import tasks\nselect(tasks)")),
]
GOOD = program(
    core__a="import json\nfrom core.ids import TaskKey\nfrom zoneinfo import ZoneInfo\nprinted = 1",
    core__clock="from datetime import datetime\ndatetime.now()",
    storage__a="import sqlalchemy\nfrom core.a import b\nfrom storage.tables import tasks\ntasks.c.team_id == 1",
    storage__directory="from storage.tables import teams",
    bot__app="from storage.database import open_database",
    bot__commands__task="from bot.command import command\nfrom bot.cards.task import card\nimport bot.commands.run",
    bot__trackers__mlflow="def f():\n    import mlflow",
    bot__hosts__github="from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import github",
    bot__platforms__slack__adapter="import slack_bolt\nimport starlette",
    bot__platforms__discord__gateway="import discord\nfrom bot.platforms.discord.api import DiscordApi",
    bot__platforms__web__pages="import jinja2",
    bot__public_holidays="def f():\n    import holidays",
    bot__scheduler="import apscheduler\nfrom time import perf_counter, monotonic\nclock.now()",
    bot__datasets="class MetricDefinition: ...\nclass Baseline: ...",
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_its_rules(house, rule):
    assert rule(house) == []


@pytest.mark.parametrize(("rule", "bad"), BAD)
def test_a_broken_rule_is_noticed(rule, bad):
    assert rule(bad)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_good_program_breaks_no_rule(rule):
    assert rule(GOOD) == []


def test_every_rule_is_tried_on_something_bad():
    assert {rule for rule, _ in BAD} == set(RULES)


def test_no_module_is_longer_than_can_be_read_at_once():
    lengths = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in paths().items()}
    long = {name: length for name, length in lengths.items() if length > MOST_LINES}
    assert [name for name in long if not is_in(name, ("storage.migrations.versions",))] == []


def test_every_module_says_what_it_is_for(house):
    """In a line at its start; packages that only hold modules need none."""
    silent = [name for name, tree in house.items() if tree.body and ast.get_docstring(tree) is None]
    assert silent == []


def test_the_packages_that_are_installed_are_those_there_are():
    listed = re.search(r"packages = \[(.*?)\]", (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.DOTALL)
    assert listed
    there = {name for name, path in paths().items() if path.name == "__init__.py"}
    assert set(re.findall(r'"([\w.]+)"', listed[1])) == there
