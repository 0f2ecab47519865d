"""What runs where: told once, aloud where production changed, and the end of a deploy task."""

from dataclasses import replace
from itertools import permutations

import pytest

from core.deployments import list_deployments
from core.events import TaskMoved
from core.git import GitPerson, PullRequestState, Result
from core.git_events import NOBODY, DeploymentChanged
from core.git_intake import take_fact
from core.members import Identity, MemberRef, link_identity, set_zone
from core.own_times import go_away
from core.projects import create_project, name_lead
from core.tasks import Kind, State
from tests.git_facts import commit, deployment, happened, hook_of, links, pull_request, push, sha_of, take

FIRST, SECOND, THIRD = (commit(f"CHURN-{number} step") for number in (1, 2, 3))


def heard(board, task):
    """What a task's thread was told: the result, and whether its channel was too."""
    return [
        f"{entry.event.result}{'!' if entry.event.is_announced else ''}"
        for entry in happened(board, task, DeploymentChanged)
    ]


def announced(board, project="CHURN"):
    """What was said in the project's channel by itself."""

    def query(work):
        wanted = work.projects.by_key(project).id
        entries = work.events.unfanned(limit=1_000)
        return [e.event for e in entries if isinstance(e.event, DeploymentChanged) and e.task_id is None
                and e.project_id == wanted]  # fmt: skip

    return board.read(query)


def reach(board, *commits):
    """They get to the default branch a minute after each other."""
    for one in commits:
        take(board, push(one, branch="main"))
        board.later(minutes=1)


@pytest.fixture
def tasks(board):
    return [board.new(), board.new(), board.new()]


def test_a_deployment_is_told_step_by_step_in_the_thread_of_its_commits_task(board, tasks):
    reach(board, FIRST)
    steps = [(0, Result.WAITING), (1, Result.WAITING), (2, Result.RUNNING), (3, Result.SUCCESS)]
    take(board, *(deployment(FIRST.sha, result, order=order, minutes=order) for order, result in steps))
    assert heard(board, tasks[0]) == ["running", "success!"]
    assert happened(board, tasks[0], DeploymentChanged)[-1].event.seconds == 180
    assert [link.title for link in links(board, tasks[0], "deployment")] == [f"production {FIRST.sha[:7]}"]
    assert announced(board) == []


def test_the_end_is_told_once_however_often_it_comes(board, tasks):
    reach(board, FIRST)
    done = deployment(FIRST.sha, Result.SUCCESS)
    take(board, done, done, deployment(FIRST.sha, Result.SUCCESS, order=2))
    assert heard(board, tasks[0]) == ["success!"]


STORY = tuple(
    deployment(FIRST.sha, result, order=order, minutes=order)
    for order, result in [(0, Result.WAITING), (1, Result.RUNNING), (2, Result.SUCCESS)]
)


@pytest.mark.parametrize("order", list(permutations(STORY)), ids=lambda order: "-".join(str(f.order) for f in order))
def test_in_any_order_the_end_is_told_last_and_the_beginning_is_known(board, tasks, order):
    reach(board, FIRST)
    take(board, *order, *order)
    assert heard(board, tasks[0])[-1] == "success!"
    (kept,) = board.read(lambda work: list_deployments(work, project="CHURN", environment=None, limit=5))
    assert (kept.result, kept.seconds) == (Result.SUCCESS, 120)


def test_what_a_newer_deployment_replaced_is_not_told_and_stays_a_success(board, tasks):
    reach(board, FIRST)
    take(board, deployment(FIRST.sha, Result.SUCCESS), deployment(FIRST.sha, Result.INACTIVE, order=2))
    assert heard(board, tasks[0]) == ["success!"]
    reach(board, SECOND)
    take(board, deployment(SECOND.sha, Result.SUCCESS, id="2", minutes=5))
    assert happened(board, tasks[0], DeploymentChanged)[1:] == []
    assert heard(board, tasks[1]) == ["success!"]


def test_several_tasks_are_told_in_their_threads_and_once_in_the_channel(board, tasks):
    reach(board, FIRST)
    take(board, deployment(FIRST.sha, Result.SUCCESS))
    reach(board, SECOND, THIRD)
    take(board, deployment(THIRD.sha, Result.SUCCESS, id="2", minutes=5))
    assert [heard(board, task) for task in tasks] == [["success!"], ["success"], ["success"]]
    (event,) = announced(board)
    assert sorted(event.tasks) == ["CHURN-2", "CHURN-3"]


def test_a_production_deployment_about_no_task_is_still_told_in_the_channel(board):
    take(board, deployment("a" * 40, Result.RUNNING), deployment("a" * 40, Result.SUCCESS, order=2))
    (event,) = announced(board)
    assert (event.result, event.tasks) == (Result.SUCCESS, ())


def test_a_release_of_several_jobs_is_told_in_the_channel_once_and_each_of_its_failures(board, tasks):
    reach(board, FIRST)
    for number, (minutes, result) in enumerate(
        [(10, Result.SUCCESS), (12, Result.SUCCESS), (14, Result.FAILURE), (16, Result.SUCCESS), (18, Result.SUCCESS)]
    ):
        take(board, deployment(FIRST.sha, result, id=str(number), minutes=minutes))
    assert heard(board, tasks[0]) == ["success!", "success", "failure!", "success!", "success"]


@pytest.mark.parametrize(("minutes", "heard_of_it"), [(20, "success"), (40, "success!")])
def test_the_same_commit_a_while_later_is_another_release(board, tasks, minutes, heard_of_it):
    reach(board, FIRST)
    take(board, deployment(FIRST.sha, Result.SUCCESS, minutes=10))
    take(board, deployment(FIRST.sha, Result.INACTIVE, order=2, minutes=11))
    take(board, deployment(FIRST.sha, Result.SUCCESS, id="2", minutes=minutes))
    assert heard(board, tasks[0]) == ["success!", heard_of_it]


@pytest.mark.parametrize("result", [Result.SUCCESS, Result.FAILURE])
def test_elsewhere_than_in_production_the_channel_is_left_alone(board, tasks, result):
    reach(board, FIRST)
    take(board, deployment(FIRST.sha, result, environment="staging"))
    take(board, deployment("a" * 40, result, id="2", environment="staging"))
    assert (heard(board, tasks[0]), announced(board)) == ([str(result)], [])


# Who should look.


@pytest.fixture
def people(board):
    """Bo owns the first task, Cy leads, Dee deploys."""
    bo, cy, dee = (board.sign_in(name) for name in ("bo", "cy", "dee"))
    board.do(link_identity, identity=Identity("github", "", "dee"), actor=dee)
    board.do(name_lead, project="CHURN", lead=MemberRef.parse("cy"))
    return bo, cy, dee


DEE = GitPerson(name="Dee", login="dee")


@pytest.mark.parametrize(
    ("owners", "asked"),
    [(["bo", None], ["bo"]), (["bo", "dee"], ["bo"]), ([None, None], ["cy"]), (["dee", None], ["cy"])],
)
def test_a_failure_asks_the_owners_else_the_lead_and_never_whoever_deployed(board, people, owners, asked):
    for owner in owners:
        board.new(owner=MemberRef.parse(owner) if owner else None)
    reach(board, commit("CHURN-1 CHURN-2 step"))
    take(board, deployment(sha_of("CHURN-1 CHURN-2 step"), Result.FAILURE, creator=DEE, description="timed out"))
    (event,) = announced(board)
    assert (list(event.watchers), event.description, event.by) == (asked, "timed out", "dee")


def test_a_lead_who_deployed_is_not_asked(board, people):
    board.do(name_lead, project="CHURN", lead=MemberRef.parse("dee"))
    take(board, deployment("a" * 40, Result.FAILURE, creator=DEE))
    (event,) = announced(board)
    assert event.watchers == ()


def asked_in(board, *tasks):
    return [happened(board, task, DeploymentChanged)[-1].event.watchers for task in tasks]


def test_a_failure_elsewhere_asks_each_owner_once_in_the_thread_of_their_first_task(board, people):
    tasks = [board.new(owner=MemberRef.parse(name)) for name in ("bo", "bo", "ana", "dee")]
    both = commit("CHURN-1 CHURN-2 CHURN-3 CHURN-4 step")
    reach(board, both)
    take(board, deployment(both.sha, Result.FAILURE, environment="staging", creator=DEE))
    assert asked_in(board, *tasks) == [("bo",), (), ("ana",), ()]


def test_a_failure_elsewhere_asks_the_lead_once_where_nobody_owns_a_task(board, people):
    tasks = board.new(), board.new()
    reach(board, commit("CHURN-1 CHURN-2 step"))
    take(board, deployment(sha_of("CHURN-1 CHURN-2 step"), Result.FAILURE, environment="staging", creator=DEE))
    assert asked_in(board, *tasks) == [("cy",), ()]


@pytest.mark.parametrize(("environment", "is_called"), [("staging", False), ("production", True)])
def test_only_a_failure_in_production_calls_people_outside_their_working_time(board, people, environment, is_called):
    task = board.new(owner=MemberRef.parse("bo"))
    board.do(set_zone, actor=people[0], zone="Pacific/Auckland")
    reach(board, FIRST)
    take(board, deployment(FIRST.sha, Result.FAILURE, environment=environment, creator=DEE))
    event = happened(board, task, DeploymentChanged)[-1].event
    assert event.watchers == ("bo",)
    assert event.watcher_ids == ((people[0].member_id,) if is_called else (NOBODY,))


def test_a_lead_on_leave_is_not_called_for_staging(board, people):
    board.do(go_away, actor=people[1], first=board.today, last=None, today=board.today)
    take(board, deployment("a" * 40, Result.FAILURE, environment="staging", creator=DEE))
    task = board.new()
    reach(board, FIRST)
    take(board, deployment(FIRST.sha, Result.FAILURE, environment="staging", id="2", creator=DEE))
    event = happened(board, task, DeploymentChanged)[-1].event
    assert (event.watchers, event.watcher_ids) == (("cy",), (NOBODY,))


def test_a_failure_in_production_asks_each_owner_in_the_channel_of_their_project_only(board, people):
    board.do(create_project, key="OTHER", name=None, zone="UTC", channel=None, channel_name="")
    for project, owner in (("CHURN", "bo"), ("OTHER", "ana"), ("OTHER", "bo")):
        board.new(project=project, owner=MemberRef.parse(owner))
    both = push("CHURN-1 OTHER-1 OTHER-2 step", branch="main")
    take(board, both)
    take(board, both, project="OTHER")
    take(board, deployment(both.after, Result.FAILURE, creator=DEE))
    assert [[event.watchers for event in announced(board, key)] for key in ("CHURN", "OTHER")] == [
        [("bo",)],
        [("ana",)],
    ]


def test_a_success_asks_nobody(board, people):
    task = board.new(owner=MemberRef.parse("bo"))
    reach(board, FIRST)
    take(board, deployment(FIRST.sha, Result.SUCCESS, creator=DEE))
    assert [entry.event.watchers for entry in happened(board, task, DeploymentChanged)] == [()]


# Rollbacks.


def test_a_commit_that_ran_before_another_is_rolled_back_to_and_what_lies_between_hears_of_it(board, tasks):
    reach(board, FIRST, SECOND, THIRD)
    for number, one in enumerate((FIRST, THIRD, FIRST)):
        take(board, deployment(one.sha, Result.SUCCESS, id=str(number), minutes=10 + number))
    assert [heard(board, task)[-1] for task in tasks] == ["success", "success", "success"]
    assert [event.is_rollback for event in announced(board)] == [False, True]
    assert sorted(announced(board)[-1].tasks) == ["CHURN-1", "CHURN-2", "CHURN-3"]


def test_the_same_commit_again_and_a_failed_one_between_are_no_rollback(board, tasks):
    reach(board, FIRST, SECOND)
    take(board, deployment(FIRST.sha, Result.SUCCESS, minutes=10))
    take(board, deployment(SECOND.sha, Result.FAILURE, id="2", minutes=11))
    take(board, deployment(FIRST.sha, Result.SUCCESS, id="3", minutes=12))
    assert not any(entry.event.is_rollback for entry in happened(board, tasks[0], DeploymentChanged))


def test_what_ran_only_elsewhere_is_no_rollback(board, tasks):
    reach(board, FIRST, SECOND)
    take(board, deployment(FIRST.sha, Result.SUCCESS, environment="staging", minutes=10))
    take(board, deployment(SECOND.sha, Result.SUCCESS, id="2", minutes=11))
    take(board, deployment(FIRST.sha, Result.SUCCESS, id="3", minutes=12))
    assert not any(event.is_rollback for event in announced(board))


# Deploy tasks.


@pytest.mark.parametrize(
    ("result", "environment", "kind", "after"),
    [
        (Result.SUCCESS, "production", Kind.DEPLOY, State.DONE),
        (Result.SUCCESS, "production", Kind.BUILD, State.TODO),
        (Result.SUCCESS, "staging", Kind.DEPLOY, State.TODO),
        (Result.FAILURE, "production", Kind.DEPLOY, State.TODO),
        (Result.CANCELLED, "production", Kind.DEPLOY, State.TODO),
        (Result.RUNNING, "production", Kind.DEPLOY, State.TODO),
    ],
)
def test_a_success_in_production_and_nothing_else_ends_a_deploy_task(board, result, environment, kind, after):
    task = board.new(kind=kind)
    reach(board, FIRST)
    take(board, deployment(FIRST.sha, result, environment=environment))
    assert board.see(task).state is after


def test_a_deploy_task_says_what_ended_it(board):
    task = board.new(kind=Kind.DEPLOY)
    reach(board, FIRST)
    take(board, deployment(FIRST.sha, Result.SUCCESS))
    (moved,) = happened(board, task, TaskMoved)
    assert moved.event.why == f"{FIRST.sha[:7]} runs in production"


def test_a_rollback_ends_no_deploy_task(board):
    tasks = board.new(), board.new(kind=Kind.DEPLOY)
    reach(board, FIRST, SECOND)
    take(board, deployment(FIRST.sha, Result.SUCCESS, minutes=10))
    take(board, deployment(SECOND.sha, Result.SUCCESS, id="2", minutes=11))
    assert board.see(tasks[1]).state is State.DONE
    board.move(tasks[1], State.DOING)
    take(board, deployment(FIRST.sha, Result.SUCCESS, id="3", minutes=12))
    assert heard(board, tasks[1])[-1] == "success"
    assert board.see(tasks[1]).state is State.DOING


def test_a_squash_that_names_no_task_carries_those_of_its_pull_request(board, tasks):
    reach(board, FIRST)
    take(board, deployment(FIRST.sha, Result.SUCCESS, minutes=10))
    squashed = commit("Weigh tails (#7)")
    reach(board, squashed)
    merged = pull_request(PullRequestState.MERGED, title="Weigh tails", body="Fixes CHURN-2", merge_sha=squashed.sha)
    take(board, merged)
    reach(board, THIRD)
    take(board, deployment(THIRD.sha, Result.SUCCESS, id="2", minutes=11))
    assert [heard(board, task) for task in tasks] == [["success!"], ["success"], ["success"]]
    assert sorted(announced(board)[-1].tasks) == ["CHURN-2", "CHURN-3"]


# Lists, and two projects.


def test_deployments_are_listed_newest_first_by_project_and_environment(board):
    board.do(create_project, key="OTHER", name=None, zone="UTC", channel=None, channel_name="")
    take(board, deployment("a" * 40, Result.SUCCESS, minutes=1))
    take(board, deployment("b" * 40, Result.FAILURE, id="2", environment="staging", minutes=2))

    def shown(**how):
        wanted = {"project": None, "environment": None} | how
        return [found.sha[0] for found in board.read(lambda work: list_deployments(work, **wanted, limit=5))]

    assert shown() == shown(project="CHURN") == ["b", "a"]
    assert shown(environment="production") == shown(project="CHURN", environment="production") == ["a"]
    assert shown(project="OTHER") == []


def test_two_hooks_of_two_projects_tell_each_task_and_each_channel_once(board):
    board.do(create_project, key="OTHER", name=None, zone="UTC", channel=None, channel_name="")
    tasks = board.new(project="CHURN"), board.new(project="OTHER", kind=Kind.DEPLOY)
    both = commit("CHURN-1 OTHER-1 step")
    facts = (
        push(both, branch="main"),
        deployment(both.sha, Result.WAITING, order=0),
        deployment(both.sha, Result.SUCCESS),
    )
    for fact in facts:
        take(board, fact)
        take(board, fact, project="OTHER")
    assert [heard(board, task) for task in tasks] == [["success"], ["success"]]
    assert (len(announced(board)), len(announced(board, "OTHER"))) == (1, 1)
    assert board.see(tasks[1]).state is State.DONE


def test_a_repository_that_names_no_task_of_the_project_is_not_announced(board):
    hook = replace(hook_of("CHURN", board.team), repository="")
    fact = deployment("f" * 40, Result.SUCCESS)
    board.write(lambda work: take_fact(work, fact=fact, hook=hook, now=board.now))
    assert announced(board) == []
    board.new()
    take(board, push("CHURN-1 named", branch="main"))
    later = deployment("e" * 40, Result.SUCCESS, id="2", minutes=9)
    board.write(lambda work: take_fact(work, fact=later, hook=hook, now=board.now))
    assert len(announced(board)) == 1


def test_the_channel_is_told_before_the_threads_and_whoever_should_look_is_asked_once(board, people):
    first, second = board.new(owner=MemberRef.parse("bo")), board.new()
    reach(board, "CHURN-1 a", "CHURN-2 b")
    take(board, deployment(sha_of("CHURN-1 a"), Result.SUCCESS, id="1"))
    take(board, push("CHURN-1 CHURN-2 c", branch="main"))
    take(board, deployment(sha_of("CHURN-1 CHURN-2 c"), Result.FAILURE, id="2", minutes=9))
    event = announced(board)[-1]
    assert event.watchers
    for task in (first, second):
        assert happened(board, task, DeploymentChanged)[-1].event.watchers == ()
