"""Ranks: texts that sort a priority's tasks, with room between any two.

A new task's rank comes from its number, so that nothing has to be looked up; a moved task's lies between its new
neighbours and is longer than any number's, so that the two never meet.
"""

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_BASE = len(_DIGITS)
_WIDTH = 8


def first_rank(number: int) -> str:
    """The rank of a new task: after all that came before it."""
    digits = ""
    while number:
        number, digit = divmod(number, _BASE)
        digits = _DIGITS[digit] + digits
    return digits.rjust(_WIDTH, "0")


def rank_after(rank: str) -> str:
    """Just behind `rank`, and before any task that is still to be made."""
    number = sum(_DIGITS.index(digit) * _BASE**place for place, digit in enumerate(reversed(rank[:_WIDTH])))
    return rank_between(rank, first_rank(number + 1))


def rank_between(low: str, high: str) -> str:
    """A rank between two different ones; `low` may be empty, which is before all."""
    if not low < high:
        raise ValueError(f"nothing lies between {low!r} and {high!r}")
    middle = ""
    bounded = True
    while True:
        place = len(middle)
        below = _DIGITS.index(low[place]) if place < len(low) else 0
        above = _DIGITS.index(high[place]) if bounded and place < len(high) else _BASE
        if above - below > 1:
            middle += _DIGITS[(below + above) // 2]
            return middle.ljust(_WIDTH, "0") + "i" if len(middle) <= _WIDTH else middle
        middle += _DIGITS[below]
        bounded = bounded and above == below
