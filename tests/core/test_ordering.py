import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ordering import first_rank, rank_after, rank_before, rank_between

# String(200) in the tables.
ROOM = 200
MOST = 999_999_999


@given(st.lists(st.integers(1, MOST), min_size=2, unique=True))
def test_new_tasks_sort_by_their_number(numbers):
    assert sorted(numbers) == sorted(numbers, key=first_rank)


@given(st.integers(1, MOST - 1))
def test_after_a_task_is_still_before_the_next_new_one(number):
    assert first_rank(number) < rank_after(first_rank(number)) < first_rank(number + 1)


@given(st.integers(1, MOST))
def test_before_a_task_leaves_room_for_more(number):
    assert "" < rank_before(rank_before(first_rank(number))) < rank_before(first_rank(number)) < first_rank(number)


@given(st.integers(1, 10_000), st.data())
def test_a_rank_between_two_lies_between_them(number, data):
    low, high = first_rank(number), first_rank(number + 1)
    for goes_up in data.draw(st.lists(st.booleans(), max_size=120)):
        middle = rank_between(low, high)
        assert low < middle < high
        low, high = (middle, high) if goes_up else (low, middle)


def test_nothing_lies_between_a_rank_and_itself_or_a_lower_one():
    for low, high in (("5i", "5i"), ("6i", "5i")):
        with pytest.raises(ValueError, match="nothing lies between"):
            rank_between(low, high)


def move(ranks, name, place):
    """Takes `name` out of the order and puts it at `place`, as the board does."""
    others = sorted((other for other in ranks if other != name), key=ranks.__getitem__)
    before, after = others[:place][-1:], others[place:][:1]
    if before and after:
        ranks[name] = rank_between(ranks[before[0]], ranks[after[0]])
    else:
        ranks[name] = rank_before(ranks[after[0]]) if after else rank_after(ranks[before[0]])
    return [*others[:place], name, *others[place:]]


def test_thousands_of_moves_keep_the_order_and_meet_no_rank_of_a_new_task():
    chance = random.Random(12)
    ranks = {number: first_rank(number) for number in range(1, 31)}
    for number in range(31, 4_031):
        name = chance.choice(list(ranks))
        wanted = move(ranks, name, chance.choice([0, len(ranks) - 1, chance.randrange(len(ranks))]))
        assert sorted(ranks, key=ranks.__getitem__) == wanted
        assert len(set(ranks.values())) == len(ranks)
        assert len(ranks[name]) > len(first_rank(number))
        if number % 10 == 0:
            ranks[number] = first_rank(number)
            assert max(ranks, key=ranks.__getitem__) == number
    assert max(map(len, ranks.values())) < ROOM


@pytest.mark.parametrize("place", [0, 1])
def test_ten_thousand_moves_to_one_end_still_fit_the_column(place):
    ranks = {1: first_rank(1), 2: first_rank(2)}
    for turn in range(10_000):
        move(ranks, 1 + turn % 2, place)
        assert sorted(ranks, key=ranks.__getitem__)[place] == 1 + turn % 2
    assert max(map(len, ranks.values())) < ROOM
    assert max(ranks.values()) < first_rank(3)
