"""Whatever Slack answers, a message comes to a defined end in at most three attempts, and nobody is left alone."""

import pytest

from tests.fakes.slack.faults import refusal
from tests.slack.harness import SlackBoard

# Of Slack's own lists: what it says of a call once, and will say again.
FINAL = (
    "access_denied", "accesslimited", "account_inactive", "as_user_not_supported", "cannot_reply_to_message",
    "channel_not_found", "deprecated_endpoint", "ekm_access_denied", "enterprise_is_restricted", "invalid_arguments",
    "invalid_auth", "invalid_blocks", "invalid_blocks_format", "invalid_metadata_format", "is_archived",
    "messages_tab_disabled", "metadata_too_large", "method_deprecated", "missing_scope",
    "msg_blocks_too_long", "no_permission", "no_text", "not_allowed_token_type", "not_authed", "not_in_channel",
    "restricted_action", "restricted_action_read_only_channel",
    "restricted_action_thread_only_channel", "team_access_not_granted", "team_not_found", "token_expired",
    "token_revoked", "two_factor_setup_required", "a_word_of_tomorrow",
)  # fmt: skip
# Its own trouble, over the next time.
PASSING = (
    "fatal_error", "internal_error", "message_limit_exceeded", "org_login_required", "rate_limited", "ratelimited",
    "request_timeout", "service_unavailable", "team_added_to_org",
)  # fmt: skip


def of_task(board: SlackBoard) -> list[tuple[str, str]]:
    return [(state, error) for _, state, error in board.deliveries()]


@pytest.mark.parametrize("code", FINAL)
def test_a_message_that_slack_will_not_have_is_put_aside_and_written_down(sqlite_churn: SlackBoard, code: str) -> None:
    sqlite_churn.slack.fault("chat.postMessage", refusal(code), times=99, channel="C1")
    sqlite_churn.lab("task new Try focal loss")
    for _ in range(4):
        sqlite_churn.settle_later(60)
    assert of_task(sqlite_churn) == [("parked", code)]
    assert len(sqlite_churn.posts("C1")) <= 3
    assert f"could not post in #general: {code}" in sqlite_churn.audit()


@pytest.mark.parametrize("code", PASSING)
def test_a_message_that_slack_cannot_take_now_is_said_at_the_third_attempt(sqlite_churn: SlackBoard, code: str) -> None:
    sqlite_churn.slack.fault("chat.postMessage", refusal(code), times=2, channel="C1")
    sqlite_churn.lab("task new Try focal loss")
    for _ in range(4):
        sqlite_churn.settle_later(60)
    assert of_task(sqlite_churn) == [("sent", "")]
    assert len(sqlite_churn.posts("C1")) == 3
    assert len(sqlite_churn.channel().roots) == 1


def test_a_message_whose_id_slack_knows_and_has_nothing_of_is_sent_without_it(sqlite_churn: SlackBoard) -> None:
    sqlite_churn.slack.fault("chat.postMessage", refusal("duplicate_message_not_found"), channel="C1")
    sqlite_churn.lab("task new Try focal loss")
    sqlite_churn.settle()
    assert of_task(sqlite_churn) == [("sent", "")]
    first, second = (call.arguments for call in sqlite_churn.posts("C1"))
    assert {name for name in first if first[name] != second.get(name)} == {"client_msg_id"}


def test_a_form_that_slack_does_not_open_is_asked_for_in_words(sqlite_churn: SlackBoard) -> None:
    codes = (*FINAL, *PASSING, "expired_trigger_id", "exchanged_trigger_id", "view_too_large")
    for count, code in enumerate(codes, start=1):
        sqlite_churn.slack.fault("views.open", refusal(code))
        assert "“title” is missing" in sqlite_churn.lab("task new"), code
        assert len(sqlite_churn.slack.calls("views.open")) == count


def test_an_answer_that_slack_does_not_take_leaves_done_what_was_done(sqlite_churn: SlackBoard) -> None:
    for count, code in enumerate((*FINAL, *PASSING, "user_not_in_channel"), start=1):
        sqlite_churn.person().command("task new", "C1")
        form = sqlite_churn.person().form
        sqlite_churn.later(3_600)  # the response_url is over
        sqlite_churn.slack.fault("chat.postEphemeral", refusal(code))
        sent = form.submit({"title": code})
        assert (sent.status, sent.problems, form.is_open) == (200, (), False), (code, sent.decoded)
        calls = sqlite_churn.slack.wait_until(lambda: sqlite_churn.slack.calls("chat.postEphemeral")[count - 1 :])  # noqa: B023
        assert len(calls) == 1
        assert sqlite_churn.task(f"CHURN-{count}").title == code
