"""The local chat over HTTP, in both databases: who is let in, what is refused, what stays."""

from collections.abc import Iterator
from contextlib import closing
from html import unescape
from typing import Any

import httpx
import pytest

from bot.platforms.web.people import PERSONAS
from core.cards import Card
from core.deliveries import MessageGone, Post, Refused
from core.ids import ChannelRef
from tests.hostile import HOSTILE
from tests.html_reading import plain_text
from tests.web.harness import LocalBoard, local_board

DEEDS = ("say", "press", "menu", "submit", "suggest", "complete", "page", "read", "dismiss")
BOARD = ChannelRef("web", "local", "ml-board")


@pytest.fixture
def board(database_url: str) -> Iterator[LocalBoard]:
    with local_board(database_url) as board:
        yield board


def words(message: dict[str, Any]) -> str:
    return unescape(message["html"])


def test_a_card_stands_once_and_changes_in_place(board: LocalBoard) -> None:
    board.say("/lab-admin project new CHURN name:Churn model")
    board.say("/lab task new Fresh labels kind:data", by="ben")
    board.settle()
    (card,) = board.page(by="sam")
    assert "Fresh labels" in words(card)
    pressed = board.ask("press", by="ben", message=card["id"], action="task.start", value="CHURN-1").json()
    assert "Started." in words(pressed["messages"][0])
    board.settle()
    (changed,) = board.page(by="sam")
    assert (changed["id"], "doing" in words(changed)) == (card["id"], True)
    assert changed["stamp"] > card["stamp"]
    thread = board.page(by="sam", thread=card["id"])
    assert "Ben Okafor moved it" in words(thread[1])


def test_what_was_sent_twice_is_done_once(board: LocalBoard) -> None:
    board.say("/lab-admin project new CHURN")
    first, again = (board.say("/lab task new Fresh labels kind:data", key="same") for _ in range(2))
    assert first == again
    said = [board.say("Hello", key="hello") for _ in range(2)]
    assert said[0] == said[1]
    board.settle()
    assert sum("Fresh labels" in words(one) for one in board.page(by="ben")) == 1
    assert sum("Hello" in words(one) for one in board.page(by="ben")) == 1


def test_it_is_all_there_after_a_restart(database_url: str) -> None:
    with local_board(database_url) as board:
        board.say("/lab-admin project new CHURN")
        board.say("/lab task new Fresh labels kind:data")
        board.say("Who has the labels?", by="ana")
        board.settle()
        before = {who.subject: board.page(by=who.subject) for who in PERSONAS}
    with local_board(database_url) as board:
        assert {who.subject: board.page(by=who.subject) for who in PERSONAS} == before
        assert len(before["mira"]) == 4
        assert len(before["sam"]) == 2
        front = board.client.get(f"{board.address}/?as=sam").text
        assert "Who has the labels?" in front
        assert "Only you can see this" not in front


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", "http://localhost:8000", ""])
def test_another_page_reads_and_changes_nothing(board: LocalBoard, origin: str) -> None:
    headers = {"Origin": origin}
    for deed in DEEDS:
        asked = {"as": "mira", "channel": "ml-board", "key": "k", "text": "Hello"}
        assert board.client.post(f"{board.address}/chat/{deed}", json=asked, headers=headers).status_code == 403
    for path in ("/chat/events?as=mira", "/"):
        assert board.client.get(f"{board.address}{path}", headers=headers).status_code == 403
    assert board.page() == []


def test_a_name_that_only_points_here_reads_nothing(board: LocalBoard) -> None:
    for path in ("/", "/chat/events?as=mira", "/pictures/x"):
        answer = board.client.get(f"{board.address}{path}", headers={"Host": "evil.example"})
        assert answer.status_code == 403
        assert "127.0.0.1" in answer.text


def test_a_form_of_another_page_is_no_request(board: LocalBoard) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""):
        headers = {"Origin": board.address, "Content-Type": kind}
        body = b'{"as": "mira", "channel": "ml-board", "text": "Hello"}'
        assert board.client.post(f"{board.address}/chat/say", content=body, headers=headers).status_code == 400
    assert board.page() == []


BAD = [
    {"as": "nobody"}, {"as": 7}, {"as": None}, {"channel": "nowhere"}, {"channel": "ben"}, {"channel": ["x"]},
    {"thread": "x"}, {"thread": -1}, {"thread": 2**70}, {"thread": True}, {"key": 5}, {"text": 5}, {"text": {}},
    {"message": "1"}, {"message": 1.5}, {"message": 999}, {"before": "x"}, {"values": []}, {"values": {"a": 1}},
    {"kept": 3}, {"root": 3}, {"name": []}, {"menu": "nothing"}, {"action": []}, {"value": 3},
]  # fmt: skip


@pytest.mark.parametrize("deed", DEEDS)
def test_what_no_page_asks_is_refused_in_words(chat: LocalBoard, deed: str) -> None:
    board = chat
    for spoilt in BAD:
        answer = board.ask(deed, **spoilt)
        assert answer.status_code in (200, 400, 404), (spoilt, answer.text)
        assert answer.status_code == 200 or answer.json()["problem"], spoilt
    for raw in (b"", b"[]", b"{", b"nul", b"\xff", b"[" * 100_000, b'"x"'):
        headers = {"Origin": board.address, "Content-Type": "application/json"}
        assert board.client.post(f"{board.address}/chat/{deed}", content=raw, headers=headers).status_code == 400
    huge = b'{"text": "' + b"x" * 400_000 + b'"}'
    headers = {"Origin": board.address, "Content-Type": "application/json"}
    assert board.client.post(f"{board.address}/chat/{deed}", content=huge, headers=headers).status_code == 400


def test_nobody_presses_or_takes_away_what_only_another_sees(board: LocalBoard) -> None:
    private = board.say("/lab me", by="ana")["messages"][0]
    pressed = board.ask("press", by="ben", message=private["id"], action="answer.share", value="lab me")
    assert pressed.status_code == 404
    assert board.ask("menu", by="ben", message=private["id"], menu="message.make_task").status_code == 404
    assert board.ask("dismiss", by="ben", message=private["id"]).status_code == 200
    assert [one["id"] for one in board.page(by="ana")] == [private["id"]]
    assert board.page(by="ben", thread=private["id"]) == []


def test_direct_messages_are_for_one_alone(board: LocalBoard) -> None:
    board.say("me", by="ana", channel="ana")
    assert len(board.page(by="ana", channel="ana")) == 2
    for deed in DEEDS:
        assert board.ask(deed, by="ben", channel="ana").status_code == 400


def test_only_administrators_configure(board: LocalBoard) -> None:
    for who in ("ana", "ben", "sam"):
        refused = board.say("/lab-admin project new CHURN", by=who)["messages"][0]
        assert "Only administrators may do this." in words(refused)
    assert "Created." in words(board.say("/lab-admin project new CHURN", by="mira")["messages"][0])


def test_what_a_stream_sends_is_what_its_reader_may_see(board: LocalBoard) -> None:
    board.say("Hello all", by="ana")
    board.say("/lab me", by="ana")
    board.say("me", by="ana", channel="ana")
    for who, seen in (("ana", 4), ("ben", 1)):
        with closing(httpx.Client()) as client, client.stream("GET", f"{board.address}/chat/events?as={who}") as stream:
            lines = stream.iter_lines()
            sent = next(line for line in lines if line.startswith("data: "))
        assert sent.count('"html"') == seen
        assert ("Only you can see this" in sent) == (who == "ana")


@pytest.mark.parametrize("seen", ["x", "-1", "1e9", "9" * 30, "", "٣", "1;drop"])
def test_a_strange_stamp_is_the_beginning(board: LocalBoard, seen: str) -> None:
    board.say("Hello")
    headers: Any = {"Last-Event-ID": seen.encode()}
    address = f"{board.address}/chat/events?as=ben"
    with closing(httpx.Client()) as client, client.stream("GET", address, headers=headers) as stream:
        assert "Hello" in next(line for line in stream.iter_lines() if line.startswith("data: "))


def test_a_burst_comes_in_a_few_pieces(board: LocalBoard) -> None:
    with closing(httpx.Client()) as client, client.stream("GET", f"{board.address}/chat/events?as=ben") as stream:
        lines = stream.iter_lines()
        next(lines)
        board.burst([f"m{number}" for number in range(300)])
        sent, pieces = 0, 0
        while sent < 300:
            line = next(lines)
            sent += line.count('"html"') if line.startswith("data: ") else 0
            pieces += line.startswith("data: ")
    assert (sent, pieces < 30) == (300, True)


def test_the_chat_takes_what_a_worker_says_and_says_what_it_cannot(board: LocalBoard) -> None:
    chat = board.connection.chat
    post = Post(channel=BOARD, card=Card(("one",)), marker="m1")
    first = board.run(chat.post(post))
    assert board.run(chat.post(post)) == first == board.run(chat.find(post, since=board.clock.now()))
    assert board.run(chat.find(Post(channel=BOARD, card=Card(("x",)), marker="m2"), since=board.clock.now())) is None
    nowhere = Post(channel=ChannelRef("web", "local", "nowhere"), card=Card(("x",)), marker="m3")
    for wrong, kind in (
        (nowhere, Refused),
        (Post(channel=BOARD, card=Card(("x",)), marker="m4", message="999"), MessageGone),
        (Post(channel=BOARD, card=Card(("x",)), marker="m5", thread="999"), MessageGone),
    ):
        with pytest.raises(kind):
            board.run(chat.post(wrong))
    with pytest.raises(Refused):
        board.run(chat.look_in(nowhere.channel))


def test_a_later_answer_is_given_once(board: LocalBoard) -> None:
    address = '["ana", "ml-board", null, "k1"]'
    for _ in range(2):
        board.run(board.connection.chat.answer(address, Card(("done",))))
    assert len(board.page(by="ana")) == 1
    assert board.page(by="ben") == []


def check_literal(board: LocalBoard, texts: tuple[str, ...]) -> None:
    for text in texts:
        answer = board.ask("say", text=f"x{text}")
        assert answer.status_code in (200, 400), text
        for message in answer.json().get("messages", ()):
            assert "<script" not in message["html"].replace("&lt;script", "")
            plain_text(message["html"]).encode()


def test_whatever_was_said_is_kept_or_refused(board: LocalBoard) -> None:
    """A twentieth of the texts."""
    check_literal(board, HOSTILE[::20])


@pytest.mark.soak
def test_every_text_is_kept_or_refused(board: LocalBoard) -> None:
    check_literal(board, HOSTILE)


def test_streams_end_when_the_server_leaves(board: LocalBoard) -> None:
    with closing(httpx.Client()) as client, client.stream("GET", f"{board.address}/chat/events?as=ben") as stream:
        lines = stream.iter_lines()
        next(lines)
        board.loop.call_soon_threadsafe(board.connection.leave)
        assert not [line for line in lines if line.startswith("data: ")]
