from dataclasses import replace
from datetime import timedelta

import pytest

from core.cards import Bold, Card, Tone, paragraph
from core.deliveries import DeliveryKind, DeliveryState, NewDelivery
from core.ids import ChannelRef
from tests.conftest import NOW
from tests.drivers import BoardDriver
from tests.storage.probes import at_once

CARD = Card(title=("<!channel>", Bold("x")), blocks=(paragraph("y"),), tone=Tone.BAD)
LEASE = timedelta(seconds=5)


@pytest.fixture
def channel(board):
    return make_channel(board)


def make_channel(board, name="C1"):
    return board.write(lambda work: work.channels.ensure(ChannelRef("slack", "T1", name), name, NOW)).id


def add(board, channel, key, kind=DeliveryKind.REPLY, *, now=NOW, **fields):
    new = NewDelivery(channel_id=channel, kind=kind, dedupe_key=key, **fields)
    return board.write(lambda work: work.deliveries.add(new, now))


def get(board, delivery_id):
    return board.read(lambda work: work.deliveries.get(delivery_id))


def mark(board, delivery_id, *, now=NOW, **changes):
    delivery = replace(get(board, delivery_id), **changes)
    board.write(lambda work: work.deliveries.mark(delivery, now))


def pending(board, channel, limit=10):
    return [delivery.id for delivery in board.read(lambda work: work.deliveries.pending(channel, limit=limit))]


def test_a_delivery_keeps_what_is_to_be_said_where(board, channel):
    task = board.new()
    delivery = get(board, add(board, channel, "a", task_id=task.id, card=CARD))
    assert (delivery.channel_id, delivery.kind, delivery.dedupe_key) == (channel, DeliveryKind.REPLY, "a")
    assert (delivery.task_id, delivery.card, delivery.state) == (task.id, CARD, DeliveryState.QUEUED)
    assert (delivery.attempts, delivery.next_attempt_at, delivery.message, delivery.error) == (0, None, None, "")


def test_a_delivery_may_have_no_card_of_its_own(board, channel):
    assert get(board, add(board, channel, "a", DeliveryKind.ROOT)).card is None


def test_the_same_is_said_once_however_often_it_is_asked_for(board, channel):
    first = add(board, channel, "a")
    assert add(board, channel, "a", DeliveryKind.EDIT, card=CARD) is None
    assert pending(board, channel) == [first]
    assert get(board, first).kind is DeliveryKind.REPLY
    assert board.read(lambda work: work.deliveries.find("a")).id == first
    assert board.read(lambda work: work.deliveries.find("b")) is None


def test_the_same_asked_for_by_many_at_once_is_said_once(board, channel):
    results = at_once(*(lambda: add(board, channel, "a") for _ in range(6)))
    assert len([result for result in results if result is not None]) == 1


def test_deliveries_wait_in_the_order_they_came_each_in_its_channel(board, channel):
    other = make_channel(board, "C2")
    ids = [add(board, channel, key) for key in "abcd"]
    elsewhere = add(board, other, "e")
    assert pending(board, channel) == ids
    assert pending(board, channel, limit=2) == ids[:2]
    assert pending(board, other) == [elsewhere]


def test_what_was_sent_or_parked_waits_no_more_and_what_is_being_sent_does(board, channel):
    sent, parked, sending, queued = (add(board, channel, key) for key in "abcd")
    mark(board, sent, state=DeliveryState.SENT, message="1.2")
    mark(board, parked, state=DeliveryState.PARKED, error="is_archived")
    mark(board, sending, state=DeliveryState.SENDING)
    assert pending(board, channel) == [sending, queued]


def test_a_mark_keeps_state_attempts_marker_message_and_error(board, channel):
    delivery_id = add(board, channel, "a", card=CARD)
    again_at, later = NOW + timedelta(minutes=1, microseconds=7), NOW + timedelta(seconds=3)
    mark(
        board, delivery_id, state=DeliveryState.SENDING, attempts=3, next_attempt_at=again_at, marker="m1",
        message="1.2", error="ratelimited", now=later,
    )  # fmt: skip
    marked = get(board, delivery_id)
    assert (marked.state, marked.attempts, marked.next_attempt_at) == (DeliveryState.SENDING, 3, again_at)
    assert (marked.marker, marked.message, marked.error) == ("m1", "1.2", "ratelimited")
    assert (marked.card, marked.updated_at) == (CARD, later)


def test_an_edit_that_still_waits_is_found_and_one_in_flight_is_not(board, channel):
    task, other = board.new(), board.new()

    def has_edit(of):
        return board.write(lambda work: work.deliveries.has_queued_edit(channel, of.id))

    add(board, channel, "a", DeliveryKind.ROOT, task_id=task.id)
    assert not has_edit(task)
    edit = add(board, channel, "b", DeliveryKind.EDIT, task_id=task.id)
    assert (has_edit(task), has_edit(other)) == (True, False)
    mark(board, edit, state=DeliveryState.SENDING)
    assert not has_edit(task)


def test_a_parked_root_can_be_found_and_queued_again(board, channel, database):
    task = board.new()
    root, reply = (
        add(board, channel, key, kind, task_id=task.id)
        for key, kind in (("a", DeliveryKind.ROOT), ("b", DeliveryKind.REPLY))
    )
    for delivery in (root, reply):
        mark(board, delivery, state=DeliveryState.PARKED)
    for destination in claim(database):
        board.write(lambda work, destination=destination: work.deliveries.release(destination, due_at=None))
    (parked,) = board.read(lambda work: work.deliveries.parked_cards(channel, limit=10))
    assert parked.id == root
    board.write(lambda work: work.deliveries.requeue(replace(parked, state=DeliveryState.QUEUED), NOW))
    assert pending(board, channel) == [root]
    assert claimed(database) == [channel]


def claim(database, *, now=NOW, limit=10):
    return database.claim_destinations(now=now, lease=LEASE, limit=limit).result()


def claimed(database, **how):
    return [destination.channel_id for destination in claim(database, **how)]


def release(board, destination, **how):
    board.write(lambda work: work.deliveries.release(destination, **({"due_at": None} | how)))


def test_a_channel_with_something_to_say_is_claimed_by_one_worker(board, channel, database):
    assert claim(database) == ()
    add(board, channel, "a")
    (destination,) = claim(database)
    assert (destination.team_id, destination.channel_id, destination.name) == (board.team, channel, "C1")
    assert destination.ref == ChannelRef("slack", "T1", "C1")
    assert claim(database) == ()


def test_a_channel_whose_worker_is_lost_is_claimed_again_after_its_lease(board, channel, database):
    add(board, channel, "a")
    (first,) = claim(database)
    assert claimed(database, now=NOW + LEASE - timedelta(milliseconds=1)) == []
    (second,) = claim(database, now=NOW + LEASE)
    assert second.lease != first.lease
    assert not board.write(lambda work: work.deliveries.renew(first, until=NOW + LEASE * 9))
    assert board.write(lambda work: work.deliveries.renew(second, until=NOW + LEASE * 2))


def test_a_renewed_lease_holds_longer(board, channel, database):
    add(board, channel, "a")
    (destination,) = claim(database)
    assert board.write(lambda work: work.deliveries.renew(destination, until=NOW + LEASE * 3))
    assert claimed(database, now=NOW + LEASE * 2) == []
    assert claimed(database, now=NOW + LEASE * 3) == [channel]


def test_a_released_channel_is_due_when_it_said_or_when_something_new_comes(board, channel, database):
    add(board, channel, "a")
    (destination,) = claim(database)
    release(board, destination, due_at=NOW + timedelta(seconds=9))
    assert claimed(database, now=NOW + timedelta(seconds=8)) == []
    (destination,) = claim(database, now=NOW + timedelta(seconds=9))
    release(board, destination)
    assert claimed(database, now=NOW + timedelta(days=1)) == []
    add(board, channel, "b")
    assert claimed(database) == [channel]


def test_a_channel_that_may_not_be_spoken_in_yet_is_left_alone_until_it_may(board, channel, database):
    add(board, channel, "a")
    (destination,) = claim(database)
    allowed_at = NOW + timedelta(seconds=30)
    release(board, destination, due_at=NOW, next_allowed_at=allowed_at)
    add(board, channel, "b")
    assert claimed(database, now=allowed_at - timedelta(milliseconds=1)) == []
    (destination,) = claim(database, now=allowed_at)
    release(board, destination, due_at=NOW)
    assert claimed(database, now=allowed_at) == [channel]


@pytest.mark.parametrize("ends_by", ["its lease", "letting it go"])
def test_when_it_may_be_spoken_in_is_kept_whoever_comes_next(board, channel, database, ends_by):
    add(board, channel, "a")
    (destination,) = claim(database)
    allowed_at = NOW + LEASE * 2
    board.write(lambda work: work.deliveries.renew(destination, until=NOW + LEASE, next_allowed_at=allowed_at))
    board.write(lambda work: work.deliveries.renew(destination, until=NOW + LEASE))
    if ends_by == "letting it go":
        release(board, destination, due_at=NOW)
    assert claimed(database, now=allowed_at - timedelta(milliseconds=1)) == []
    assert claimed(database, now=allowed_at) == [channel]


def test_a_worker_that_lost_its_lease_cannot_release_the_channel(board, channel, database):
    add(board, channel, "a")
    (stale,) = claim(database)
    (fresh,) = claim(database, now=NOW + LEASE)
    release(board, stale)
    assert claimed(database, now=NOW + LEASE) == []
    assert board.write(lambda work: work.deliveries.renew(fresh, until=NOW + LEASE * 2))


def test_the_channel_that_waits_longest_is_claimed_first(board, database):
    for name, minutes in (("C1", 1), ("C2", 9), ("C3", 5)):
        add(board, make_channel(board, name), name, now=NOW - timedelta(minutes=minutes))
    assert [claim(database, limit=1)[0].name for _ in range(3)] == ["C2", "C3", "C1"]


def test_something_new_does_not_push_a_waiting_channel_back(board, database):
    first, second = make_channel(board, "C1"), make_channel(board, "C2")
    add(board, first, "a", now=NOW - timedelta(minutes=9))
    add(board, second, "b", now=NOW - timedelta(minutes=5))
    add(board, first, "c", now=NOW)
    assert claimed(database, limit=1) == [first]


def test_each_channel_is_claimed_by_one_of_many_workers(board, database):
    channels = [make_channel(board, f"C{n}") for n in range(20)]
    for channel in channels:
        add(board, channel, str(channel))
    found = [
        channel for worker in at_once(*(lambda: claimed(database, limit=3) for _ in range(6))) for channel in worker
    ]
    assert len(found) == len(set(found))
    assert sorted(found + claimed(database, limit=100)) == channels


def test_channels_of_every_team_are_claimed(board, channel, database):
    other = BoardDriver.open(database, now=NOW)
    add(board, channel, "a")
    add(other, make_channel(other), "a")
    assert {destination.team_id for destination in claim(database)} == {board.team, other.team}


def test_the_only_process_takes_every_lease_back(board, channel, database):
    add(board, channel, "a")
    claim(database)
    database.free_destinations().result()
    assert claimed(database) == [channel]
