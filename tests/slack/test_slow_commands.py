"""Commands that need the network: committed before they are acknowledged, answered when the network did."""

import pytest

from tests.fakes.slack.faults import refusal
from tests.slack.harness import ANA, BEN, SlackBoard

pytestmark = pytest.mark.both_ways


def answers(board: SlackBoard, channel: str = "C1", user: str = ANA) -> list[str]:
    person = board.person(user)
    return [person.reads(ephemeral) for ephemeral in board.slack.ephemerals(user, channel)]


def promised(board: SlackBoard) -> list[str]:
    return [body for (body,) in board.rows("SELECT CAST(body AS TEXT) FROM jobs WHERE kind = 'command'")]


def test_a_slow_command_is_promised_and_then_answered(churn: SlackBoard) -> None:
    assert "the answer follows here" in churn.admin("channel check")
    assert len(promised(churn)) == 1
    churn.settle()
    assert answers(churn)[-1].startswith("✓ I can post in #general.")


def test_what_was_promised_before_a_crash_is_answered_after_it(churn: SlackBoard) -> None:
    churn.admin("channel check")
    churn.database.claim_jobs(now=churn.clock.now(), lease=churn.worker.deliverer.settling, limit=9).result()
    churn.settle()
    assert "I can post" not in answers(churn)[-1]
    churn.settle_later(13)
    assert "I can post in #general." in answers(churn)[-1]


def test_wrong_words_are_refused_at_once_and_nothing_is_promised(churn: SlackBoard) -> None:
    assert "“lamp:on” is too much here." in churn.admin("channel check lamp:on")
    assert "Only administrators" in churn.admin("channel check", by=BEN)
    assert promised(churn) == []


def test_the_same_request_twice_is_promised_once(churn: SlackBoard) -> None:
    _, request = churn.person().prepare_command("channel check", "C1", "/lab-admin")
    for _ in range(2):
        assert churn.receiver.send(request).status == 200
    assert len(promised(churn)) == 1


def test_where_the_answer_goes_is_a_secret_and_is_stored_as_one(churn: SlackBoard) -> None:
    churn.admin("channel check")
    (body,) = promised(churn)
    assert "reply" in body
    assert "http" not in body


def test_a_chat_that_does_not_answer_says_so_after_all(churn: SlackBoard) -> None:
    churn.slack.fault("conversations.info", refusal("fatal_error"), times=9)
    churn.admin("channel check")
    churn.settle()
    assert "The chat did not answer. Try again in a moment." in " ".join(answers(churn)[-1].splitlines())


def test_a_channel_that_slack_did_not_name_is_refused_when_the_job_is_done(churn: SlackBoard) -> None:
    churn.admin("channel check channel:nowhere")
    churn.settle()
    assert "I do not know the channel “nowhere”." in answers(churn)[-1]


@pytest.mark.parametrize(
    "line", ["project new DRIFT", "channel use CHURN", "watch add CHURN"], ids=["project", "home", "watch"]
)
def test_whoever_sends_the_bot_where_it_is_not_gets_the_line_that_invites_it(churn: SlackBoard, line: str) -> None:
    private = churn.slack.channel_record("C1").name
    churn.slack.leave("C1", "UBOTT001")
    churn.admin(line)
    churn.settle()
    assert f"/invite @Labkeeper #{private}" in answers(churn)[-1]


def test_where_the_bot_may_speak_nothing_more_is_said(churn: SlackBoard) -> None:
    churn.admin("watch add CHURN track:research")
    before = answers(churn)
    churn.settle()
    assert answers(churn) == before


def test_an_answer_that_nobody_takes_any_more_does_not_keep_the_job(churn: SlackBoard) -> None:
    churn.admin("channel check")
    churn.settle_later(31 * 60)
    assert {state for (state,) in churn.rows("SELECT state FROM jobs")} == {"done"}
