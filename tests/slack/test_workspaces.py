"""Whose workspace it is: the bot's own, another one, one that it was removed from; and failures on the way."""

import json
import sqlite3
from contextlib import closing

import psycopg
import pytest

from storage.engine import is_sqlite
from tests.fakes.slack.faults import hanging, refusal
from tests.fakes.slack.signing import JSON
from tests.fakes.slack.small_team import add_small_team
from tests.slack.harness import ANA, SlackBoard, check_shown, connected
from tests.storage.probes import execute

REMOVED = ["▲ Labkeeper was removed from this workspace.", "An administrator can install it again."]


def stranger(board: SlackBoard):
    """An administrator of another workspace, whose requests are signed with the same secret."""
    add_small_team(board.slack, "T002")
    board.slack.add_channel("C22", "elsewhere", "T002", members=(ANA,))
    return board.person(ANA, "T002")


def test_another_workspace_is_told_that_the_bot_is_not_theirs(churn: SlackBoard) -> None:
    for command in ("/lab", "/lab-admin"):
        answer = stranger(churn).command("project list", "C22", command)
        check_shown(answer)
        assert answer.text.splitlines() == [
            "▲ This Labkeeper belongs to another workspace.",
            "Ask whoever runs it to install it here.",
        ]
    assert (churn.count("teams"), churn.count("members")) == (1, 1)


def test_a_press_in_another_workspace_does_nothing(churn: SlackBoard) -> None:
    churn.lab("task new Fix the features")
    churn.settle()
    card = churn.channel().roots[0]
    copied = churn.slack.say("C1", "UBOTT001", "a copy")
    churn.slack.world.put(copied)
    assert stranger(churn).press(card, "Start").status == 200
    assert str(churn.task().state) == "todo"


def test_an_event_of_another_workspace_does_nothing(churn: SlackBoard) -> None:
    stranger(churn)
    workspace = {"type": "event_callback", "team_id": "T002", "event_id": "Ev7", "event": {"type": "app_uninstalled"}}
    assert churn.app.send(churn.app.sign(json.dumps(workspace).encode(), JSON)).status == 200
    assert "CHURN-1" in churn.lab("task new Fix the features")


@pytest.mark.parametrize("order", [("uninstalls", "revokes_tokens"), ("revokes_tokens", "uninstalls")])
def test_a_workspace_that_removed_the_bot_is_told_so_and_nothing_is_tried_there(
    churn: SlackBoard, order: tuple[str, str]
) -> None:
    churn.lab("task new Fix the features")
    for event in order:
        assert [answer.status for answer in getattr(churn.events, event)()] == [200]
        assert churn.lab("task new Not now").splitlines() == REMOVED
    assert churn.rows("SELECT removed_at IS NOT NULL FROM workspaces")[0][0]
    assert churn.count("tasks") == 1


def test_tokens_of_people_are_no_affair_of_the_bots(churn: SlackBoard) -> None:
    churn.events.deliver({"type": "tokens_revoked", "tokens": {"oauth": ["U2"], "bot": []}})
    assert "CHURN-1" in churn.lab("task new Fix the features")


def test_a_removal_is_remembered_after_a_restart_until_the_bot_is_installed_again(churn: SlackBoard) -> None:
    churn.events.uninstalls()
    with connected(churn.slack, churn.database_url) as again:
        assert again.lab("task list").splitlines() == REMOVED
    churn.slack.refuse_token("T001", "")
    with connected(churn.slack, churn.database_url) as again:
        assert "CHURN-1" in again.lab("task new Fix the features")
        again.settle()
        assert len(again.channel().roots) == 1


def test_slack_that_hangs_when_the_server_starts_keeps_no_known_member_waiting(sqlite_churn: SlackBoard) -> None:
    slack = sqlite_churn.slack
    slack.fault("*", hanging(60), times=99)
    with connected(slack, sqlite_churn.database_url) as again:
        assert "CHURN-1" in again.lab("task new Fix the features")
        assert "Slack did not say who you are." in again.lab("task new Fix the features", by="U2")
        slack.clear_faults()
        slack.release_hanging()


def test_a_server_that_started_without_slack_learns_its_workspace_later(sqlite_churn: SlackBoard) -> None:
    slack = sqlite_churn.slack
    slack.fault("auth.test", refusal("internal_error"))
    with connected(slack, sqlite_churn.database_url) as again:
        assert again.connection.state == "internal_error"
        answer = stranger(again).command("project list", "C22", "/lab")
        assert "belongs to another workspace" in answer.text
        assert again.connection.state == "connected"


def test_a_command_whose_unit_fails_leads_to_the_log_and_leaves_nothing_behind(
    churn: SlackBoard, capsys: pytest.CaptureFixture[str]
) -> None:
    churn.lab("task new Fix the features")
    execute(churn.database_url, "ALTER TABLE notes RENAME TO notes_gone")
    try:
        first, second = churn.lab("task note CHURN-1 lr 3e-4 diverges").splitlines()
    finally:
        execute(churn.database_url, "ALTER TABLE notes_gone RENAME TO notes")
    assert first == "✕ Something went wrong, and it is not your fault."
    reference = second.removeprefix("Tell whoever runs Labkeeper this reference: ").removesuffix(".")
    assert len(reference) == 6
    assert reference in capsys.readouterr().out
    assert len(churn.audit()) == 3
    assert "Noted" in churn.lab("task note CHURN-1 lr 3e-4 diverges")


def test_a_command_that_cannot_be_written_in_time_is_answered_in_time(churn: SlackBoard) -> None:
    churn.lab("task new Fix the features")
    with closing(_holding_everything(churn.database_url)):
        answer = churn.lab("task start CHURN-1")
    assert "Nothing was changed." in answer
    assert str(churn.task().state) == "todo"
    assert "Started." in churn.lab("task start CHURN-1")


def test_an_event_that_cannot_be_written_is_asked_for_again(churn: SlackBoard) -> None:
    execute(churn.database_url, "ALTER TABLE receipts RENAME TO receipts_gone")
    try:
        answers = churn.events.invites_bot("C2", ANA)
    finally:
        execute(churn.database_url, "ALTER TABLE receipts_gone RENAME TO receipts")
    assert [answer.status for answer in answers] == [500] * 4
    assert [answer.status for answer in churn.events.invites_bot("C2", ANA)] == [200]


def _holding_everything(url: str):
    """Another process in the middle of a long transaction."""
    if is_sqlite(url):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        connection.execute("BEGIN EXCLUSIVE")
        return connection
    connection = psycopg.connect(url)
    connection.execute("LOCK TABLE tasks")
    return connection
