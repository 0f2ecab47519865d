"""Tokens that end: renewed in time, by one worker at a time; and keys that are exchanged while the server runs."""

import asyncio
from collections.abc import Iterator

import pytest

from bot.reseal import Resealing
from bot.vault import Vault
from tests.drivers import TEST_KEY
from tests.fakes.slack.faults import lost_answer, lost_request, refusal
from tests.fakes.slack.oauth import TOKEN_LIFETIME as TOKEN_LASTS
from tests.slack.harness import ANA, TEAM, SlackBoard
from tests.slack.installing import another_process, browser, kept, open_board
from tests.storage.probes import at_once

HOUR = 3_600
NEW_KEY = "the key that comes after that one"


@pytest.fixture
def board(database_url: str) -> Iterator[SlackBoard]:
    """One workspace has installed it, and its tokens end after twelve hours."""
    with open_board(database_url, rotates=True) as board:
        assert browser(board).install().status_code == 200
        board.admin("project new CHURN name:Churn model")
        yield board


def renew(board: SlackBoard) -> None:
    """As the worker does once a minute."""
    assert board.connection.renewal is not None
    board.run(board.connection.renewal.once())


def refreshes(board: SlackBoard) -> list[str]:
    """What came of each."""
    calls = board.slack.calls("oauth.v2.access")
    return [call.error or call.fault for call in calls if call.arguments.get("grant_type") == "refresh_token"]


def say(board: SlackBoard, title: str) -> list[str]:
    """Makes a task and says so; the errors of the posts that it took."""
    before = len(board.posts())
    board.lab(f"task new {title}")
    board.settle()
    return [call.error for call in board.posts()[before:]]


def test_a_token_is_renewed_two_hours_before_it_ends_and_once(board: SlackBoard) -> None:
    first = kept(board)
    board.later(TOKEN_LASTS - 2 * HOUR - 60)
    renew(board)
    assert refreshes(board) == []
    board.later(120)
    for _ in range(3):
        renew(board)
    assert refreshes(board) == [""]
    second = kept(board)
    assert first is not None
    assert second is not None
    assert (second.revision, second.token == first.token) == (2, False)
    board.later(3 * HOUR)
    assert say(board, "after the first token ended") == [""]


def test_workers_that_renew_at_once_use_the_refresh_token_once(board: SlackBoard) -> None:
    board.later(TOKEN_LASTS - HOUR)
    renewal = board.connection.renewal
    assert renewal is not None

    async def all_at_once() -> None:
        await asyncio.gather(*(renewal.once() for _ in range(8)))

    board.run(all_at_once())
    assert refreshes(board) == [""]


def test_processes_that_renew_at_once_use_the_refresh_token_once(postgres_url: str) -> None:
    with open_board(postgres_url, rotates=True) as board:
        browser(board).install()
        board.later(TOKEN_LASTS - HOUR)
        with another_process(board.slack, postgres_url, clock=board.clock) as other:
            at_once(*[lambda: renew(board), lambda: renew(other)] * 4)
        assert refreshes(board) == [""]


def test_a_token_that_ended_while_nobody_was_there_is_renewed_for_the_next_message(board: SlackBoard) -> None:
    board.lab("task new Fix the features")
    board.later(3 * TOKEN_LASTS)
    assert say(board, "Another") == ["", ""]
    assert refreshes(board) == [""]


def test_a_token_that_slack_says_has_ended_is_renewed_in_the_middle_of_a_delivery(board: SlackBoard) -> None:
    """Slack's clock is ahead of ours."""
    board.slack.advance(TOKEN_LASTS)
    assert say(board, "Fix the features") == ["token_expired", ""]
    assert refreshes(board) == [""]
    assert [state for _, state, _ in board.deliveries()] == ["sent"]


def test_many_who_find_a_token_ended_at_once_renew_it_once(board: SlackBoard) -> None:
    board.later(TOKEN_LASTS)
    workspaces = board.connection.workspaces

    async def all_at_once() -> list[object]:
        asking = (workspaces.call(TEAM, lambda client: client.auth_test()) for _ in range(8))
        return await asyncio.gather(*asking, return_exceptions=True)

    found = board.run(all_at_once())
    assert refreshes(board) == [""]
    assert {type(answer).__name__ for answer in found} <= {"AsyncSlackResponse", "NoGrant"}
    assert board.run(workspaces.call(TEAM, lambda client: client.auth_test()))["ok"]


def test_what_did_not_reach_slack_is_tried_again_when_the_lease_is_over(board: SlackBoard) -> None:
    board.later(TOKEN_LASTS - HOUR)
    board.slack.fault("oauth.v2.access", lost_request())
    for seconds in (0, 30, 31):
        board.later(seconds)
        renew(board)
    assert refreshes(board) == ["lost_request", ""]


@pytest.mark.parametrize("code", ["internal_error", "ratelimited", "bad_client_secret"])
def test_what_slack_refuses_for_now_is_tried_again(board: SlackBoard, code: str) -> None:
    board.later(TOKEN_LASTS - HOUR)
    board.slack.fault("oauth.v2.access", refusal(code))
    for _ in range(2):
        renew(board)
        board.later(61)
    assert refreshes(board) == [code, ""]


def test_an_answer_that_was_lost_costs_nothing_until_the_token_ends_and_then_an_installation(board: SlackBoard) -> None:
    """As after a crash between Slack's answer and our commit."""
    board.later(TOKEN_LASTS - 2 * HOUR)
    board.slack.fault("oauth.v2.access", lost_answer())
    for _ in range(4):
        renew(board)
        board.later(61)
    assert refreshes(board) == ["lost_answer", "invalid_refresh_token"]
    assert say(board, "While the token lasts") == ["", ""]
    (told,) = board.slack.direct(ANA).messages
    assert "Slack will not renew my access to this workspace." in told.text
    assert f"{board.connection_address}/slack/install" in str(told.blocks)
    board.later(2 * HOUR)
    assert board.lab("task new Not now").splitlines() == [
        "▲ Slack has ended Labkeeper's access.",
        f"An administrator can install it again: {board.connection_address}/slack/install",
    ]
    assert browser(board).install().status_code == 200
    assert say(board, "Again") == [""]


def test_a_renewal_that_comes_after_the_next_installation_changes_nothing(board: SlackBoard) -> None:
    board.later(TOKEN_LASTS - HOUR)
    old = kept(board)
    assert old is not None
    browser(board).install()
    newest = kept(board)
    assert board.run(board.connection.renewal.renew(old)) == newest
    assert refreshes(board) == []
    assert newest == kept(board)


def test_a_person_who_waits_no_longer_does_not_lose_the_token(board: SlackBoard) -> None:
    board.later(TOKEN_LASTS)
    renewal, old = board.connection.renewal, kept(board)
    assert renewal is not None
    assert old is not None

    async def impatient() -> None:
        waiting = asyncio.create_task(renewal.renew(old))
        # It has begun, and asks the database.
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(*renewal._under_way)
        assert waiting.cancelled()

    board.run(impatient())
    assert refreshes(board) == [""]
    found = kept(board)
    assert found is not None
    assert found.revision == old.revision + 1


def test_keys_are_exchanged_while_the_server_runs_and_the_old_one_can_go(board: SlackBoard) -> None:
    made = board.admin("hook new github project:CHURN")
    assert "Address:" in made
    both = Vault([NEW_KEY, TEST_KEY])
    with another_process(board.slack, board.database_url, vault=both, clock=board.clock) as other:
        assert say(other, "with the old seal") == [""]
        board.run(Resealing(other.database, both).once())
        assert say(other, "with the new seal") == [""]
    only_new = Vault([NEW_KEY])
    for table, columns in (("installations", ("token", "refresh_token")), ("hooks", ("secret",))):
        for (sealed,) in [row for column in columns for row in board.rows(f"SELECT {column} FROM {table}")]:
            assert not only_new.needs_new_seal(sealed)
    with another_process(board.slack, board.database_url, vault=only_new, clock=board.clock) as last:
        assert say(last, "without the old key") == [""]
        last.later(TOKEN_LASTS - HOUR)
        renew(last)
        assert refreshes(board) == [""]


def test_a_seal_never_replaces_a_token_that_came_meanwhile(board: SlackBoard) -> None:
    before = kept(board)
    assert before is not None
    board.later(TOKEN_LASTS - HOUR)
    renew(board)
    renewed = kept(board)
    is_changed = board.database.write_directory(
        lambda teams: teams.installations.reseal(before, token="mine", refresh_token="mine")
    ).result()
    assert not is_changed
    assert kept(board) == renewed


def test_what_cannot_be_opened_keeps_nobody_else_from_a_new_seal(board: SlackBoard) -> None:
    browser(board).install("T002")
    stranger, both = Vault(["a key of somebody else entirely"]), Vault([NEW_KEY, TEST_KEY])
    first = kept(board)
    assert first is not None
    sealed = stranger.seal("x", about="anything")
    board.database.write_directory(
        lambda teams: teams.installations.reseal(first, token=sealed, refresh_token="garbage")
    ).result()
    board.run(Resealing(board.database, both).once())
    other = kept(board, "T002")
    assert other is not None
    assert not both.needs_new_seal(other.token)
    left = kept(board)
    assert left is not None
    assert (left.token, left.refresh_token) == (sealed, "garbage")
