"""Socket Mode: envelopes are acknowledged once they are done, and the connections are kept whatever becomes of one."""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
import structlog
from pydantic import SecretStr

from bot.platforms.slack.socket_link import Pace
from bot.telemetry import SOCKETS_LOST
from tests.fakes.slack.faults import (
    Fault,
    half_open,
    hanging,
    lost_request,
    no_hello,
    rate_limited,
    refusal,
    server_error,
)
from tests.fakes.slack.records import Envelope
from tests.slack.harness import BEN, SlackBoard, slack_board
from tests.slack.socketing import BY_SOCKET, opened, wait_for_connections
from tests.storage.probes import execute

# Nothing takes as long as in earnest, and the pauses keep their order.
QUICK = Pace(
    opening=1.0, silence=0.2, closing=0.1, first_pause=0.01, longest_pause=0.1, crowded_pause=0.2, slow_pause=0.6,
    retiring=0.1,
)  # fmt: skip


@contextmanager
def socket_board(url: str, pace: Pace = QUICK, **settings: Any) -> Iterator[SlackBoard]:
    with slack_board(url, pace=pace, **(BY_SOCKET | settings)) as board:
        yield board


@pytest.fixture
def board(sqlite_url: str) -> Iterator[SlackBoard]:
    """With both connections, one project and one task."""
    with socket_board(sqlite_url) as board:
        wait_for_connections(board)
        board.admin("project new CHURN name:Churn model")
        board.lab("task new Try focal loss")
        board.settle()
        yield board


def lost(reason: str) -> float:
    return SOCKETS_LOST.labels(reason=reason)._value.get()


def joined(board: SlackBoard, event_id: str, patience: float = 3.0) -> Envelope:
    """The bot was invited to a channel: an event that leaves a receipt."""
    event = {"type": "member_joined_channel", "user": "UBOTT001", "channel": "C1", "channel_type": "C", "team": "T001"}
    body = {"type": "event_callback", "team_id": "T001", "api_app_id": "A001", "event_id": event_id, "event": event}
    return board.slack.send_envelope("A001", "events_api", body, patience=patience)


def receipts(board: SlackBoard, event_id: str) -> int:
    return board.count(f"receipts WHERE source = 'slack' AND key = '{event_id}'")


def newest(board: SlackBoard, kind: str) -> Envelope:
    return board.slack.envelopes(kind)[-1]


def send_again(board: SlackBoard, envelope: Envelope, times: int = 3) -> None:
    """Through both connections; each is acknowledged."""
    before = envelope.acknowledgements
    for _ in range(times):
        board.slack.resend_envelope(envelope.id)
    board.slack.wait_until(
        lambda: board.slack.world.envelopes[envelope.id].acknowledgements == before + times
    )  # fmt: skip


def test_a_command_a_press_a_form_and_an_event_that_come_again_do_nothing_twice(board: SlackBoard) -> None:
    board.lab("task new Fix the features")
    send_again(board, newest(board, "slash_commands"))
    assert board.count("tasks") == 2
    board.person().press(board.channel().roots[0], "Start")
    send_again(board, newest(board, "interactive"))
    assert board.audit().count("moved it from todo to doing") == 1
    board.person().command("task new", "C1")
    board.person().form.submit({"title": "Ship it"})
    send_again(board, newest(board, "interactive"))
    assert board.count("tasks") == 3
    joined(board, "Ev1")
    send_again(board, newest(board, "events_api"))
    assert receipts(board, "Ev1") == 1
    assert board.slack.violations() == []


def test_an_envelope_that_comes_again_while_it_is_in_hand_is_done_once_and_acknowledged_each_time(
    board: SlackBoard,
) -> None:
    board.slack.fault("users.info", hanging(60))
    with ThreadPoolExecutor() as others:
        answer = others.submit(board.person(BEN).command, "task new Fix the features", "C1")
        board.slack.wait_until(lambda: board.slack.faults.hanging_calls)
        envelope = board.slack.resend_envelope(newest(board, "slash_commands").id)
        assert set(envelope.connections) == {connection.id for connection in board.slack.connections()}
        board.slack.release_hanging()
        assert "CHURN-2" in answer.result().text
    board.slack.wait_until(lambda: newest(board, "slash_commands").acknowledgements == 2)
    assert board.count("tasks") == 2


def test_what_was_not_done_is_not_acknowledged_and_is_done_when_it_comes_again(board: SlackBoard) -> None:
    execute(board.database_url, "ALTER TABLE receipts RENAME TO hidden")
    assert joined(board, "Ev1", patience=0.3).acknowledgements == 0
    execute(board.database_url, "ALTER TABLE hidden RENAME TO receipts")
    board.slack.advance(5)
    board.slack.wait_until(lambda: newest(board, "events_api").acknowledgements)
    assert (newest(board, "events_api").retry, receipts(board, "Ev1")) == (1, 1)


def test_an_acknowledgement_whose_connection_is_gone_goes_through_the_other(board: SlackBoard) -> None:
    board.slack.fault("users.info", hanging(60))
    with ThreadPoolExecutor() as others:
        answer = others.submit(board.person(BEN).command, "task new Fix the features", "C1")
        board.slack.wait_until(lambda: board.slack.faults.hanging_calls)
        (connection,) = newest(board, "slash_commands").connections
        board.slack.drop_connection(connection)
        wait_for_connections(board, after=3)
        board.slack.release_hanging()
        assert "CHURN-2" in answer.result().text


def test_what_is_in_hand_when_the_server_stops_is_finished_and_acknowledged(board: SlackBoard) -> None:
    board.slack.fault("users.info", hanging(60))
    with ThreadPoolExecutor() as others:
        answer = others.submit(board.person(BEN).command, "task new Fix the features", "C1")
        board.slack.wait_until(lambda: board.slack.faults.hanging_calls)
        board.stop_socket()
        board.slack.release_hanging()
        assert "CHURN-2" in answer.result().text
    board.slack.wait_until(lambda: not board.slack.connections())


@pytest.mark.parametrize(
    "frame",
    [
        {}, {"type": "news"}, {"type": "slash_commands", "payload": {}}, {"envelope_id": 7, "type": "interactive"},
        {"envelope_id": "E1", "type": "slash_commands", "payload": []},
        {"envelope_id": "E2", "type": "interactive", "payload": {"type": "block_actions"}},
        {"envelope_id": "E3", "type": "events_api", "payload": {"text": "half a pair: \ud83d"}},
    ],
)  # fmt: skip
def test_a_frame_that_slack_does_not_send_is_passed_over(board: SlackBoard, frame: dict[str, Any]) -> None:
    board.slack.say_over_socket(frame)
    assert "CHURN-1" in board.lab("task list")
    assert board.slack.violations() == []
    assert opened(board) == 2


def test_after_a_warning_another_connection_is_open_before_the_old_one_ends(board: SlackBoard) -> None:
    board.slack.disconnect("warning", "1")
    board.slack.wait_until(lambda: "3" in {connection.id for connection in board.slack.connections()})
    assert board.slack.connections(with_closed=True)[0].is_open
    assert "CHURN-1" in board.lab("task list")
    wait_for_connections(board, after=3)
    assert [connection.id for connection in board.slack.connections()] == ["2", "3"]


def test_what_comes_through_a_connection_that_was_warned_is_still_done(sqlite_url: str) -> None:
    with socket_board(sqlite_url, Pace(retiring=60)) as board:
        wait_for_connections(board)
        board.slack.disconnect("warning", "1")
        board.slack.wait_until(lambda: len(board.slack.connections()) == 3)
        for number in range(6):
            assert joined(board, f"Ev{number}").acknowledgements == 1
        assert {envelope.connections for envelope in board.slack.envelopes()} == {("1",), ("2",), ("3",)}


@pytest.mark.parametrize("reason", ["refresh_requested", "too_many_websockets"])
def test_a_connection_that_slack_ends_is_replaced_while_the_other_goes_on(board: SlackBoard, reason: Any) -> None:
    before = lost(reason)
    board.slack.disconnect(reason, "1")
    assert "CHURN-1" in board.lab("task list")
    wait_for_connections(board, after=3)
    assert (opened(board), lost(reason)) == (3, before + 1)


def test_the_two_are_opened_apart_so_that_slack_ends_them_apart(sqlite_url: str) -> None:
    before = lost("renewed")
    with socket_board(sqlite_url, Pace(apart=0.4, retiring=0.05)) as board:
        wait_for_connections(board, after=3)
        first, second = sorted(board.slack.connections(), key=lambda connection: connection.at)
        assert second.at - first.at >= 0.2
        assert lost("renewed") == before + 1


def test_socket_mode_turned_off_is_a_state_that_is_looked_at_again(board: SlackBoard) -> None:
    board.slack.disconnect("link_disabled")
    board.slack.wait_until(lambda: "Socket Mode is turned off for the app: turn it on at" in board.connection.state)
    wait_for_connections(board, after=4)


def test_a_token_that_slack_refuses_is_a_state_that_is_looked_at_again_and_no_crash(sqlite_url: str) -> None:
    with socket_board(sqlite_url, slack_app_token=SecretStr("xapp-wrong")) as board:
        board.slack.wait_until(lambda: len(board.slack.calls("apps.connections.open")) >= 4)
        assert board.connection.state.startswith("Slack refuses SLACK_APP_TOKEN (invalid_auth): copy it again from")


def test_a_token_that_lost_its_scope_is_named(board: SlackBoard) -> None:
    board.slack.fault("apps.connections.open", refusal("missing_scope"), times=99)
    board.slack.drop_connection()
    board.slack.wait_until(lambda: "connections:write" in board.connection.state)


def test_connections_that_slack_refuses_for_a_while_are_had_afterwards(board: SlackBoard) -> None:
    board.slack.refuse_connections()
    board.slack.drop_connection()
    board.slack.wait_until(lambda: len(board.slack.calls("apps.connections.open")) > 8)
    assert board.connection.state.startswith("Slack's Socket Mode cannot be reached (ClientConnector")
    board.slack.refuse_connections(False)
    wait_for_connections(board, after=4)


def test_while_one_connection_is_missing_the_state_says_so(board: SlackBoard) -> None:
    assert board.connection.state == "connected"
    board.slack.fault("apps.connections.open", server_error(503), times=99)
    board.slack.drop_connection("1")
    board.slack.wait_until(lambda: len(board.slack.calls("apps.connections.open")) > 4)
    assert board.connection.state.startswith("connected (1 of 2 connections: Slack opens no connection at the moment")
    board.slack.clear_faults()
    wait_for_connections(board, after=3)


def test_slack_is_not_asked_before_the_time_it_names(board: SlackBoard) -> None:
    board.slack.fault("apps.connections.open", rate_limited(1))
    before = len(board.slack.calls("apps.connections.open"))
    board.slack.drop_connection("1")
    wait_for_connections(board, after=3)
    refused, taken = board.slack.calls("apps.connections.open")[before:]
    assert taken.at - refused.at >= 1


@pytest.mark.parametrize(
    ("trouble", "attempts"),
    [(half_open(), 2), (no_hello(), 2), (server_error(503), 1), (lost_request(), 1), (hanging(2), 1)],
    ids=["half open", "no hello", "refused", "cut", "late"],
)
def test_a_connection_that_does_not_come_about_is_tried_again(board: SlackBoard, trouble: Fault, attempts: int) -> None:
    """`attempts` are those that Slack sees as connections."""
    board.slack.fault("websocket", trouble)
    board.slack.drop_connection("1")
    wait_for_connections(board, after=2 + attempts)
    assert "CHURN-1" in board.lab("task list")


def test_half_open_connections_are_noticed_also_while_envelopes_come_through_them(board: SlackBoard) -> None:
    board.slack.freeze_connection()
    for number in range(20):
        if joined(board, f"Ev{number}", patience=0.1).acknowledgements:
            break
    wait_for_connections(board, after=4)
    board.slack.advance(5)
    board.slack.wait_until(lambda: newest(board, "events_api").acknowledgements)
    assert all(receipts(board, f"Ev{one}") == 1 for one in range(number + 1))


def test_no_secret_is_in_the_log(board: SlackBoard, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with structlog.testing.capture_logs() as logged:
        for trouble in (server_error(503), lost_request(), no_hello()):
            board.slack.fault("websocket", trouble)
        board.slack.fault("apps.connections.open", server_error(503))
        board.slack.drop_connection()
        wait_for_connections(board, after=5)
    words = f"{logged}{[record.getMessage() for record in caplog.records if record.name.startswith('labkeeper')]}"
    assert "reason" in words
    assert not [secret for secret in ("ticket", "xapp-", "xoxb-") if secret in words]
