from core.deliveries import Message
from core.ids import ChannelRef, TaskKey
from tests.conftest import NOW
from tests.drivers import BoardDriver

CHANNEL, ELSEWHERE = ChannelRef("slack", "T1", "C1"), ChannelRef("slack", "T1", "C2")


def channel(board, ref=CHANNEL):
    return board.write(lambda work: work.channels.ensure(ref, "general", NOW)).id


def put(board, task, channel_id, message, thread="", reposts=0):
    board.write(lambda work: work.messages.put(Message(task.id, channel_id, message, thread, reposts), NOW))


def root(board, task, channel_id):
    return board.read(lambda work: work.messages.root(task.id, channel_id))


def task_of(board, ref, message):
    return board.read(lambda work: work.messages.task_of(ref, message))


def test_a_tasks_message_is_found_in_each_channel_it_stands_in(board):
    task, other = board.new(), board.new()
    here, there = channel(board), channel(board, ELSEWHERE)
    put(board, task, here, "1.1", "t1", reposts=2)
    put(board, task, there, "2.1")
    assert root(board, task, here) == Message(task.id, here, "1.1", "t1", 2)
    assert root(board, task, there) == Message(task.id, there, "2.1")
    assert root(board, other, here) is None


def test_a_newer_message_takes_the_place_of_the_old_one(board):
    task, here = board.new(), channel(board)
    put(board, task, here, "1.1", "t1")
    put(board, task, here, "1.2")
    assert root(board, task, here) == Message(task.id, here, "1.2")
    assert task_of(board, CHANNEL, "1.1") is None


def test_a_message_leads_back_to_its_task(board):
    task, here = board.new(), channel(board)
    channel(board, ELSEWHERE)
    put(board, task, here, "1.1")
    assert task_of(board, CHANNEL, "1.1") == TaskKey("CHURN", 1)
    assert task_of(board, ELSEWHERE, "1.1") is None
    assert task_of(board, ChannelRef("discord", "T1", "C1"), "1.1") is None
    assert task_of(board, CHANNEL, "9.9") is None


def test_a_forgotten_message_is_gone_and_the_others_stay(board):
    task, other, here, there = board.new(), board.new(), channel(board), channel(board, ELSEWHERE)
    for who, where, message in ((task, here, "1.1"), (task, there, "2.1"), (other, here, "1.2")):
        put(board, who, where, message)
    board.write(lambda work: work.messages.forget(task.id, here))
    assert root(board, task, here) is None
    assert root(board, task, there)
    assert root(board, other, here)


def test_a_channel_is_known_by_platform_workspace_and_id_and_kept_once(board):
    first = board.write(lambda work: work.channels.ensure(CHANNEL, "general", NOW))
    again = board.write(lambda work: work.channels.ensure(CHANNEL, "general", NOW))
    assert first == again
    assert (first.ref, first.name) == (CHANNEL, "general")
    others = [ChannelRef("discord", "T1", "C1"), ChannelRef("slack", "T2", "C1"), ELSEWHERE]
    assert len({channel(board, ref) for ref in (CHANNEL, *others)}) == 4
    assert board.read(lambda work: work.channels.get(first.id)) == first
    assert board.read(lambda work: work.channels.find(CHANNEL)) == first


def test_the_same_channel_of_two_teams_is_two(board, database):
    assert channel(BoardDriver.open(database, now=NOW)) != channel(board)
