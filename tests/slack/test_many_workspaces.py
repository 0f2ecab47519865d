"""Several workspaces on one server: each has a team, a token and an end of its own."""

from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from bot.vault import Vault
from tests.drivers import TEST_KEY
from tests.fakes.slack.faults import rate_limited, server_error
from tests.slack.harness import ANA, TEAM, SlackBoard, check_shown
from tests.slack.installing import ELSEWHERE, OTHER, another_process, browser, kept, open_board

HOUR = 3_600


@pytest.fixture
def board(database_url: str) -> Iterator[SlackBoard]:
    """Both workspaces have installed it, an hour ago."""
    with open_board(database_url) as board:
        for team in (TEAM, OTHER):
            assert browser(board).install(team).status_code == 200
        board.later(HOUR)
        board.admin("project new CHURN name:Churn model")
        yield board


def elsewhere(board: SlackBoard, text: str, command: str = "/lab") -> str:
    """What Otto of the other workspace reads, who has the same id as Ana of the first."""
    answer = board.person(ANA, OTHER).command(text, ELSEWHERE, command)
    check_shown(answer)
    return answer.text


def removed(board: SlackBoard) -> list[str]:
    return [
        "▲ Labkeeper was removed from this workspace.",
        f"An administrator can install it again: {board.connection_address}/slack/install",
    ]


def tokens(board: SlackBoard, team: str = TEAM) -> tuple[str, str]:
    found = kept(board, team)
    assert found is not None
    return found.token, found.refresh_token


def old_event(board: SlackBoard, event: dict, *, seconds_ago: int) -> int:
    """One that happened so long ago and arrives now."""
    board.slack.advance(-seconds_ago)
    try:
        return board.events.deliver(event, retries=0)[0].status
    finally:
        board.slack.advance(seconds_ago)


UNINSTALLED = {"type": "app_uninstalled"}
REVOKED = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["UBOTT001"]}}


def test_two_workspaces_are_two_teams_whose_cards_never_cross(board: SlackBoard) -> None:
    elsewhere(board, "project new CHURN name:Another model", "/lab-admin")
    board.lab("task new Ours")
    elsewhere(board, "task new Theirs")
    board.settle()
    assert [root.text for root in board.channel("C1").roots] != [root.text for root in board.channel(ELSEWHERE).roots]
    assert "Ours" in board.transcript("C1")
    assert "Theirs" in board.transcript(ELSEWHERE)
    assert "Theirs" not in board.transcript("C1") + board.lab("task list")
    assert "Ours" not in board.transcript(ELSEWHERE) + elsewhere(board, "task list")
    assert {(call.team, call.channel, call.error) for call in board.posts()} == {
        (TEAM, "C1", ""),
        (OTHER, ELSEWHERE, ""),
    }
    assert board.count("teams") == 2


def test_a_workspace_that_was_asked_enough_keeps_no_other_channel_closed(board: SlackBoard) -> None:
    elsewhere(board, "project new CHURN name:Another model", "/lab-admin")
    places = {TEAM: "C1", OTHER: ELSEWHERE}
    for team, channel in places.items():
        board.slack.leave(channel, f"UBOT{team}")
    board.lab("task new Ours")
    elsewhere(board, "task new Theirs")
    board.settle()
    for team, channel in places.items():
        board.slack.join(channel, f"UBOT{team}")
    board.slack.fault("conversations.info", rate_limited(), times=9, channel="C1")
    board.look_at_closed_channels()
    assert board.channel("C1").roots == []
    assert "Theirs" in board.transcript(ELSEWHERE)


def test_people_with_one_id_in_two_workspaces_are_two_people(board: SlackBoard) -> None:
    elsewhere(board, "project new CHURN name:Another model", "/lab-admin")
    assert board.rows("SELECT name, zone FROM members ORDER BY id") == [
        ("ana", "Europe/Amsterdam"),
        ("otto", "Asia/Tokyo"),
    ]


def test_a_workspace_that_never_installed_it_is_told_where_to(database_url: str) -> None:
    with open_board(database_url) as board:
        for command in ("/lab", "/lab-admin"):
            assert board.lab("project list", command=command).splitlines() == [
                "▲ Labkeeper is not installed in this workspace.",
                f"An administrator can install it: {board.connection_address}/slack/install",
            ]
        assert (board.count("teams"), board.count("members")) == (0, 0)


@pytest.mark.parametrize("order", [("uninstalls", "revokes_tokens"), ("revokes_tokens", "uninstalls")])
def test_what_is_uninstalled_loses_its_tokens_whichever_event_comes_first(
    board: SlackBoard, order: tuple[str, str]
) -> None:
    board.lab("task new Fix the features")
    for event in (*order, order[0]):
        assert [answer.status for answer in getattr(board.events, event)()] == [200]
        assert tokens(board) == ("", "")
        assert board.lab("task new Not now").splitlines() == removed(board)
    board.settle()
    assert board.posts("C1") == []
    assert board.rows("SELECT external_id FROM workspaces WHERE removed_at IS NOT NULL") == [(TEAM,)]
    assert tokens(board, OTHER) != ("", "")
    assert "Created." in elsewhere(board, "project new CHURN", "/lab-admin")


def test_a_workspace_that_installs_it_again_goes_on_where_it_was(board: SlackBoard) -> None:
    board.lab("task new Fix the features")
    board.events.uninstalls()
    board.settle()
    assert [(kind, state) for kind, state, _ in board.deliveries()] == [("root", "parked")]
    board.later(HOUR)
    assert browser(board).install().status_code == 200
    assert "CHURN-1 Fix the features" in board.transcript()
    assert "CHURN-2" in board.lab("task new Another")
    assert len(board.channel().roots) == 1
    board.settle()
    assert len(board.channel().roots) == 2
    assert board.rows("SELECT count(*) FROM workspaces WHERE removed_at IS NOT NULL") == [(0,)]
    assert board.count("teams") == 1


@pytest.mark.parametrize("event", [UNINSTALLED, REVOKED], ids=lambda event: event["type"])
@pytest.mark.parametrize("seconds_ago", [HOUR // 2, 60])
def test_an_event_that_arrives_after_the_next_installation_wipes_nothing(
    board: SlackBoard, event: dict, seconds_ago: int
) -> None:
    board.events.uninstalls()
    board.later(HOUR)
    browser(board).install()
    before = kept(board)
    assert old_event(board, event, seconds_ago=seconds_ago) == 200
    assert kept(board) == before
    assert "CHURN-1" in board.lab("task new Fix the features")
    board.settle()
    assert len(board.channel().roots) == 1


def test_a_removal_right_after_the_installation_counts(board: SlackBoard) -> None:
    browser(board).install()
    assert board.events.uninstalls()[0].status == 200
    assert tokens(board) == ("", "")


def test_while_slack_does_not_say_which_it_is_the_event_is_asked_for_again(board: SlackBoard) -> None:
    browser(board).install()
    board.slack.fault("auth.test", server_error(503))
    board.slack.refuse_token(TEAM, "account_inactive")
    answers = board.events.deliver(UNINSTALLED)
    assert [answer.status for answer in answers] == [500, 200]
    assert tokens(board) == ("", "")


def test_an_uninstallation_is_believed_without_slack(board: SlackBoard) -> None:
    board.slack.fault("auth.test", server_error(503), times=9)
    assert board.events.uninstalls()[0].status == 200
    assert tokens(board) == ("", "")


@pytest.mark.parametrize(
    "revoked", [{"oauth": ["U1"], "bot": []}, {"oauth": ["U1"]}, {}, {"oauth": ["U1"], "bot": ["UBOTOFANOTHERAPP"]}]
)
def test_tokens_that_are_not_the_bots_are_no_affair_of_its(board: SlackBoard, revoked: dict) -> None:
    before = kept(board)
    assert board.events.deliver({"type": "tokens_revoked", "tokens": revoked})[0].status == 200
    assert kept(board) == before
    assert "CHURN-1" in board.lab("task new Fix the features")


def test_a_removal_that_slack_told_nobody_of_is_found_out_with_the_next_message(board: SlackBoard) -> None:
    board.lab("task new Fix the features")
    board.slack.refuse_token(TEAM, "account_inactive")
    board.settle()
    assert tokens(board) == ("", "")
    assert [(kind, state, error) for kind, state, error in board.deliveries()] == [
        ("root", "parked", "account_inactive")
    ]
    browser(board).install()
    assert "CHURN-1" in board.transcript()


def test_a_token_that_another_process_replaced_is_read_again_before_the_old_ones_refusal_is_believed(
    postgres_url: str,
) -> None:
    with open_board(postgres_url) as board:
        browser(board).install()
        board.admin("project new CHURN name:Churn model")
        board.lab("task new one")
        board.settle()
        with another_process(board.slack, postgres_url) as other:
            other.events.uninstalls()
            browser(other).install()
        board.lab("task new two")
        board.settle()
        assert [call.error for call in board.posts()] == ["", "token_revoked", ""]
        assert len(board.channel().roots) == 2
        assert [state for _, state, _ in board.deliveries()] == ["sent", "sent"]


def test_the_workspace_of_the_token_is_served_beside_those_that_installed_it(database_url: str) -> None:
    with open_board(database_url, slack_bot_token=SecretStr("xoxb-T001")) as board:
        assert "not installed" in elsewhere(board, "project list")
        browser(board).install(OTHER)
        board.admin("project new CHURN name:Churn model")
        elsewhere(board, "project new CHURN name:Another model", "/lab-admin")
        board.lab("task new Ours")
        elsewhere(board, "task new Theirs")
        board.settle()
        assert {(call.team, call.channel, call.error) for call in board.posts()} == {
            (TEAM, "C1", ""), (OTHER, ELSEWHERE, ""),
        }  # fmt: skip
        browser(board).install(TEAM)
        board.lab("task new With a token of its own")
        board.settle()
        assert len(board.channel().roots) == 2


def test_a_token_that_cannot_be_opened_is_told_and_nothing_is_lost(database_url: str) -> None:
    with open_board(database_url) as board:
        browser(board).install()
        board.admin("project new CHURN name:Churn model")
        board.lab("task new Fix the features")
        with another_process(board.slack, database_url, vault=Vault(["a key of somebody else entirely"])) as other:
            first, second = other.lab("task new Not now").splitlines()
            assert first == "▲ This server cannot open what it keeps of this workspace, so nothing was done."
            assert "former key back into SECRET_KEY" in second
            other.settle()
            assert other.posts() == []
        with another_process(board.slack, database_url, vault=Vault([TEST_KEY])) as back:
            back.later(HOUR)
            assert "CHURN-1" in back.transcript()
            assert len(back.channel().roots) == 1


def test_an_invitation_opens_a_channel_in_its_own_workspace(board: SlackBoard) -> None:
    board.make_project("OPS", "C2")
    board.lab("task new Fix the features project:OPS")
    board.settle()
    assert board.channel("C2").roots == []
    assert board.events.invites_bot("C2", ANA)[0].status == 200
    board.settle()
    assert len(board.channel("C2").roots) == 1
