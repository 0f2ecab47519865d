"""Several people, threads and processes at the same time, on both databases."""

import threading
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from core.blocking import make_wait, unblock_task
from core.board import TaskChanges, change_task, reorder_task
from core.errors import Conflict, InvalidInput, NotAllowed
from core.ids import ChannelRef
from core.links import link_task
from core.members import Identity, MemberRef, create_member, link_identity, list_members, name_admin, sign_in
from core.moves import move_task
from core.projects import create_project, list_projects
from core.tasks import State
from core.teams import choose_team, open_workspace
from storage.database import open_database
from tests.conftest import NOW
from tests.drivers import BoardDriver
from tests.storage.probes import PATIENCE, at_once, refusals, wait_for_lock_or_end
from tests.storage.units import Held


@pytest.fixture
def beside(board, database_url):
    """The same board through a second store, as another process has it."""
    database = open_database(database_url, is_server=False)
    yield replace(board, store=database)
    database.close()


@pytest.fixture
def boards(board, beside):
    return [board, beside] * 3


def test_of_two_who_change_the_same_revision_one_wins_and_the_other_is_told_what_changed(board, beside):
    for _ in range(5):
        task = board.new("Before")
        results = at_once(
            lambda task=task: board.change(task, revision=1, title="Ana was here"),
            lambda task=task: beside.change(task, revision=1, title="Bo was here"),
        )
        (refused,) = refusals(results)
        won = board.see(task)
        assert isinstance(refused, Conflict)
        assert f"title Before → {won.title}" in refused.hint
        assert won.revision == 2


def test_two_who_change_different_fields_both_keep_their_change(board, beside):
    for _ in range(5):
        task = board.new()
        results = at_once(
            lambda task=task: board.change(task, title="New title"), lambda task=task: beside.change(task, points=3)
        )
        assert not refusals(results)
        kept = board.see(task)
        assert (kept.title, kept.points, kept.revision) == ("New title", 3, 3)


def test_of_two_who_finish_a_task_one_is_told_that_it_is_done(boards):
    task = boards[0].new()
    results = at_once(*(lambda board=board: board.move(task, State.DONE) for board in boards))
    refused = refusals(results)
    assert len(refused) == len(boards) - 1
    assert all("done already: ana moved it" in error.message for error in refused)
    assert boards[0].told(task).count("moved it from todo to done") == 1


def test_tasks_made_at_once_are_numbered_without_gaps(boards):
    made = at_once(*(board.new for board in boards * 3))
    assert sorted(task.key.number for task in made) == list(range(1, len(made) + 1))
    assert len({task.rank for task in made}) == len(made)


def test_a_circle_made_by_two_at_once_is_refused_to_one(board, beside):
    for _ in range(5):
        a, b = board.new(), board.new()
        results = at_once(lambda a=a, b=b: board.wait(a, b), lambda a=a, b=b: beside.wait(b, a))
        (refused,) = refusals(results)
        assert isinstance(refused, InvalidInput)
        assert "circle" in refused.message


def test_a_long_circle_made_by_many_at_once_is_never_closed(boards):
    tasks = [boards[0].new() for _ in boards]
    results = at_once(
        *(
            lambda board=board, n=n: board.wait(tasks[n], tasks[(n + 1) % len(tasks)])
            for n, board in enumerate(boards)
        )
    )  # fmt: skip
    assert len(refusals(results)) == 1


def test_moves_to_the_top_at_once_all_have_a_place(boards):
    tasks = [boards[0].new() for _ in boards]
    at_once(
        *(
            lambda board=board, task=task: board.do(reorder_task, key=task.key, place="top", before=None, after=None)
            for board, task in zip(boards, tasks, strict=True)
        )
    )
    assert len({boards[0].see(task).rank for task in tasks}) == len(tasks)


def test_the_same_link_added_by_two_is_there_once(boards):
    task = boards[0].new()
    results = at_once(
        *(
            lambda board=board: board.do(link_task, task=task.key, url="https://example.com", title=None)
            for board in boards
        )
    )
    assert len(refusals(results)) == len(boards) - 1
    assert boards[0].read(lambda work: work.links.count(task.id)) == 1


def test_the_first_commands_of_all_make_one_team(database, database_url, board):
    other = open_database(database_url, is_server=False)
    made = at_once(
        *(
            lambda store=store: store.write_directory(
                lambda teams: open_workspace(
                    teams, platform="slack", workspace="T1", name="Acme", zone="UTC", now=board.now
                )
            ).result()
            for store in (database, other) * 4
        )
    )
    other.close()
    assert len({team.id for team in made}) == 1


def test_the_operators_first_commands_make_one_team(database, database_url):
    other = open_database(database_url, is_server=False)
    made = at_once(
        *(
            lambda store=store: store.write_directory(
                lambda teams: choose_team(teams, name=None, zone="UTC", now=NOW)
            ).result()
            for store in (database, other) * 4
        )
    )
    other.close()
    assert len({team.id for team in made}) == 1


def arrive(board, identity, name="Bo"):
    return board.write(
        lambda work: sign_in(work, identity, name=name, is_admin=False, place="#churn", now=board.now)
    )  # fmt: skip


def test_the_first_commands_of_a_person_make_them_a_member_once(boards):
    results = at_once(*(lambda board=board: arrive(board, Identity("slack", "T1", "U1")) for board in boards))
    assert not refusals(results)
    assert len({member.id for member, _ in results}) == 1
    assert boards[0].told().count("added Bo to the team") == 1


def test_people_of_one_name_who_arrive_together_get_handles_of_their_own(boards):
    results = at_once(
        *(lambda board=board, n=n: arrive(board, Identity("slack", "T1", f"U{n}")) for n, board in enumerate(boards))
    )
    assert not refusals(results)
    assert len({member.handle for member, _ in results}) == len(boards)


def test_a_member_made_by_two_at_once_is_made_once(boards):
    results = at_once(
        *(lambda board=board: board.do(create_member, name="Bo", role=None, identity=None) for board in boards)
    )
    assert len(refusals(results)) == len(boards) - 1
    assert [member.handle for member in boards[0].read(list_members)] == ["ana", "bo"]


def test_an_account_claimed_by_two_belongs_to_one(board, beside):
    bo = board.sign_in("bo")
    account = Identity("github", "", "octocat")
    results = at_once(
        lambda: board.do(link_identity, identity=account), lambda: beside.do(link_identity, actor=bo, identity=account)
    )
    (refused,) = refusals(results)
    assert isinstance(refused, Conflict)
    assert "github:octocat already belongs to" in refused.message


def test_two_administrators_cannot_take_it_from_each_other(board, beside):
    bo = board.sign_in("bo", is_admin=True)
    for _ in range(5):
        results = at_once(
            lambda: board.do(name_admin, member=MemberRef.parse("bo"), is_admin=False),
            lambda: beside.do(name_admin, actor=bo, member=MemberRef.parse("ana"), is_admin=False),
        )
        (refused,) = refusals(results)
        assert isinstance(refused, NotAllowed)
        assert Counter(member.is_admin for member in board.read(list_members)) == {True: 1, False: 1}
        for name in ("ana", "bo"):
            board.do(name_admin, member=MemberRef.parse(name), is_admin=True)


def test_a_project_made_by_two_in_one_channel_is_made_once(boards):
    channel = ChannelRef("slack", "T1", "C1")
    results = at_once(
        *(
            lambda board=board: board.do(
                create_project, key="OTHER", name=None, zone="UTC", channel=channel, channel_name="general"
            )
            for board in boards
        )
    )
    assert [type(error) for error in refusals(results)] == [Conflict] * (len(boards) - 1)
    assert [project.key for project in boards[0].read(list_projects)] == ["CHURN", "OTHER"]


def start(board, operation, **arguments):
    run = {"actor": board.ana, "now": board.now} | arguments
    return board.store.write(lambda work: operation(work, **run), team=board.team)


@pytest.fixture
def postgres_board(request, postgres_url):
    request.applymarker(pytest.mark.postgres)
    database = open_database(postgres_url, is_server=True)
    yield BoardDriver.open(database, now=NOW)
    database.close()


def overtake(board, url, held_operation, held_arguments, operation, arguments):
    """Begins `operation` while `held_operation` has not committed yet; its future, when both are over."""
    common = {"actor": board.ana, "now": board.now}
    held = Held(board, lambda work: held_operation(work, **common, **held_arguments))
    future = start(board, operation, **arguments)
    wait_for_lock_or_end(url, future)
    held.let_go()
    future.exception(PATIENCE)
    return future


def test_a_task_that_is_finished_while_another_begins_to_wait_for_it_frees_it(postgres_board, postgres_url):
    board = postgres_board
    first, second = board.new(), board.new()
    overtake(
        board, postgres_url, make_wait, {"key": second.key, "after": first.key}, move_task,
        {"key": first.key, "to": State.DONE},
    ).result()  # fmt: skip
    assert not board.see(second).is_blocked


def test_a_task_that_begins_to_wait_while_the_other_is_finished_does_not_wait(postgres_board, postgres_url):
    board = postgres_board
    first, second = board.new(), board.new()
    overtake(
        board, postgres_url, move_task, {"key": first.key, "to": State.DONE}, make_wait,
        {"key": second.key, "after": first.key},
    ).result()  # fmt: skip
    assert not board.see(second).is_blocked


def test_a_task_that_is_finished_while_what_it_waits_for_is_opened_again_stays_free(postgres_board, postgres_url):
    board = postgres_board
    first, second = board.new(), board.new()
    board.wait(second, first)
    board.move(first, State.DONE)
    overtake(
        board, postgres_url, move_task, {"key": first.key, "to": State.TODO}, move_task,
        {"key": second.key, "to": State.DONE},
    ).result()  # fmt: skip
    assert not board.see(second).is_blocked


def test_a_task_is_freed_once_when_its_wait_is_ended_from_both_sides(postgres_board, postgres_url):
    board = postgres_board
    first, second = board.new(), board.new()
    board.wait(second, first)
    overtake(
        board, postgres_url, move_task, {"key": first.key, "to": State.DONE}, unblock_task,
        {"key": second.key, "cause": None, "waits_for": first.key},
    ).result()  # fmt: skip
    assert sum("no longer waits" in line for line in board.told(second)) == 1


def test_noting_a_change_on_one_task_does_not_wait_for_another_that_depends_on_it(postgres_board):
    board = postgres_board
    first, second = board.new(), board.new()
    held = Held(board, lambda work: work.tasks.get(first.key, lock=True))
    board.wait(second, first)
    held.let_go()
    assert board.see(second).is_blocked


def test_a_deadlock_is_tried_again(postgres_board):
    board = postgres_board
    a, b = board.new(), board.new()
    both_hold, tries = threading.Barrier(2), []

    def crosswise(first, second):
        def run(work):
            tries.append(first)
            work.tasks.get(first.key, lock=True)
            if len(tries) <= 2:
                both_hold.wait(PATIENCE)
            changes = TaskChanges(title=f"by {first.key}")
            change_task(
                work, actor=board.ana, key=second.key, changes=changes, measurement=None, revision=None,
                today=board.today, now=board.now,
            )  # fmt: skip

        return board.store.write(run, team=board.team, within=timedelta(seconds=PATIENCE))

    for future in (crosswise(a, b), crosswise(b, a)):
        future.result(PATIENCE)
    assert len(tries) == 3
    assert (board.see(a).title, board.see(b).title) == ("by CHURN-2", "by CHURN-1")


def test_a_named_lock_is_held_to_the_end_and_only_against_the_same_name_and_team(postgres_board, postgres_url):
    board = postgres_board
    other_team = BoardDriver.open(board.store, now=board.now)
    held = Held(board, lambda work: (work.lock("order"), work.projects.by_key("CHURN")))
    board.write(lambda work: work.lock("another"))
    other_team.write(lambda work: work.lock("order"))
    waiting = board.store.write(lambda work: work.lock("order"), team=board.team)
    wait_for_lock_or_end(postgres_url, waiting)
    assert not waiting.done()
    held.let_go()
    waiting.result(PATIENCE)
