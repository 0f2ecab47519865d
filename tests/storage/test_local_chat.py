"""The local chat's messages, in both databases."""

from core.cards import Card
from core.local_chat import NewMessage, say, show_anew, take_away
from tests.conftest import NOW


def new(marker: str, **more) -> NewMessage:
    return NewMessage(**({"channel": "ml-board", "author": "ana", "text": marker, "marker": marker} | more))


def said(board, marker: str, **more):
    return board.write(lambda work: say(work, new(marker, **more), now=NOW))


def page(board, reader: str = "ana", **more):
    asked = {"before": None, "limit": 10} | more
    return [one.text for one in board.read(lambda work: work.local_messages.page("ml-board", reader, **asked))]


def since(board, stamp: int):
    return [(one.text, one.stamp) for one in board.read(lambda work: work.local_messages.since(stamp, limit=100))]


def test_a_message_is_said_once_however_often_it_is_sent(board) -> None:
    assert said(board, "hello") == said(board, "hello")
    assert page(board) == ["hello"]


def test_a_channel_is_read_from_its_end(board) -> None:
    ids = [said(board, f"m{number}").id for number in range(6)]
    said(board, "elsewhere", channel="ml-releases")
    assert page(board, limit=2) == ["m4", "m5"]
    assert page(board, limit=2, before=ids[4]) == ["m2", "m3"]
    on = board.read(lambda work: work.local_messages.page_after("ml-board", "ana", after=ids[2], limit=2))
    assert [one.text for one in on] == ["m3", "m4"]


def test_an_answer_is_in_the_thread_and_counted_at_its_root(board) -> None:
    root = said(board, "root").id
    said(board, "answer", thread=root)
    said(board, "loud answer", thread=root, shows_in_channel=True)
    said(board, "whisper", thread=root, author="", only_for="ben")
    assert page(board) == ["root", "loud answer"]
    for reader, read in (("ana", ["answer", "loud answer"]), ("ben", ["answer", "loud answer", "whisper"])):
        found = board.read(lambda work, reader=reader: work.local_messages.thread(root, reader, limit=10))
        assert [one.text for one in found] == read
    kept = board.read(lambda work: work.local_messages.get(root))
    assert (kept.replies, kept.replied_at) == (2, NOW)


def test_private_answers_are_for_one_person_until_they_take_them_away(board) -> None:
    whisper = said(board, "whisper", author="", only_for="ben").id
    assert (page(board, "ana"), page(board, "ben")) == ([], ["whisper"])
    assert not board.write(lambda work: take_away(work, whisper, reader="ana", now=NOW))
    assert board.write(lambda work: take_away(work, whisper, reader="ben", now=NOW))
    assert page(board, "ben") == []


def test_nobody_takes_away_what_all_may_read(board) -> None:
    message = said(board, "hello").id
    for reader in ("ana", ""):
        assert not board.write(lambda work, reader=reader: take_away(work, message, reader=reader, now=NOW))
    assert page(board) == ["hello"]


def test_whoever_knows_a_stamp_is_told_what_changed_after_it(board) -> None:
    first, second = (said(board, text) for text in ("first", "second"))
    newest = board.read(lambda work: work.local_messages.newest_stamp())
    assert since(board, first.stamp) == [("second", second.stamp)]
    assert newest == second.stamp
    assert board.write(lambda work: show_anew(work, first.id, Card(("changed",)), now=NOW))
    assert since(board, newest) == [("first", newest + 1)]
    said(board, "answer", thread=second.id)
    assert [text for text, _ in since(board, newest + 1)] == ["answer", "second"]


def test_a_message_that_is_gone_is_not_shown_anew(board) -> None:
    whisper = said(board, "whisper", only_for="ben").id
    board.write(lambda work: take_away(work, whisper, reader="ben", now=NOW))
    for message in (whisper, 999):
        assert not board.write(lambda work, id=message: show_anew(work, id, Card(("x",)), now=NOW))


def test_what_others_said_is_unread_until_it_was_seen(board) -> None:
    def unread(limit: int = 99) -> int:
        return board.read(lambda work: work.local_messages.count_unread("ana", "ml-board", limit=limit))

    said(board, "mine")
    seen = said(board, "theirs", author="ben").id
    said(board, "another", author="")
    said(board, "for ben", author="", only_for="ben")
    said(board, "in a thread", author="ben", thread=seen)
    assert (unread(), unread(limit=1)) == (2, 1)
    board.write(lambda work: work.local_messages.mark_read("ana", "ml-board", seen))
    assert unread() == 1
    board.write(lambda work: work.local_messages.mark_read("ana", "ml-board", seen + 1))
    assert unread() == 0
