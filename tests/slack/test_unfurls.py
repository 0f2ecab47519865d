"""Links to the board in messages."""

import pytest

from bot.board_links import task_address, task_at
from core.ids import TaskKey
from tests.fakes.slack.records import Message
from tests.slack.harness import ANA, BEN, GUS, SlackBoard, slack_board

OURS = "https://board.example.com"


@pytest.fixture
def board(database_url: str):
    with slack_board(database_url, public_url=OURS) as board:
        board.admin("project new CHURN name:Churn model")
        board.lab("task new Try *focal* loss &amp; <!channel>")
        yield board


def shared(board: SlackBoard, *links: str, by: str = ANA) -> Message:
    message, answers = board.person(by).shares("C1", *links)
    assert [answer.status for answer in answers] == [200]
    return message


def shown(board: SlackBoard, message: Message) -> dict[str, list[str]]:
    """What stands under the message, by address."""
    board.wait_for_answers()
    found = board.slack.message("C1", message.ts).unfurls
    return {url: [_words(block) for block in one["blocks"]] for url, one in found.items()}


def _words(block) -> str:
    return block["text"]["text"] if "text" in block else block["elements"][0]["text"]


def test_a_link_to_a_task_is_shown_with_the_task(board: SlackBoard) -> None:
    board.lab("task block CHURN-1 labels are late cause:data")
    assert shown(board, shared(board, f"{OURS}/board/tasks/CHURN-1")) == {
        f"{OURS}/board/tasks/CHURN-1": [
            "CHURN-1 Try *focal* loss &amp;amp; <!channel>",
            "blocked · todo · feature (production) · priority next · no owner\nBlocked: labels are late (data)",
        ]
    }


def test_an_event_without_an_unfurl_id_is_about_a_message(board: SlackBoard) -> None:
    url = f"{OURS}/board/tasks/CHURN-1"
    message = board.slack.say("C1", ANA, f"<{url}>")
    event = {"type": "link_shared", "channel": "C1", "user": ANA, "message_ts": message.ts, "links": [{"url": url}]}
    board.events.deliver(event)
    assert list(shown(board, message)) == [url]


def test_other_links_and_tasks_that_are_not_there_are_left_alone(board: SlackBoard) -> None:
    message = shared(
        board, f"{OURS}/board/tasks/CHURN-7", f"{OURS}/board/tasks/OPS-1", f"{OURS}/metrics",
        "https://evil.example.com/board/tasks/CHURN-1", "http://board.example.com/board/tasks/CHURN-1",
        f"{OURS}.evil.com/board/tasks/CHURN-1",
    )  # fmt: skip
    assert shown(board, message) == {}
    assert board.slack.calls("chat.unfurl") == []


def test_who_may_not_use_the_board_cannot_look_at_it_by_links(board: SlackBoard) -> None:
    assert shown(board, shared(board, f"{OURS}/board/tasks/CHURN-1", by=GUS)) == {}
    assert board.count("members") == 1


def test_somebody_who_has_not_spoken_yet_may_share_a_link_and_is_not_made_a_member(board: SlackBoard) -> None:
    assert shown(board, shared(board, f"{OURS}/board/tasks/CHURN-1", by=BEN))
    assert board.count("members") == 1


def test_the_same_event_again_shows_the_same_once(board: SlackBoard) -> None:
    message = shared(board, f"{OURS}/board/tasks/CHURN-1", f"{OURS}/board/tasks/CHURN-1")
    assert len(shown(board, message)) == 1


def test_without_an_address_of_our_own_no_link_is_ours(sqlite_churn: SlackBoard) -> None:
    sqlite_churn.lab("task new Try focal loss")
    message = shared(sqlite_churn, f"{OURS}/board/tasks/CHURN-1")
    assert shown(sqlite_churn, message) == {}
    assert sqlite_churn.slack.calls("chat.unfurl") == []


def test_an_address_that_is_written_is_read_again_and_no_other_is_taken_for_it() -> None:
    key = TaskKey("CHURN", 12)
    for public in (OURS, f"{OURS}/", "http://127.0.0.1:8000", "https://example.com/labkeeper"):
        assert task_at(public, task_address(public, key)) == key
        assert task_at(public, task_address(public, key) + "?tab=history#notes") == key
    for other in (
        f"{OURS}/board/tasks/",
        f"{OURS}/board/tasks/CHURN-12/edit",
        f"{OURS}/board/tasks/x",
        f"{OURS}:99/board/tasks/CHURN-1",
        "https://ana@board.example.com/board/tasks/CHURN-12",
        "https://[",
        "board/tasks/CHURN-12",
    ):
        assert task_at(OURS, other) is None, other
