"""Who may talk to the bot, and what becomes of the first who does."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from tests.fakes.slack.faults import hanging, lost_request, refusal, server_error
from tests.fakes.slack.records import User
from tests.slack.harness import ANA, BEN, GUS, TEAM, SlackBoard, connected

UNREACHABLE = {
    "down": server_error(503),
    "hanging": hanging(60),
    "refusing": refusal("internal_error"),
    "cutting the line": lost_request(),
    "without the scope": refusal("missing_scope"),
}
each_trouble = pytest.mark.parametrize("trouble", UNREACHABLE.values(), ids=UNREACHABLE)


def test_the_first_command_makes_the_team_and_its_first_member(board: SlackBoard) -> None:
    assert board.lab("me", by=BEN).splitlines() == [
        "ben (@ben)",
        "role: none yet",
        f"time zone: America/New_York, where it is {_time_in_new_york(board)}",
        "away: not that anybody knows",
        "quiet hours: none",
        "known as: slack:U2",
        "administrator: no",
    ]
    assert board.rows("SELECT name, zone FROM teams") == [("acme", "America/New_York")]
    assert board.audit() == ["added ben to the team"]


def test_a_second_person_joins_the_same_team_in_their_own_zone(board: SlackBoard) -> None:
    board.lab("me", by=BEN)
    assert "time zone: Europe/Amsterdam" in board.lab("me", by=ANA)
    assert (board.count("teams"), board.count("members")) == (1, 2)


@pytest.mark.parametrize("right", ["is_admin", "is_owner"])
def test_whoever_administers_the_workspace_administers_the_team(board: SlackBoard, right: str) -> None:
    board.slack.add_user(User("U7", TEAM, "eva", "Eva", **{right: True}))
    assert "CHURN Churn model" in board.admin("project new CHURN name:Churn model", by="U7")


def test_the_channel_where_a_project_is_made_becomes_its_home_and_nothing_is_posted(board: SlackBoard) -> None:
    assert "home channel: #general" in board.admin("project new CHURN name:Churn model")
    board.settle()
    assert board.posts() == []


def test_nobody_else_may_configure_and_reads_who_may(churn: SlackBoard) -> None:
    answer = churn.admin("project new OPS", by=BEN)
    assert answer.splitlines() == [
        "▲ Only administrators may do this.",
        "Ask one of them, or a workspace administrator, who may name you.",
        "/lab-admin member admin @ben",
    ]
    assert "OPS" not in churn.admin("project list")


def test_a_named_administrator_may_configure_until_it_is_taken_back(churn: SlackBoard) -> None:
    assert "administrator: yes" in churn.admin("member admin @ben")
    assert "OPS" in churn.admin("project new OPS", by=BEN)
    churn.admin("member admin @ben no")
    assert "Only administrators" in churn.admin("project new DATA", by=BEN)


def test_rights_given_in_the_workspace_count_from_the_next_look_on(churn: SlackBoard) -> None:
    assert "Only administrators" in churn.admin("project list", by=BEN)
    churn.slack.add_user(User(BEN, TEAM, "ben", "Ben Member", is_admin=True))
    with connected(churn.slack, churn.database_url) as again:
        assert "CHURN" in again.admin("project list", by=BEN)


def test_a_right_that_is_taken_back_in_the_workspace_ends_here_too(churn: SlackBoard) -> None:
    churn.slack.add_user(User("U7", TEAM, "eva", "Eva", is_admin=True))
    assert "CHURN" in churn.admin("project list", by="U7")
    churn.slack.add_user(User("U7", TEAM, "eva", "Eva"))
    with connected(churn.slack, churn.database_url) as again:
        assert "Only administrators" in again.admin("project list", by="U7")
        assert again.audit()[-1] == "changed eva: administrator yes → no"


def test_who_administers_the_workspace_is_not_dismissed_here(churn: SlackBoard) -> None:
    churn.slack.add_user(User("U7", TEAM, "eva", "Eva", is_admin=True))
    churn.admin("project list", by="U7")
    assert "administers the chat workspace" in churn.admin("member admin @eva no")


def test_a_guest_is_told_to_ask_a_member_and_nothing_is_written(board: SlackBoard) -> None:
    answer = board.lab("me", by=GUS)
    assert answer.splitlines() == [
        "▲ Guests cannot use Labkeeper.",
        "Ask a member of the workspace to say it for you.",
    ]
    assert (board.count("teams"), board.count("members")) == (0, 0)
    board.lab("me", by=ANA)
    assert "Guests cannot" in board.lab("task list", by=GUS)
    assert board.count("members") == 1


def test_a_guest_whom_somebody_named_may_be_given_work_and_still_says_nothing_here(churn: SlackBoard) -> None:
    churn.lab("task new Label the tails owner:@gus")
    churn.lab("me delegate @gus")
    before = churn.audit()
    for line in ("task drop CHURN-1 why:boring", "me", "task note CHURN-1 hello"):
        assert "Guests cannot use Labkeeper." in churn.lab(line, by=GUS)
    churn.settle()
    assert "Guests cannot" in churn.press(churn.channel().messages[-1], "Start", by=GUS)
    assert churn.audit() == before


def test_somebody_whom_others_named_is_looked_up_once_before_they_speak(churn: SlackBoard) -> None:
    churn.lab("task new Label the tails owner:@ben")
    churn.slack.fault("users.info", server_error(503), times=1)
    assert "Slack did not say who you are." in churn.lab("task start CHURN-1", by=BEN)
    assert "doing" in churn.lab("task start CHURN-1", by=BEN)
    churn.slack.fault("users.info", server_error(503), times=9)
    assert "review" in churn.lab("task review CHURN-1", by=BEN)


def test_whoever_is_made_a_guest_is_refused_from_the_next_day_on(churn: SlackBoard, monkeypatch) -> None:
    monkeypatch.setattr("bot.platforms.slack.people._KEPT", 0)
    churn.lab("me", by=BEN)
    ben = next(one for one in churn.slack.users(TEAM) if one.id == BEN)
    churn.slack.add_user(replace(ben, is_restricted=True))
    assert "@ben" in churn.lab("me", by=BEN)
    churn.later(25 * 3600)
    assert "@ben" in churn.lab("me", by=BEN), "the answer does not wait for Slack"
    churn.slack.wait_until(lambda: "Guests cannot" in churn.lab("me", by=BEN))
    churn.slack.add_user(ben)
    assert "@ben" in churn.lab("me", by=BEN)


def test_a_bot_is_told_to_use_a_webhook_and_nothing_is_written(board: SlackBoard) -> None:
    assert "Bots cannot use Labkeeper." in board.lab("me", by="U5")
    assert (board.count("teams"), board.count("members")) == (0, 0)


@each_trouble
def test_a_known_member_is_served_while_people_cannot_be_looked_up(sqlite_churn: SlackBoard, trouble) -> None:
    sqlite_churn.lab("me", by=BEN)
    sqlite_churn.slack.fault("users.info", trouble, times=9)
    assert "CHURN-1" in sqlite_churn.lab("task new Fix the features", by=BEN)


@each_trouble
def test_an_unknown_person_is_asked_to_try_again_while_people_cannot_be_looked_up(
    sqlite_board: SlackBoard, trouble
) -> None:
    sqlite_board.slack.fault("users.info", trouble, times=9)
    assert sqlite_board.lab("me", by=GUS).splitlines() == [
        "▲ Slack did not say who you are.",
        "Nothing was changed. Try again in a moment.",
    ]
    assert (sqlite_board.count("teams"), sqlite_board.count("members")) == (0, 0)
    sqlite_board.slack.clear_faults()
    assert "Guests cannot" in sqlite_board.lab("me", by=GUS)


def test_an_administrator_whose_rights_cannot_be_looked_up_is_asked_to_try_again(sqlite_churn: SlackBoard) -> None:
    sqlite_churn.admin("member admin @ben")
    sqlite_churn.admin("member admin @ana no", by=BEN)
    with connected(sqlite_churn.slack, sqlite_churn.database_url) as again:
        again.slack.fault("users.info", server_error())
        assert "Slack did not say who you are." in again.admin("project list")
        assert "CHURN" in again.admin("project list")


def test_a_named_administrator_needs_no_look_up(sqlite_churn: SlackBoard) -> None:
    sqlite_churn.lab("me", by=BEN)
    sqlite_churn.admin("member admin @ben")
    sqlite_churn.slack.fault("users.info", server_error(), times=9)
    assert "CHURN" in sqlite_churn.admin("project list", by=BEN)


def _time_in_new_york(board: SlackBoard) -> str:
    return f"{board.clock.now().astimezone(ZoneInfo('America/New_York')):%H:%M}"
