"""What Slack will never take is put aside, written down once and told once, and said when it can be said again."""

from datetime import timedelta

import pytest

from bot.closed_channels import ClosedChannels
from bot.sending import MOST_ATTEMPTS
from tests.fakes.slack.faults import rate_limited, refusal, server_error
from tests.slack.harness import ANA, BEN, SlackBoard

BOT = "UBOTT001"
INVITE = [
    "▲ I cannot post in #general any more.",
    "The chat says: not_in_channel. Type there: /invite @Labkeeper #general",
    "What was to be said there is kept: /lab-admin audit",
]


def states(board: SlackBoard, channel: str = "C1") -> set[tuple[str, str]]:
    return {(state, error) for _, state, error in board.deliveries(channel)}


def told(board: SlackBoard, user: str = ANA) -> list[list[str]]:
    return [text.splitlines() for text in board.slack.direct(user).texts]


def close_channel(board: SlackBoard, code: str) -> None:
    match code:
        case "not_in_channel":
            board.slack.leave("C1", BOT)
        case "is_archived":
            board.slack.archive("C1")
        case "channel_not_found":
            board.slack.remove_channel("C1")
        case _:
            board.slack.fault("chat.postMessage", refusal(code), times=99, channel="C1")


def close_channel_or_workspace(board: SlackBoard, code: str) -> None:
    if code == "account_inactive":
        board.slack.refuse_token("T001", code)
    else:
        close_channel(board, code)


def open_silently(board: SlackBoard, code: str) -> None:
    """Slack's event is lost: the server was down, and Slack has given up."""
    match code:
        case "account_inactive":
            board.slack.refuse_token("T001", "")
        case "is_archived":
            board.slack.archive("C1", False)
        case _:
            board.slack.join("C1", BOT)


@pytest.mark.parametrize("code", ["not_in_channel", "is_archived", "channel_not_found", "restricted_action"])
def test_what_waits_for_a_closed_channel_is_put_aside_and_one_person_told_once(churn: SlackBoard, code: str) -> None:
    close_channel(churn, code)
    for title in ("one", "two", "three"):
        churn.lab(f"task new {title}")
    churn.lab("task note CHURN-1 soon")
    churn.settle()
    assert states(churn) == {("parked", code)}
    assert len(churn.posts("C1")) == 1
    assert churn.audit().count(f"could not post in #general: {code}") == 1
    ((title, why, *_),) = told(churn)
    assert title == "▲ I cannot post in #general any more."
    assert why.startswith(f"The chat says: {code}.")


def test_while_it_stays_closed_nobody_is_told_again(churn: SlackBoard) -> None:
    close_channel(churn, "not_in_channel")
    for title in ("one", "two", "three"):
        churn.lab(f"task new {title}")
        churn.settle_later(60)
    assert churn.audit().count("could not post in #general: not_in_channel") == 1
    assert told(churn) == [INVITE]


@pytest.mark.parametrize("code", ["account_inactive", "token_revoked", "token_expired", "invalid_auth"])
def test_where_the_whole_workspace_is_closed_nobody_is_told(churn: SlackBoard, code: str) -> None:
    churn.lab("task new one")
    churn.lab("task new two")
    churn.slack.refuse_token("T001", code)
    churn.settle()
    assert states(churn) == {("parked", code)}
    assert churn.audit().count(f"could not post in #general: {code}") == 1
    assert len(churn.posts()) == 1
    assert churn.count("deliveries WHERE kind = 'direct'") == 0


@pytest.mark.parametrize("code", ["invalid_blocks", "msg_too_long", "msg_blocks_too_long", "a_code_of_tomorrow"])
def test_what_is_wrong_with_one_message_keeps_no_other_waiting(churn: SlackBoard, code: str) -> None:
    churn.lab("task new one")
    churn.lab("task new two")
    churn.slack.fault("chat.postMessage", refusal(code), channel="C1")
    churn.settle()
    assert sorted(states(churn)) == [("parked", code), ("sent", "")]
    assert [churn.channel().text(root).split()[0] for root in churn.channel().roots] == ["CHURN-2"]
    assert churn.audit().count(f"could not post in #general: {code}") == 1
    assert len(told(churn)) == 1


def test_the_projects_lead_is_told_before_any_administrator(churn: SlackBoard) -> None:
    churn.admin("project lead CHURN @ben")
    close_channel(churn, "not_in_channel")
    churn.lab("task new one")
    churn.settle()
    assert told(churn, BEN) == [INVITE]
    with pytest.raises(LookupError):
        told(churn, ANA)


def test_a_lead_whom_the_chat_does_not_know_leaves_it_to_an_administrator(churn: SlackBoard) -> None:
    churn.admin("member new Zoe")
    churn.admin("project lead CHURN @zoe")
    close_channel(churn, "not_in_channel")
    churn.lab("task new one")
    churn.settle()
    assert told(churn, ANA) == [INVITE]


def test_somebody_who_cannot_be_told_is_written_down_and_no_more(churn: SlackBoard) -> None:
    churn.slack.fault("chat.postMessage", refusal("cannot_dm_bot"), channel=ANA)
    close_channel(churn, "not_in_channel")
    churn.lab("task new one")
    churn.settle()
    assert [line for line in churn.audit() if "could not post" in line] == [
        "could not post in #general: not_in_channel",
        "could not post in #direct message: cannot_dm_bot",
    ]


def test_the_audit_log_shows_what_could_not_be_said(churn: SlackBoard) -> None:
    close_channel(churn, "not_in_channel")
    churn.lab("task new one")
    churn.settle()
    assert "could not post in #general: not_in_channel" in churn.admin("audit")


def test_an_invitation_posts_the_cards_as_they_are_by_then_and_what_happened_below_them(churn: SlackBoard) -> None:
    close_channel(churn, "not_in_channel")
    for title in ("one", "two"):
        churn.lab(f"task new {title}")
    churn.settle()
    churn.lab("task start CHURN-2")
    churn.settle()
    churn.events.invites_bot("C1", ANA)
    assert churn.transcript().splitlines() == [
        "labkeeper: CHURN-1 one",
        "  todo · feature (production) · priority next · no owner",
        "  [Details] [Start]",
        "labkeeper: CHURN-2 two",
        "  doing · feature (production) · priority next · no owner",
        "  [Details] [Ask for review] [Done]",
        "    labkeeper: ana moved it from todo to doing",
    ]
    assert churn.slack.duplicates("marker") == {}


def test_an_invitation_brings_cards_up_to_date_that_stood_there_before(churn: SlackBoard) -> None:
    churn.admin("project new OPS", channel="G1")
    churn.lab("task new one project:OPS", channel="G1")
    churn.settle()
    churn.slack.leave("G1", BOT)
    churn.lab("task start OPS-1", channel="G1")
    churn.settle()
    assert "todo" in churn.channel("G1").texts[0]
    churn.events.invites_bot("G1", ANA)
    churn.settle()
    assert "doing" in churn.channel("G1").texts[0]
    assert len(churn.channel("G1").roots) == 1


@pytest.mark.parametrize("closing", ["is_archived", "not_in_channel"])
def test_a_channel_that_is_closed_a_second_time_is_told_a_second_time(churn: SlackBoard, closing: str) -> None:
    for number in (1, 2):
        close_channel(churn, closing)
        churn.lab(f"task new {number}")
        churn.settle()
        assert len(told(churn)) == number
        if closing == "is_archived":
            churn.events.unarchives("C1", ANA)
        else:
            churn.events.invites_bot("C1", ANA)
        churn.settle()
        assert len(churn.channel().roots) == number
    assert churn.audit().count(f"could not post in #general: {closing}") == 2


CARD = [
    "labkeeper: CHURN-1 one",
    "  todo · feature (production) · priority next · no owner",
    "  [Details] [Start]",
]


@pytest.mark.parametrize("code", ["not_in_channel", "is_archived", "account_inactive"])
def test_a_channel_whose_opening_nobody_heard_of_is_found_open_and_hears_what_waited(
    churn: SlackBoard, code: str
) -> None:
    close_channel_or_workspace(churn, code)
    churn.lab("task new one")
    churn.settle()
    churn.look_at_closed_channels()
    assert states(churn) == {("parked", code)}
    open_silently(churn, code)
    churn.look_at_closed_channels()
    assert churn.transcript().splitlines() == CARD
    posts = len(churn.posts())
    churn.look_at_closed_channels()
    assert len(churn.posts()) == posts


def test_what_a_server_without_its_token_could_not_say_is_said_by_one_that_has_it(churn: SlackBoard) -> None:
    chat = churn.ports.chats.pop("slack")
    churn.lab("task new one")
    churn.settle()
    assert states(churn) == {("parked", "not_connected")}
    churn.ports.chats["slack"] = chat
    churn.look_at_closed_channels()
    assert churn.transcript().splitlines() == CARD


@pytest.mark.parametrize(("hours", "is_said"), [(1, True), (25, False)])
def test_what_slack_failed_on_is_tried_again_for_a_day(churn: SlackBoard, hours: int, is_said: bool) -> None:
    """It cannot be told from a message that Slack will never take."""
    churn.lab("task new one")
    churn.slack.fault("chat.postMessage", server_error(), times=MOST_ATTEMPTS, channel="C1")
    for _ in range(2 * MOST_ATTEMPTS):
        churn.settle_later(13)
    assert states(churn) == {("parked", "unreachable")}
    churn.later(hours * 3600)
    churn.look_at_closed_channels()
    assert bool(churn.channel().roots) == is_said


def test_what_lacked_a_scope_is_said_after_a_start_with_it(churn: SlackBoard) -> None:
    scopes = churn.slack.workspace("T001").scopes
    churn.slack.set_scopes("T001", tuple(scope for scope in scopes if scope != "chat:write"))
    churn.lab("task new one")
    churn.settle()
    assert states(churn) == {("parked", "missing_scope")}
    closed = ClosedChannels(churn.database, churn.clock, churn.ports.chats, churn.worker.wake)
    for _ in range(3):
        churn.run(closed.look())
        churn.settle()
    assert len(churn.posts("C1")) == 2
    churn.slack.set_scopes("T001", scopes)
    churn.look_at_closed_channels()
    assert churn.transcript().splitlines() == CARD


def test_a_channel_that_lets_nobody_post_is_not_taken_for_open_because_the_bot_is_in_it(churn: SlackBoard) -> None:
    close_channel(churn, "restricted_action")
    churn.lab("task new one")
    churn.settle()
    for _ in range(2):
        churn.look_at_closed_channels()
    assert len(churn.posts("C1")) == 1
    ((_, why, _),) = told(churn)
    assert why.endswith("must let me post there. Then say there: /lab-admin channel check")
    churn.slack.clear_faults()
    churn.admin("channel check")
    assert churn.transcript().splitlines() == CARD


def test_all_closed_channels_are_looked_at_once_slack_answers_again(churn: SlackBoard) -> None:
    close_channel(churn, "not_in_channel")
    churn.lab("task new one")
    churn.settle()
    open_silently(churn, "not_in_channel")
    churn.admin("project new OPS", channel="G1")
    churn.slack.leave("G1", BOT)
    churn.lab("task new two project:OPS")
    churn.settle()
    churn.slack.join("G1", BOT)
    churn.slack.fault("conversations.info", rate_limited())
    churn.look_at_closed_channels()
    assert {state for channel in ("C1", "G1") for state, _ in states(churn, channel)} == {"parked"}
    churn.look_at_closed_channels()
    assert states(churn) == states(churn, "G1") == {("sent", "")}


def test_whoever_asks_about_a_channel_that_is_open_again_hears_what_waited(churn: SlackBoard) -> None:
    close_channel(churn, "not_in_channel")
    churn.lab("task new one")
    churn.settle()
    open_silently(churn, "not_in_channel")
    churn.admin("channel check")
    assert churn.transcript().splitlines() == CARD
    assert "What waited for it comes now." in churn.person().reads(churn.slack.ephemerals(ANA, "C1")[-1])


def test_somebody_else_who_joins_changes_nothing(churn: SlackBoard) -> None:
    close_channel(churn, "not_in_channel")
    churn.lab("task new one")
    churn.settle()
    before = len(churn.slack.calls())
    churn.events.member_joins("C1", "U4")
    churn.settle()
    assert len(churn.slack.calls()) == before


def test_an_invitation_where_nothing_waits_says_nothing(churn: SlackBoard) -> None:
    churn.lab("task new one")
    churn.settle()
    churn.events.invites_bot("C1", ANA)
    churn.events.invites_bot("C2", ANA)
    churn.settle()
    assert len(churn.posts()) == 1


def test_an_invitation_before_anybody_has_spoken_is_taken(board: SlackBoard) -> None:
    assert [answer.status for answer in board.events.invites_bot("C2", ANA)] == [200]


def test_an_archived_channel_with_a_card_in_it_is_told_once(churn: SlackBoard) -> None:
    churn.lab("task new one")
    churn.settle()
    churn.slack.archive("C1")
    churn.lab("task start CHURN-1")
    churn.settle()
    assert states(churn) == {("sent", ""), ("parked", "is_archived")}
    assert len(told(churn)) == 1
    assert churn.audit().count("could not post in #general: is_archived") == 1


def test_other_channels_go_on(churn: SlackBoard) -> None:
    churn.admin("watch add CHURN", channel="G1")
    close_channel(churn, "is_archived")
    churn.lab("task new one")
    churn.settle()
    assert len(churn.channel("G1").roots) == 1


def test_whoever_wants_quiet_hears_of_a_closed_channel_after_it(churn: SlackBoard) -> None:
    quiet_for(churn, hours=2)
    close_channel(churn, "not_in_channel")
    churn.lab("task new one")
    churn.settle()
    assert not was_told(churn)
    churn.settle_later(2 * 3600)
    assert told(churn) == [INVITE]


def test_nobody_hears_after_quiet_hours_of_a_channel_that_is_open_again(churn: SlackBoard) -> None:
    quiet_for(churn, hours=2)
    close_channel(churn, "not_in_channel")
    churn.lab("task new one")
    churn.settle()
    churn.events.invites_bot("C1", ANA)
    churn.settle_later(2 * 3600)
    assert not was_told(churn)


def test_another_administrator_is_told_while_the_lead_is_away(churn: SlackBoard) -> None:
    churn.lab("me", by=BEN)
    churn.admin("project lead CHURN @ben")
    churn.lab(f"me away {churn.clock.now():%Y-%m-%d} {churn.clock.now() + timedelta(days=3):%Y-%m-%d}", by=BEN)
    close_channel(churn, "not_in_channel")
    churn.lab("task new one")
    churn.settle()
    assert told(churn) == [INVITE]
    assert not was_told(churn, BEN)


def was_told(board: SlackBoard, user: str = ANA) -> bool:
    try:
        return bool(told(board, user))
    except LookupError:
        return False


def quiet_for(board: SlackBoard, *, hours: int) -> None:
    """From before now."""
    board.lab("me zone UTC")
    now = board.clock.now()
    board.lab(f"me quiet {now - timedelta(hours=1):%H:%M}-{now + timedelta(hours=hours, minutes=-5):%H:%M}")
