from datetime import timedelta

import pytest

from core.errors import Conflict, InvalidInput, NotFound
from core.hooks import (
    BOTH_VALID,
    MOST_HOOKS,
    HookProvider,
    create_hook,
    find_hook,
    list_hooks,
    revoke_hook,
    rotate_hook,
)
from tests.drivers import refusal


def make(board, address="address", project="CHURN", repository=None):
    return board.do(
        create_hook, provider=HookProvider.GITHUB, project=project, repository=repository, public_id=address,
        secret="first",
    )  # fmt: skip


def at(board, address):
    return board.store.read_directory(lambda teams: teams.hook(address)).result()


def secrets(board, hook):
    return board.read(lambda work: find_hook(work, number=hook.id)).secrets(board.now)


def test_a_hook_is_found_by_its_address_and_told_in_words(board):
    hook = make(board, repository="acme/churn")
    assert at(board, "address") == hook
    assert (hook.team_id, hook.project_key, hook.provider) == (board.team, "CHURN", "github")
    assert at(board, "another") is None
    assert board.read(list_hooks) == (hook,)
    assert board.told()[-1] == f"made hook {hook.id}: github for CHURN, only acme/churn"


@pytest.mark.parametrize(
    ("only", "repository", "takes"),
    [
        (None, "acme/churn", True), ("acme/churn", "acme/churn", True), ("Acme/Churn", "acme/CHURN", True),
        ("acme/churn", "acme/churn2", False), ("acme/churn", "evil/acme/churn", False),
    ],
)  # fmt: skip
def test_a_hook_takes_what_its_repository_reports(board, only, repository, takes):
    assert make(board, repository=only).takes(repository) is takes


def test_both_secrets_are_valid_for_a_day_and_not_longer(board):
    hook = make(board)
    rotated = board.do(rotate_hook, number=hook.id, secret="second")
    assert rotated.secrets(board.now) == secrets(board, hook) == ("second", "first")
    board.now += BOTH_VALID - timedelta(microseconds=1)
    assert secrets(board, hook) == ("second", "first")
    board.now += timedelta(microseconds=1)
    assert secrets(board, hook) == ("second",)
    assert board.told()[-1] == f"gave hook {hook.id} (github for CHURN) a new secret"


def test_a_second_new_secret_within_the_day_is_refused(board):
    """It would end the first one's, which may still be the one that the host signs with."""
    hook = make(board)
    board.do(rotate_hook, number=hook.id, secret="second")
    with refusal(Conflict, "less than a day ago", "revoke the hook"):
        board.do(rotate_hook, number=hook.id, secret="third")
    board.later(days=1)
    board.do(rotate_hook, number=hook.id, secret="third")
    assert secrets(board, hook) == ("third", "second")


def test_a_revoked_hook_is_found_nowhere_and_its_secrets_are_gone(board):
    hook = make(board)
    board.do(rotate_hook, number=hook.id, secret="second")
    revoked = board.do(revoke_hook, number=hook.id)
    assert at(board, "address") is None
    assert board.read(list_hooks) == ()
    kept = board.read(lambda work: work.hooks.get(hook.id))
    assert kept == revoked
    assert (kept.secret, kept.old_secret, kept.old_until) == ("", "", None)
    assert board.told()[-1] == f"revoked hook {hook.id} (github for CHURN)"
    for operation, more in ((revoke_hook, {}), (rotate_hook, {"secret": "third"})):
        with refusal(NotFound, f"no hook {hook.id}", "lab-admin hook list"):
            board.do(operation, number=hook.id, **more)


def test_a_team_has_only_so_many_hooks(board):
    hooks = [make(board, f"address {number}") for number in range(MOST_HOOKS)]
    with refusal(Conflict, f"at most {MOST_HOOKS} hooks", "Revoke one first"):
        make(board, "one more")
    board.do(revoke_hook, number=hooks[0].id)
    make(board, "one more")


def test_a_hook_is_for_a_project_there_is(board):
    with refusal(NotFound, "no project NOPE", "CHURN"):
        make(board, project="NOPE")


def test_a_repository_is_one_line_of_some_length(board):
    with refusal(InvalidInput, "repository"):
        make(board, repository="a" * 200)


def test_when_a_hook_was_used_is_kept(board):
    hook = make(board)
    assert hook.used_at is None
    board.write(lambda work: work.hooks.mark_used(hook.id, board.now))
    assert at(board, "address").used_at == board.now
