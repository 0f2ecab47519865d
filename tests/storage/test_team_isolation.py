"""One team never sees or changes what another has: every method of every collection, called with the other's ids."""

import re
from itertools import groupby
from operator import itemgetter

import pytest

from core.deliveries import DeliveryKind, NewDelivery
from core.task_search import TaskFilter
from core.task_views import view_task
from storage.unit_of_work import SqlUnitOfWork
from tests.conftest import NOW
from tests.drivers import BoardDriver
from tests.storage.probes import everything
from tests.storage.walk import (
    CALLS,
    CHANNEL,
    SHA,
    Victim,
    asks,
    call,
    collections,
    make_victim,
    methods,
    statements,
)


@pytest.fixture
def victim(database) -> Victim:
    return make_victim(database)


@pytest.fixture
def intruder(database) -> BoardDriver:
    """Another team, as empty as a team can be."""
    return BoardDriver.open(database, now=NOW, project="")


def test_every_method_has_its_line():
    assert set(CALLS) == set(methods())
    assert {name for name in vars(SqlUnitOfWork) if not name.startswith("_")} >= set(collections())


def shown(victim: Victim) -> list[object]:
    """What the team sees of its own."""
    return victim.board.read(
        lambda work: [
            view_task(work, key=victim.task.key), view_task(work, key=victim.other.key),
            work.tasks.list(TaskFilter(), limit=100), work.tasks.list(TaskFilter(blocked=True), limit=100),
            work.projects.list(limit=100), work.members.list(limit=100), work.audit.list(limit=100),
            work.watches.list(limit=100), work.watches.of_project(victim.project.id),
            work.deliveries.pending(victim.home, limit=100), work.messages.task_of(CHANNEL, "m1"),
            work.dependencies.dependents(victim.task.id), work.dependencies.path(victim.other.id, victim.task.id),
            work.blockers.waiting_for(victim.other.id), work.events.unfanned(limit=100), work.hooks.list(limit=100),
            work.commits.known(victim.git.repository, [SHA]), work.commits.tasks([victim.git.commit]),
            work.pull_requests.tasks(victim.git.pull_request), work.checks.get(victim.git.check),
            work.deployments.list(None, None, limit=100), work.messages.line("check:1", victim.home),
        ]
    )  # fmt: skip


def test_a_team_finds_nothing_of_what_another_has(victim, intruder):
    found = {name: call(intruder, victim, name) for name in CALLS if asks(name)}
    assert {name: result for name, result in found.items() if result} == {}


def test_a_team_changes_nothing_that_another_has_or_sees(victim, intruder, database_url):
    harm, seen, before = {}, shown(victim), everything(database_url, team=victim.board.team)
    # A look at all that there is takes longer than what one collection does.
    for collection, names in groupby(sorted(CALLS), key=itemgetter(0)):
        for name in names:
            call(intruder, victim, name)
        after = everything(database_url, team=victim.board.team)
        if after != before:
            harm[collection] = [table for table in after if after[table] != before[table]]
        before = after
    assert harm == {}
    assert shown(victim) == seen


def test_the_victim_itself_finds_what_the_intruder_looked_for(victim):
    """So that the calls above look for what is there."""
    asked = [name for name in CALLS if asks(name) and name != ("members", "count_admins")]
    assert [name for name in asked if not call(victim.board, victim, name)] == []


def test_the_same_dedupe_key_in_another_team_is_another_delivery(victim, intruder):
    def add(work):
        channel = work.channels.ensure(CHANNEL, "general", NOW)
        return work.deliveries.add(NewDelivery(channel_id=channel.id, kind=DeliveryKind.ROOT, dedupe_key="key"), NOW)

    assert intruder.write(add) not in (None, victim.delivery.id)


# What begins a transaction, and what another thread says of those before.
OF_NO_TEAM = ("BEGIN IMMEDIATE", "NOTIFY labkeeper_events")


def names_its_team(statement: str) -> bool:
    if statement.startswith("WITH") and "INSERT INTO" in statement:
        return all(" team_id" in f" {columns}" for columns in re.findall(r"INSERT INTO \w+ \(([^)]*)\)", statement))
    if statement.startswith("INSERT"):
        columns, _, conflict = statement.partition("ON CONFLICT")
        return "team_id" in columns and ("DO UPDATE" not in conflict or "team_id" in conflict.partition("WHERE")[2])
    return bool(re.search(r"team_id = [?%:]", statement.partition("WHERE")[2]))


def test_every_statement_names_the_team(victim):
    careless = {}
    for name in CALLS:
        with statements() as asked:
            call(victim.board, victim, name)
        assert asked[1:] or asked[0][0] != "BEGIN IMMEDIATE", name
        forgetful = [words for words, _ in asked if words not in OF_NO_TEAM and not names_its_team(words)]
        if forgetful:
            careless[name] = forgetful
    assert careless == {}


@pytest.mark.parametrize(
    ("statement", "does"),
    [
        ("SELECT a FROM tasks WHERE tasks.team_id = ?", True),
        ("SELECT team_id FROM tasks WHERE id = ?", False),
        ("UPDATE tasks SET team_id = ? WHERE id = ?", False),
        ("INSERT INTO notes (team_id, text) VALUES (?, ?)", True),
        ("INSERT INTO notes (text) VALUES (?)", False),
        ("WITH a AS (INSERT INTO a (team_id) VALUES (?)) INSERT INTO b (x, team_id) SELECT a.id, ? FROM a", True),
        ("WITH a AS (INSERT INTO a (team_id) VALUES (?)) INSERT INTO b (x) SELECT a.id FROM a", False),
        ("WITH a AS (INSERT INTO a (x) VALUES (?)) INSERT INTO b (team_id) SELECT ? FROM a", False),
        ("INSERT INTO m (team_id) VALUES (?) ON CONFLICT (a) DO UPDATE SET team_id = excluded.team_id", False),
        ("INSERT INTO m (team_id) VALUES (?) ON CONFLICT (a) DO UPDATE SET b = 1 WHERE m.team_id = x", True),
        ("INSERT INTO m (team_id) VALUES (?) ON CONFLICT DO NOTHING", True),
    ],
)
def test_a_statement_that_forgets_the_team_is_noticed(statement, does):
    assert names_its_team(statement) is does
