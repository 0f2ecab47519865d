"""What GitHub's requests say, as facts."""

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.webhook import Malformed
from bot.webhooks.github import GITHUB, MOST_COMMITS
from core.git import (
    BranchCreated,
    CheckReported,
    Commit,
    DeploymentReported,
    Fact,
    GitPerson,
    NotNeeded,
    Pinged,
    PullRequestChanged,
    PullRequestState,
    Pushed,
    ReleasePublished,
    Repository,
    Result,
)
from tests.webhooks import SECRET, event_of, fixtures, github_request, payload

A, B, C, ZERO = "a1" * 20, "b2" * 20, "c3" * 20, "0" * 40
REPOSITORY = Repository(
    host="github",
    external_id="700100",
    name="northwind-ml/churn",
    url="https://github.com/northwind-ml/churn",
    default_branch="main",
)
ANA = GitPerson(name="ana-sousa", login="ana-sousa")
JO = GitPerson(name="jo-park", login="jo-park")


def at(hour: int, minute: int, second: int = 0) -> datetime:
    return datetime(2026, 11, 18, hour, minute, second, tzinfo=UTC)


def parse(event: str, body: dict[str, Any]) -> Fact:
    sent = github_request(event, json.dumps(body).encode())
    return GITHUB.parse(sent.headers, sent.body).fact


def fact(name: str, **changes: Any) -> Any:
    return parse(event_of(name), payload("github", name, **changes))


def commit(number: int) -> dict[str, Any]:
    return {**payload("github", "push__branch")["commits"][0], "id": f"{number:040x}"}


def test_a_push_is_told_with_its_commits_oldest_first_and_who_pushed() -> None:
    assert fact("push__branch") == Pushed(
        repository=REPOSITORY,
        branch="feat/churn-12-tails",
        before=A,
        after=C,
        commits=(
            Commit(
                sha=B,
                message="CHURN-12 #review focal loss on tail classes\n\n#metric val_auc=0.91",
                author=GitPerson(name="Ana Sousa", email="ana@northwind.example", login="ana-sousa"),
                url=f"https://github.com/northwind-ml/churn/commit/{B}",
                paths=("notebooks/tails.ipynb", "train/loss.py", "train/old_loss.py"),
            ),
            Commit(
                sha=C,
                message="Weigh the tails 🎯",
                author=GitPerson(name="Jo Park", email="502+jo-park@users.noreply.github.com", login="jo-park"),
                url=f"https://github.com/northwind-ml/churn/commit/{C}",
                paths=("train/loss.py",),
            ),
        ),
        pusher=GitPerson(name="ana-sousa", email="ana@northwind.example", login="ana-sousa"),
        compare_url="https://github.com/northwind-ml/churn/compare/a1a1a1a1a1a1...c3c3c3c3c3c3",
    )


def test_a_form_says_the_same_as_json() -> None:
    for name, body in fixtures("github").items():
        event = event_of(name)
        form = github_request(event, b"payload=" + quote_plus(body.decode()).encode())
        assert GITHUB.verify(form.headers, form.body, SECRET)
        plain = github_request(event, body)
        assert GITHUB.parse(form.headers, form.body) == GITHUB.parse(plain.headers, plain.body)


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_any_text_comes_through_a_form(message: str) -> None:
    body = payload("github", "push__branch", commits__0__message=message)
    sent = github_request("push", b"payload=" + quote_plus(json.dumps(body, ensure_ascii=False)).encode())
    found = GITHUB.parse(sent.headers, sent.body).fact
    assert isinstance(found, Pushed)
    assert found.commits[0].message == message


@pytest.mark.parametrize("extra", [b"&payload=%7B%7D", b"&a=b", b"\n", b"="])
def test_a_form_of_more_than_the_payload_is_malformed(extra: bytes) -> None:
    body = b"payload=" + quote_plus(fixtures("github")["push__branch"].decode()).encode() + extra
    sent = github_request("push", body)
    with pytest.raises(Malformed):
        GITHUB.parse(sent.headers, sent.body)


def test_a_new_branch_may_come_without_commits() -> None:
    found = fact("push__new_branch")
    assert (found.branch, found.before, found.commits, found.is_truncated) == ("spike", ZERO, (), False)


def test_a_branch_set_back_comes_without_commits() -> None:
    found = fact("push__set_back")
    assert (found.is_forced, found.after, found.commits, found.is_truncated) == (True, B, (), False)


@pytest.mark.parametrize("name", ["push__tag", "push__branch_deleted", "create__tag"])
def test_tags_and_what_is_deleted_are_not_needed(name: str) -> None:
    assert isinstance(fact(name), NotNeeded)


def test_what_a_merge_queue_tries_out_is_told_by_the_push_to_its_base_alone() -> None:
    branch = "gh-readonly-queue/main/pr-104-79cda640"
    assert isinstance(fact("push__branch", ref=f"refs/heads/{branch}"), NotNeeded)
    assert isinstance(fact("create__branch", ref=branch), NotNeeded)
    assert isinstance(fact("push__branch", ref="refs/heads/gh-readonly"), Pushed)


def test_a_branch_that_is_gone_is_told() -> None:
    assert fact("delete__branch").branch == "feat/churn-12-tails"
    assert isinstance(fact("delete__branch", ref_type="tag"), NotNeeded)


@pytest.mark.parametrize("length", [255, 500])
def test_a_name_may_be_long_but_not_without_end(length: int) -> None:
    assert fact("push__branch", ref="refs/heads/" + "b" * (length - 11)).branch == "b" * (length - 11)
    with pytest.raises(Malformed):
        fact("push__branch", ref="refs/heads/" + "b" * 500)


def test_a_tag_that_is_named_like_a_branch_is_none() -> None:
    assert isinstance(fact("push__branch", ref="refs/tags/heads/main"), NotNeeded)
    assert fact("push__branch", ref="refs/heads/tags/v2").branch == "tags/v2"


@pytest.mark.parametrize(
    "changes",
    [
        {"commits": []},
        {"after": "d" * 40},
        {"size": 3},
        {"commits": [commit(number) for number in range(MOST_COMMITS)], "after": f"{MOST_COMMITS - 1:040x}"},
    ],
    ids=["no commits", "the last is not the newest", "more are counted", "as many as GitHub sends"],
)
def test_a_push_that_leaves_commits_out_says_so(changes: dict[str, Any]) -> None:
    assert fact("push__branch", **changes).is_truncated


def test_a_push_of_one_commit_less_than_github_sends_is_whole() -> None:
    last = MOST_COMMITS - 2
    found = fact("push__branch", commits=[commit(number) for number in range(last + 1)], after=f"{last:040x}")
    assert not found.is_truncated
    assert len(found.commits) == MOST_COMMITS - 1


def test_every_path_is_told_once() -> None:
    many = [f"data/{number}.csv" for number in range(3_000)]
    found = fact("push__branch", commits__0__added=many, commits__0__modified=many, commits__0__removed=[])
    assert found.commits[0].paths == tuple(many)
    found = fact("push__branch", commits__0__added=["a", "b"], commits__0__modified=["b", "c"])
    assert found.commits[0].paths == ("a", "b", "c", "train/old_loss.py")


def test_a_commit_that_was_pushed_before_says_so() -> None:
    assert [one.is_distinct for one in fact("push__branch", commits__0__distinct=False).commits][:2] == [False, True]


def test_a_commit_may_come_without_its_paths() -> None:
    body = payload("github", "push__branch")
    for kind in ("added", "modified", "removed"):
        del body["commits"][0][kind]
    found = parse("push", body)
    assert isinstance(found, Pushed)
    assert found.commits[0].paths == ()


def test_a_message_of_a_megabyte_is_kept_whole() -> None:
    message = "CHURN-12 " + "x\n" * 500_000
    assert fact("push__branch", commits__1__message=message).commits[1].message == message


@pytest.mark.parametrize(
    ("author", "login"),
    [
        ({"username": "ana", "email": "1+jo@users.noreply.github.com"}, "ana"),
        ({"email": "12345+ana@users.noreply.github.com"}, "ana"),
        ({"email": "ana@users.noreply.github.com"}, "ana"),
        ({"email": "49699333+dependabot[bot]@users.noreply.github.com"}, "dependabot[bot]"),
        ({"email": "ana@northwind.example"}, ""),
        ({"email": "ana@users.noreply.github.com.evil.example"}, ""),
        ({"email": "x+y+ana@users.noreply.github.com"}, ""),
        ({"email": None}, ""),
        ({}, ""),
    ],
)
def test_the_account_of_an_author_is_what_github_found_or_the_address_says(author: dict[str, Any], login: str) -> None:
    found = fact("push__branch", commits__0__author={"name": "Ana", **author})
    assert (found.commits[0].author.name, found.commits[0].author.login) == ("Ana", login)


@pytest.mark.parametrize(
    ("author", "is_bot"),
    [
        ({"name": "dependabot[bot]", "email": "x@example.com"}, True),
        ({"name": "x", "email": "49699333+dependabot[bot]@users.noreply.github.com"}, True),
        ({"name": "x", "email": "x@example.com", "username": "renovate[bot]"}, True),
        ({"name": "semantic-release-bot", "email": "x@example.com"}, True),
        ({"name": "Renovate", "email": "bot@renovateapp.example"}, True),
        ({"name": "GitHub Actions", "email": "actions@github.com"}, True),
        ({"name": "Format", "email": "github-actions@github.com"}, True),
        ({"name": "x", "email": "x@example.com", "username": "actions-user"}, True),
        ({"name": "Ana Action", "email": "ana.actions@example.com"}, False),
        ({"name": "Wim Bot", "email": "wim.bot@example.com"}, False),
        ({"name": "Ana Talbot", "email": "talbot@example.com", "username": "talbot"}, False),
        ({"name": "Jo", "email": "jo@bot.example"}, False),
    ],
)
def test_bots_are_known_among_authors_by_how_they_are_named(author: dict[str, Any], is_bot: bool) -> None:
    assert fact("push__branch", commits__0__author=author).commits[0].author.is_bot is is_bot


def test_a_bot_that_pushes_is_known_by_its_account() -> None:
    assert fact("push__bot").pusher.is_bot
    assert fact("push__bot", sender__type="User").pusher.is_bot
    assert fact("push__branch", sender__type="Bot").pusher.is_bot
    assert not fact("push__branch").pusher.is_bot


def test_a_branch_that_is_created_is_told() -> None:
    assert fact("create__branch") == BranchCreated(repository=REPOSITORY, branch="feat/churn-12-tails", sender=ANA)


def test_a_ping_is_answered_for_a_repository_and_for_an_organization() -> None:
    assert fact("ping__repository") == Pinged(REPOSITORY)
    assert fact("ping__organization") == Pinged(None)


def test_a_pull_request_is_told_as_it_is() -> None:
    assert fact("pull_request__opened") == PullRequestChanged(
        repository=REPOSITORY,
        number=31,
        title="CHURN-12 focal loss",
        body="Fixes CHURN-12",
        url="https://github.com/northwind-ml/churn/pull/31",
        state=PullRequestState.OPEN,
        updated_at=at(10, 0),
        author=ANA,
        sender=JO,
        head_branch="feat/churn-12-tails",
        head_sha=C,
        base_branch="main",
    )


@pytest.mark.parametrize(
    ("name", "state", "merge_sha"),
    [
        ("pull_request__opened", PullRequestState.OPEN, ""),
        ("pull_request__draft", PullRequestState.DRAFT, ""),
        ("pull_request__closed", PullRequestState.CLOSED, ""),
        ("pull_request__merged", PullRequestState.MERGED, B),
    ],
)
def test_the_state_of_a_pull_request(name: str, state: PullRequestState, merge_sha: str) -> None:
    found = fact(name)
    assert (found.state, found.merge_sha) == (state, merge_sha)


@pytest.mark.parametrize("action", ["edited", "synchronize", "labeled", "reopened", "an_action_of_next_year"])
def test_whatever_was_done_to_a_pull_request_its_present_state_is_told(action: str) -> None:
    assert fact("pull_request__opened", action=action) == fact("pull_request__opened")


def test_a_pull_request_may_have_lost_its_fork_and_its_author() -> None:
    found = fact("pull_request__fork_gone")
    assert (found.author, found.body, found.head_branch) == (GitPerson(name=""), "", "main")


def test_a_workflow_run_is_a_check_named_after_its_workflow() -> None:
    assert fact("workflow_run__failed") == CheckReported(
        repository=REPOSITORY,
        sha=C,
        name="Train",
        result=Result.FAILURE,
        url="https://github.com/northwind-ml/churn/actions/runs/18800200300",
        order=18_800_200_300_001,
        at=at(10, 5),
        branch="feat/churn-12-tails",
    )


@pytest.mark.parametrize(
    ("workflow", "run_name", "name"),
    [(None, "Train nightly", "Train nightly"), (None, "", ".github/workflows/train.yml"), ({"name": "T"}, "x", "T")],
)
def test_a_workflow_without_a_name_is_named_after_its_run_or_file(workflow: Any, run_name: str, name: str) -> None:
    assert fact("workflow_run__failed", workflow=workflow, workflow_run__name=run_name).name == name


def test_a_later_attempt_and_a_later_run_are_in_order() -> None:
    first, second = fact("workflow_run__failed"), fact("workflow_run__second_attempt")
    thousandth = fact("workflow_run__failed", workflow_run__run_attempt=5_000)
    next_run = fact("workflow_run__requested", workflow_run__id=18_800_200_301)
    largest = fact("workflow_run__failed", workflow_run__id=2**53 - 1, workflow_run__run_attempt=5_000)
    assert first.order < second.order < thousandth.order < next_run.order < largest.order < 2**63
    assert fact("workflow_run__requested").order == first.order
    assert fact("workflow_run__requested").at < fact("workflow_run__in_progress").at < first.at


@pytest.mark.parametrize(
    ("status", "conclusion", "result"),
    [
        ("requested", None, Result.WAITING), ("queued", None, Result.WAITING), ("waiting", None, Result.WAITING),
        ("pending", None, Result.WAITING), ("in_progress", None, Result.RUNNING),
        ("completed", "success", Result.SUCCESS), ("completed", "failure", Result.FAILURE),
        ("completed", "timed_out", Result.FAILURE), ("completed", "startup_failure", Result.FAILURE),
        ("completed", "cancelled", Result.CANCELLED), ("completed", "stale", Result.CANCELLED),
        ("completed", "skipped", Result.SKIPPED), ("completed", "neutral", Result.SKIPPED),
        ("completed", "action_required", Result.WAITING),
    ],
)  # fmt: skip
def test_how_far_a_run_or_a_suite_is(status: str, conclusion: str | None, result: Result) -> None:
    run = {"workflow_run__status": status, "workflow_run__conclusion": conclusion}
    suite = {"check_suite__status": status, "check_suite__conclusion": conclusion}
    assert fact("workflow_run__failed", **run).result is result
    assert fact("check_suite__other_app", **suite).result is result


def test_what_is_new_at_github_is_not_needed() -> None:
    for changed in (
        fact("workflow_run__failed", workflow_run__conclusion="exploded"),
        fact("workflow_run__failed", action="deferred"),
        fact("check_suite__other_app", check_suite__status="asleep"),
        fact("status__error", state="unsure"),
        fact("deployment_status__success", deployment_status__state="paused"),
        fact("deployment__created", action="approved"),
    ):
        assert isinstance(changed, NotNeeded)


def test_a_suite_of_checks_is_named_after_its_app() -> None:
    assert fact("check_suite__other_app") == CheckReported(
        repository=REPOSITORY,
        sha=C,
        name="GPU CI",
        result=Result.SUCCESS,
        url=f"https://github.com/northwind-ml/churn/commit/{C}/checks",
        order=118_500,
        at=at(10, 7),
        branch="feat/churn-12-tails",
    )


def test_a_suite_that_is_asked_for_anew_waits_whatever_it_said_before() -> None:
    assert fact("check_suite__asked_anew").result is Result.WAITING


@pytest.mark.parametrize("name", ["check_suite__actions", "check_run__completed", "workflow_job__completed"])
def test_a_workflow_is_told_once(name: str) -> None:
    assert isinstance(fact(name), NotNeeded)


def test_a_status_is_a_check_named_after_its_context_on_the_branch_that_ends_there() -> None:
    assert fact("status__error") == CheckReported(
        repository=REPOSITORY,
        sha=C,
        name="ci/nightly",
        result=Result.FAILURE,
        url="https://ci.example/builds/9",
        order=6_805_126_730,
        at=at(10, 9),
        branch="feat/churn-12-tails",
    )
    assert fact("status__error", branches=[]).branch == ""
    assert fact("status__error", branches=[{"name": "main", "commit": {"sha": A}}]).branch == ""


@pytest.mark.parametrize("address", [None, "", "javascript:alert(1)"])
def test_a_status_without_an_address_leads_to_its_commit(address: str | None) -> None:
    assert fact("status__error", target_url=address).url == f"https://github.com/northwind-ml/churn/commit/{C}"


@pytest.mark.parametrize(
    ("state", "result"), [("pending", Result.RUNNING), ("success", Result.SUCCESS), ("failure", Result.FAILURE)]
)
def test_how_far_a_status_is(state: str, result: Result) -> None:
    assert fact("status__error", state=state).result is result


def test_a_deployment_comes_before_all_its_statuses() -> None:
    created = fact("deployment__created")
    assert created == DeploymentReported(
        repository=REPOSITORY,
        external_id="145988",
        environment="production",
        sha=C,
        ref="main",
        result=Result.WAITING,
        order=0,
        at=at(10, 10),
        creator=ANA,
        is_production=True,
    )
    assert created.order < fact("deployment_status__success").order < fact("deployment_status__replaced").order


def test_who_deployed_is_who_started_the_workflow_where_a_program_made_the_deployment() -> None:
    bot = {"login": "github-pages[bot]", "id": 5, "type": "Bot"}
    by_program = {"deployment__creator": bot}
    started = {"workflow_run__triggering_actor": {"login": "ben", "id": 6, "type": "User"}}
    assert fact("deployment__by_a_workflow", **by_program, **started).creator.login == "ben"
    assert fact("deployment__by_a_workflow", **by_program).creator.login == "ana-sousa"
    assert fact("deployment__by_a_workflow", **started).creator.login == "ana-sousa"
    nobody = {"workflow_run__triggering_actor": bot, "workflow_run__actor": bot}
    assert fact("deployment__by_a_workflow", **by_program, **nobody).creator.login == "github-pages[bot]"
    assert fact("deployment__created", deployment__creator=bot).creator.login == "github-pages[bot]"


def test_news_of_a_deployment() -> None:
    assert fact("deployment_status__success") == DeploymentReported(
        repository=REPOSITORY,
        external_id="145988",
        environment="production",
        sha=C,
        ref="main",
        result=Result.SUCCESS,
        order=209_916,
        at=at(10, 12),
        creator=ANA,
        url="https://ci.example/deploys/4/log",
        description="Rolled out",
        is_production=True,
    )
    assert fact("deployment_status__replaced").url == "https://churn.example"


@pytest.mark.parametrize(
    ("state", "result"),
    [
        ("queued", Result.WAITING), ("pending", Result.WAITING), ("waiting", Result.WAITING),
        ("in_progress", Result.RUNNING), ("success", Result.SUCCESS), ("failure", Result.FAILURE),
        ("error", Result.FAILURE), ("inactive", Result.INACTIVE),
    ],
)  # fmt: skip
def test_how_far_a_deployment_is(state: str, result: Result) -> None:
    assert fact("deployment_status__success", deployment_status__state=state).result is result


@pytest.mark.parametrize(
    ("environment", "said", "is_production"),
    [
        ("production", None, True), ("production", True, True), ("production", False, True),
        ("Production", False, True), ("prod-eu", None, True), ("prod-eu", False, True), ("eu", True, True),
        ("staging", None, False), ("staging", False, False), ("staging", True, True),
    ],
)  # fmt: skip
def test_production_is_what_somebody_said_or_the_name_says(
    environment: str, said: bool | None, is_production: bool
) -> None:
    changes = {"deployment__production_environment": said, "deployment__environment": environment}
    assert fact("deployment__created", **changes).is_production is is_production


def test_a_status_may_move_its_deployment_to_another_environment() -> None:
    found = fact("deployment_status__success", deployment_status__environment="canary")
    assert found.environment == "canary"
    assert fact("deployment_status__success", deployment_status__environment="").environment == "production"


def test_a_release_is_told_once() -> None:
    """GitHub sends published and released for a full release, published and prereleased for a pre-release."""
    told = fact("release__released")
    assert told == ReleasePublished(
        repository=REPOSITORY,
        tag="v2.0",
        name="Churn 2",
        body="Better on the tails.",
        url="https://github.com/northwind-ml/churn/releases/tag/v2.0",
        author=ANA,
    )
    assert isinstance(fact("release__published"), NotNeeded)
    assert isinstance(fact("release__prerelease"), ReleasePublished)
    assert isinstance(fact("release__prereleased"), NotNeeded)
    for action in ("created", "edited", "deleted", "unpublished"):
        assert isinstance(fact("release__released", action=action), NotNeeded)


@pytest.mark.parametrize("name", ["push__branch", "create__branch", "status__error", "release__released"])
@pytest.mark.parametrize("event", ["pull_request", "workflow_run", "deployment_status", "ping", "check_suite"])
def test_a_body_of_another_event_is_malformed(name: str, event: str) -> None:
    with pytest.raises(Malformed):
        parse(event, payload("github", name))


@pytest.mark.parametrize(
    ("name", "event"), [("deployment__by_a_workflow", "workflow_run"), ("deployment_status__success", "deployment")]
)
def test_a_body_that_carries_the_object_of_another_event_is_malformed(name: str, event: str) -> None:
    with pytest.raises(Malformed):
        parse(event, payload("github", name))


@pytest.mark.parametrize(
    ("header", "text"),
    [
        ("x-github-event", ""), ("x-github-event", "push, push"), ("x-github-event", "Push"),
        ("x-github-event", "push\n"), ("x-github-event", "pü"), ("x-github-event", "x" * 65),
        ("x-github-delivery", ""), ("x-github-delivery", "a, b"), ("x-github-delivery", "é"),
        ("x-github-delivery", "٣"), ("x-github-delivery", "a" * 101), ("x-github-delivery", "a\n"),
    ],
)  # fmt: skip
def test_headers_of_another_form_are_malformed(header: str, text: str) -> None:
    sent = github_request("push", fixtures("github")["push__branch"])
    with pytest.raises(Malformed):
        GITHUB.parse({**sent.headers, header: text}, sent.body)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("push__branch", {"after": "HEAD"}),
        ("push__branch", {"after": "A1" * 20}),
        ("push__branch", {"commits__0__id": "../../x"}),
        ("push__branch", {"ref": ""}),
        ("push__branch", {"repository__id": 2**70}),
        ("push__branch", {"repository__full_name": ""}),
        ("pull_request__opened", {"pull_request__state": "ajar"}),
        ("pull_request__opened", {"pull_request__updated_at": "2026-11-18T10:00:00"}),
    ],
)
def test_values_that_github_never_sends_are_malformed(name: str, changes: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        fact(name, **changes)


def test_a_commit_may_be_named_by_sha_256() -> None:
    assert fact("push__new_branch", after="a" * 64).after == "a" * 64


def test_the_delivery_and_the_event_are_what_the_headers_say() -> None:
    sent = github_request("push", fixtures("github")["push__branch"])
    incoming = GITHUB.parse(sent.headers, sent.body)
    assert (incoming.delivery_id, incoming.event) == ("72d3162e-cc78-11e3-81ab-4c9367dc0958", "push")
