from dataclasses import replace
from datetime import timedelta

import pytest

from core.cards import Bold, Card, Tone, paragraph
from core.clock import Clock
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


def reopen(board, channel, *, limit=10, errors=("is_archived",)):
    return board.write(lambda work: work.deliveries.reopen(channel, errors, limit=limit, now=NOW))


def test_what_was_parked_is_queued_again_by_its_error_and_cards_whatever_theirs_was(board, channel, database):
    task, other = board.new(), make_channel(board, "C2")
    root, reply, spoilt = (
        add(board, channel, key, kind, task_id=task.id)
        for key, kind in (("a", DeliveryKind.ROOT), ("b", DeliveryKind.REPLY), ("c", DeliveryKind.REPLY))
    )
    elsewhere, sent = add(board, other, "d", DeliveryKind.ROOT), add(board, channel, "e")
    for parked, error in ((root, "unreachable"), (reply, "is_archived"), (spoilt, "invalid_blocks"), (elsewhere, "x")):
        mark(board, parked, state=DeliveryState.PARKED, error=error, attempts=9, next_attempt_at=NOW + LEASE)
    mark(board, sent, state=DeliveryState.SENT)
    for destination in claim(database):
        board.write(lambda work, destination=destination: work.deliveries.release(destination, due_at=None))
    assert reopen(board, channel) == 2
    assert pending(board, channel) == [root, reply]
    again = get(board, reply)
    assert (again.attempts, again.next_attempt_at, again.error) == (0, None, "")
    assert claimed(database) == [channel]
    assert reopen(board, channel) == 0


def test_all_that_waits_in_a_channel_is_parked_at_once(board, channel):
    other = make_channel(board, "C2")
    sent, sending, queued = (add(board, channel, key) for key in "abc")
    elsewhere = add(board, other, "d")
    mark(board, sent, state=DeliveryState.SENT)
    mark(board, sending, state=DeliveryState.SENDING)
    board.write(lambda work: work.deliveries.park_pending(channel, "is_archived", NOW))
    assert [get(board, one).error for one in (sent, sending, queued)] == ["", "is_archived", "is_archived"]
    assert (pending(board, channel), pending(board, other)) == ([], [elsewhere])


def test_what_was_parked_is_queued_again_some_at_a_time_and_the_oldest_first(board, channel):
    parked = [add(board, channel, key) for key in "abcde"]
    for one in parked:
        mark(board, one, state=DeliveryState.PARKED, error="is_archived")
    assert reopen(board, channel, limit=3) == 3
    assert pending(board, channel) == parked[:3]
    assert reopen(board, channel, limit=3) == 2
    assert pending(board, channel) == parked


def test_what_was_sent_long_ago_is_forgotten_but_for_what_keeps_it_from_being_said_again(board, channel, database):
    kinds = list(DeliveryKind)
    old, fresh = (
        {kind: add(board, channel, f"{age} {kind}", kind) for kind in kinds} for age in ("old", "fresh")
    )  # fmt: skip
    for kind in kinds:
        mark(board, old[kind], state=DeliveryState.SENT, now=NOW)
        mark(board, fresh[kind], state=DeliveryState.SENT, now=NOW + timedelta(days=1))
    waiting = [add(board, channel, "queued"), add(board, channel, "parked"), add(board, channel, "sending")]
    for one, state in zip(waiting[1:], (DeliveryState.PARKED, DeliveryState.SENDING), strict=True):
        mark(board, one, state=state)
    database.forget_deliveries(before=NOW + timedelta(hours=1)).result()
    assert database.forget_deliveries(before=NOW + timedelta(hours=1)).result() == 0
    assert {kind for kind in kinds if get(board, old[kind])} == {DeliveryKind.ROOT, DeliveryKind.DIRECT}
    assert all(get(board, one) for one in (*fresh.values(), *waiting))


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


def test_a_channel_is_due_in_real_time_also_where_the_boards_clock_is_ahead(board, channel, database):
    add(board, channel, "a", now=Clock(timedelta(days=3)).now())
    assert claimed(database, now=Clock().now()) == [channel]


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
    database.free_leases().result()
    assert claimed(database) == [channel]
