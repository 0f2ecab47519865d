"""Mentions of the bot: the grammar of commands where slash commands do not work, and nothing twice."""

import json
from dataclasses import replace

import pytest

from tests.fakes.slack import payloads
from tests.fakes.slack.faults import server_error
from tests.fakes.slack.records import Ephemeral, Message, User
from tests.fakes.slack.signing import Answer
from tests.slack.harness import ANA, BEN, GUS, TEAM, SlackBoard, connected

BOT = "<@UBOTT001>"
DAY = 86_400


@pytest.fixture
def board(churn: SlackBoard) -> SlackBoard:
    """With three tasks, whose cards stand in #general."""
    for title in ("Try focal loss", "Fresh click labels", "Serve churn v2"):
        churn.lab(f"task new {title}")
    churn.settle()
    return churn


def thread(board: SlackBoard, key: str = "CHURN-1", channel: str = "C1") -> str:
    return next(root.ts for root in board.channel(channel).roots if key in root.text)


def mention(board: SlackBoard, text: str, *, by: str = ANA, in_thread: str = "", channel: str = "C1") -> Ephemeral:
    """The private answer to `@Labkeeper text`."""
    return said(board, text, by=by, in_thread=in_thread, channel=channel)[1]


def said(
    board: SlackBoard, text: str, *, by: str = ANA, in_thread: str = "", channel: str = "C1"
) -> tuple[Message, Ephemeral]:
    """The message, and the private answer to it."""
    messages: list[Message] = []

    def say() -> Answer:
        message, answers = board.person(by).says(channel, f"{BOT} {text}", in_thread, events=("app_mention",))
        messages.append(message)
        return answers[0]

    answer = board.reply_to(say, by=by, channel=channel)
    return messages[0], answer


def read(board: SlackBoard, text: str, *, by: str = ANA, in_thread: str = "") -> str:
    return board.person(by).reads(mention(board, text, by=by, in_thread=in_thread))


def again(
    board: SlackBoard, message: Message, *, text: str = "", edited_after: float | None = None, event_id: str = ""
):
    """The event of that message again: as a redelivery, or with `edited_after` (seconds) as after an edit."""
    changed = replace(message, text=text) if text else message
    event = payloads.message_event(changed, board.slack.channel_record(message.channel), "app_mention")
    if edited_after is not None:
        event["edited"] = {"user": message.user, "ts": f"{float(message.ts) + edited_after:.6f}"}
    return board.events.deliver(event, event_id=event_id)


@pytest.mark.both_ways
def test_a_mention_in_a_thread_is_a_command_answered_there_for_whoever_said_it(board: SlackBoard) -> None:
    answer = mention(board, "note CHURN-2 lr 3e-4 diverges", in_thread=thread(board))
    assert answer.thread_ts == thread(board)
    assert board.person().reads(answer).splitlines()[:2] == ["CHURN-2 Fresh click labels", "Noted: lr 3e-4 diverges"]
    assert board.person(BEN).sees("C1") == []
    assert board.audit()[-1] == "noted: lr 3e-4 diverges"


def test_a_mention_in_the_channel_is_answered_in_the_channel(board: SlackBoard) -> None:
    answer = mention(board, "task show CHURN-3")
    assert answer.thread_ts == ""
    assert "Serve churn v2" in board.person().reads(answer)


def last_change(board: SlackBoard) -> tuple[str, str]:
    line = board.read(lambda work: work.audit.list(limit=1))[0]
    return line.subject, line.summary


@pytest.mark.both_ways
def test_in_a_tasks_thread_the_task_may_be_left_out(board: SlackBoard) -> None:
    here = thread(board)
    for text, done in {
        "note lr 3e-4 diverges": "noted: lr 3e-4 diverges",
        "block why:labels are late cause:data": "blocked it by data: labels are late",
        "unblock": "let it go on: no longer blocked by data",
        "start": "moved it from todo to doing",
        "task review": "moved it from doing to review",
        "set points:3": "changed points none → 3",
        "move bottom": "put it at the bottom of next",
        "after CHURN-3": "made it wait for CHURN-3",
        "note UTF-8 is broken": "noted: UTF-8 is broken",
        "note “CHURN-2 is better, task:CHURN-3”": "noted: CHURN-2 is better, task:CHURN-3",
        "link https://example.com/r the report": "linked the report",
    }.items():
        assert "CHURN-1 Try focal loss" in read(board, text, in_thread=here), text
        assert last_change(board) == ("CHURN-1", done)


def test_a_task_that_is_named_wins_over_the_thread(board: SlackBoard) -> None:
    here = thread(board)
    for text, done in {
        "note CHURN-2 is better": "noted: is better",
        "after CHURN-2 CHURN-3": "made it wait for CHURN-3",
        "start churn-2": "moved it from todo to doing",
        "review task:CHURN-2": "moved it from doing to review",
    }.items():
        assert "CHURN-2 Fresh click labels" in read(board, text, in_thread=here), text
        assert last_change(board) == ("CHURN-2", done)


def test_a_named_task_without_the_rest_is_not_taken_for_the_rest(board: SlackBoard) -> None:
    before = board.audit()
    assert "“text” is missing" in read(board, "note CHURN-2", in_thread=thread(board))
    assert "“why” is missing" in read(board, "block CHURN-2", in_thread=thread(board))
    assert board.audit() == before


def test_what_is_missing_is_said_with_the_line_as_it_is_said_here(board: SlackBoard) -> None:
    assert read(board, "block", in_thread=thread(board)).splitlines() == [
        "▲ “why” is missing: what it waits for.",
        "The line is: task block <task> <why> [cause:…]",
        "@Labkeeper task block CHURN-12 labels are late cause:data",
    ]
    assert "“task” is missing" in read(board, "block")


def test_the_next_line_of_an_answer_is_one_for_a_mention(board: SlackBoard) -> None:
    assert read(board, "start", in_thread=thread(board)).splitlines()[-1] == "Next: @Labkeeper task review CHURN-1"


def test_a_bare_mention_says_what_may_be_said_there(board: SlackBoard) -> None:
    assert read(board, "", in_thread=thread(board)).splitlines()[:2] == [
        "This is the thread of CHURN-1: what you say to me here is about it.",
        "• @Labkeeper note lr 3e-4 diverges",
    ]
    assert "• @Labkeeper task new Try focal loss box:10d" in read(board, "  ").splitlines()


def test_a_thread_that_is_no_tasks_asks_for_the_task(board: SlackBoard) -> None:
    message = board.slack.say("C1", BEN, "anything new?")
    assert "There is no" not in read(board, "note CHURN-1 yes", in_thread=message.ts)
    assert "is not a task" in read(board, "note it works", in_thread=message.ts)


def test_the_words_of_slash_commands_are_understood_too(board: SlackBoard) -> None:
    assert "Serve churn v2" in read(board, "/lab task show CHURN-3")
    assert "Serve churn v2" in read(board, "lab show CHURN-3")
    assert "Serve churn v2" in read(board, ", show CHURN-3")


def test_who_may_configure_may_do_so_in_a_mention(board: SlackBoard) -> None:
    for words in ("lab-admin", "/lab-admin", "admin"):
        assert "CHURN" in read(board, f"{words} project list")
        assert "Only administrators may do this." in read(board, f"{words} project list", by=BEN)


def test_a_person_who_is_mentioned_is_that_person_and_a_word_in_a_text(board: SlackBoard) -> None:
    board.lab("me", by=BEN)
    assert "owner ben" in read(board, f"set owner:<@{BEN}>", in_thread=thread(board))
    assert "Noted: ask @ben" in read(board, f"note ask <@{BEN}>", in_thread=thread(board))


def test_who_speaks_about_the_bot_and_not_to_it_is_left_alone(board: SlackBoard) -> None:
    for text in (f"thanks {BOT}!", f"<@{BEN}> ask {BOT} start CHURN-1", "no mention at all"):
        _, answers = board.person().says("C1", text, thread(board), events=("app_mention",))
        assert all(answer.status == 200 for answer in answers)
    assert [one.text for one in board.person().sees("C1") if one.thread_ts] == []
    assert str(board.task().state) == "todo"


def test_what_bots_say_does_nothing(board: SlackBoard) -> None:
    message = board.slack.say("C1", "U5", f"{BOT} start CHURN-1")
    record = board.slack.channel_record("C1")
    for mark in ({"bot_id": "B7"}, {"subtype": "bot_message", "bot_id": "B7"}, {"user": "UBOTT001"}, {"user": None}):
        event = payloads.message_event(message, record, "app_mention") | mark
        assert [answer.status for answer in board.events.deliver(event)] == [200]
    assert str(board.task().state) == "todo"


@pytest.mark.both_ways
def test_a_mention_that_arrives_again_does_nothing_twice(board: SlackBoard) -> None:
    message, _ = said(board, "note CHURN-1 lr 3e-4 diverges")
    for event_id in ("Ev1", "Ev1", "Ev2"):
        assert [answer.status for answer in again(board, message, event_id=event_id)] == [200]
    with connected(board.slack, board.database_url) as restarted:
        again(restarted, message)
    assert board.audit().count("noted: lr 3e-4 diverges") == 1


@pytest.mark.both_ways
def test_an_edit_of_what_was_done_does_nothing_and_says_so(board: SlackBoard) -> None:
    message, _ = said(board, "note CHURN-1 lr 3e-4 diverges")
    before = board.audit()
    answer = board.reply_to(lambda: again(board, message, text=f"{BOT} note CHURN-1 no", edited_after=60)[0])
    assert board.person().reads(answer).splitlines() == [
        "▲ What this message said was done already; editing it changes nothing.",
        "Say what you want now in a new message.",
    ]
    assert board.audit() == before


def test_an_edit_of_what_was_refused_is_done_once(board: SlackBoard) -> None:
    message, _ = said(board, "nte CHURN-1 lr 3e-4 diverges")
    for _ in range(2):
        again(board, message, text=f"{BOT} note CHURN-1 lr 3e-4 diverges", edited_after=60)
    assert board.audit().count("noted: lr 3e-4 diverges") == 1


def test_an_edit_after_days_does_nothing_because_nobody_knows_what_was_done(board: SlackBoard) -> None:
    message, _ = said(board, "note CHURN-1 lr 3e-4 diverges")
    board.later(4 * DAY)
    board.run(_forget(board))
    before = board.audit()
    answer = board.reply_to(lambda: again(board, message, edited_after=4 * DAY)[0])
    assert "too old to be done now" in board.person().reads(answer)
    assert board.audit() == before


async def _forget(board: SlackBoard) -> None:
    board.database.forget_receipts(before=board.clock.now()).result()


@pytest.mark.both_ways
def test_a_message_that_is_deleted_takes_nothing_back_and_does_nothing(board: SlackBoard) -> None:
    message, _ = said(board, "note CHURN-1 lr 3e-4 diverges")
    before = board.audit()
    assert [answer.status for answer in board.person().deletes(message)] == [200]
    assert board.audit() == before


def test_a_guest_is_told_who_may(board: SlackBoard) -> None:
    assert "Guests cannot use Labkeeper." in read(board, "start CHURN-1", by=GUS)
    assert str(board.task().state) == "todo"


def test_a_person_of_another_workspace_in_a_shared_channel_does_nothing(board: SlackBoard) -> None:
    """Also one who is known, as somebody would be who moved there."""
    board.lab("me", by=BEN)
    message = board.slack.say("C1", BEN, f"{BOT} start CHURN-1")
    event = payloads.message_event(message, board.slack.channel_record("C1"), "app_mention")
    answer = board.reply_to(lambda: board.events.deliver(event | {"user_team": "T777"})[0], by=BEN)
    assert "You belong to another workspace" in board.person(BEN).reads(answer)
    assert str(board.task().state) == "todo"


def test_a_stranger_whom_the_event_does_not_tell_from_a_member_is_known_by_their_profile(board: SlackBoard) -> None:
    board.slack.add_user(User("U9", TEAM, "eve", "Eve", home_team="T777"))
    board.slack.join("C1", "U9")
    assert "You belong to another workspace" in read(board, "start CHURN-1", by="U9")
    assert board.count("members") == 1


def test_a_mention_in_another_workspace_does_nothing(board: SlackBoard) -> None:
    message, _ = said(board, "me")
    body = payloads.event_callback(
        replace(board.slack.workspace(TEAM), id="T002"),
        payloads.message_event(message, board.slack.channel_record("C1"), "app_mention"), "Ev9", 0,
    )  # fmt: skip
    assert board.receiver.send(board.receiver.sign(body, "application/json")).status == 200
    assert json.loads(body)["team_id"] == "T002"
    assert board.count("teams") == 1


def test_a_slow_command_in_a_mention_is_promised_and_answered_in_the_thread(board: SlackBoard) -> None:
    assert "On it." in read(board, "admin channel check", in_thread=thread(board))
    board.settle()
    last = board.person().sees("C1")[-1]
    assert (last.text, last.thread_ts) == ("I can post in #\u2060general.", thread(board))


def test_hostile_words_in_a_mention_are_literal(board: SlackBoard) -> None:
    assert "Noted: *bold* <!channel> & `code`" in read(
        board, "note *bold* &lt;!channel&gt; &amp; `code`", in_thread=thread(board)
    )


def test_a_channel_that_the_board_does_not_know_yet_is_kept_by_its_name(board: SlackBoard) -> None:
    mention(board, "lab-admin project new OPS", channel="G1")
    assert board.rows("SELECT name FROM channels WHERE external_id = 'G1'") == [("leads",)]


def test_where_slack_does_not_say_its_name_a_channel_is_known_by_its_id_until_somebody_does(board: SlackBoard) -> None:
    board.slack.fault("conversations.info", server_error(503), times=9)
    mention(board, "lab-admin project new OPS", channel="G1")
    assert board.rows("SELECT name FROM channels WHERE external_id = 'G1'") == [("G1",)]
    board.slack.clear_faults()
    board.admin("channel use OPS", channel="G1")
    assert board.rows("SELECT name FROM channels WHERE external_id = 'G1'") == [("leads",)]


def test_a_private_channel_is_called_by_its_name_though_slack_calls_all_of_them_the_same(board: SlackBoard) -> None:
    assert "home channel: #leads" in board.admin("project new OPS", channel="G1")
    assert board.rows("SELECT name FROM channels WHERE external_id = 'G1'") == [("leads",)]
    assert "#leads" in board.admin("audit", channel="G1")
    assert "privategroup" not in board.admin("audit", channel="G1")
