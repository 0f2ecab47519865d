"""Ranks: texts that sort a priority's tasks, with room between any two.

A new task's rank comes from its number, so that nothing has to be looked up; a moved task's lies between its new
neighbours and is longer than any number's, so that the two never meet.
"""

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_BASE = len(_DIGITS)
_WIDTH = 10
# Numbers are this far apart, and this far from zero: moves to either end count on in steps and do not lengthen ranks.
_STEP = _BASE**3
_FIRST = _BASE ** (_WIDTH - 1)


def first_rank(number: int) -> str:
    """The rank of a new task: after all that came before it."""
    return _write(_FIRST + number * _STEP)


def rank_before(rank: str) -> str:
    """Before `rank`, and after nothing in particular."""
    return _write(_read(rank) - 1) + "i"


def rank_after(rank: str) -> str:
    """Behind `rank`, and before any task that is still to be made."""
    count = _read(rank) + 1
    # The last step before the next number's is halved again and again.
    return rank_between(rank, _write(count)) if count % _STEP == 0 else _write(count) + "i"


def rank_between(low: str, high: str) -> str:
    """A rank between two different ones."""
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


def _write(count: int) -> str:
    digits = ""
    while count:
        count, digit = divmod(count, _BASE)
        digits = _DIGITS[digit] + digits
    return digits.rjust(_WIDTH, "0")


def _read(rank: str) -> int:
    """The count that a rank's first digits write."""
    return int(rank[:_WIDTH], _BASE)
