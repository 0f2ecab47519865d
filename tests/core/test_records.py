from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

import pytest

from core.records import Records


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class Leaf:
    at: datetime
    colour: Colour | None = None


@dataclass(frozen=True)
class Tree:
    name: str
    leaves: tuple[Leaf | str, ...] = ()
    planted: date | None = None
    height: float = 1.5
    pairs: tuple[tuple[str, str], ...] = ()


RECORDS = Records([Leaf, Tree])
AT = datetime(2026, 11, 18, 10, 0, 0, 123456, tzinfo=UTC)
TREE = Tree(
    "2026-11-18", (Leaf(AT, Colour.RED), "2026-11-18", Leaf(AT)), date(2026, 11, 18), 2.0, (("a", "b"), ("c", "d"))
)


def test_a_record_is_a_json_object_with_its_type():
    assert RECORDS.dump(TREE) == {
        "type": "Tree",
        "name": "2026-11-18",
        "leaves": [
            {"type": "Leaf", "at": "2026-11-18T10:00:00.123456+00:00", "colour": "red"},
            "2026-11-18",
            {"type": "Leaf", "at": "2026-11-18T10:00:00.123456+00:00"},
        ],
        "planted": "2026-11-18",
        "height": 2.0,
        "pairs": [["a", "b"], ["c", "d"]],
    }


def test_what_was_dumped_is_loaded_as_it_was():
    assert RECORDS.load(RECORDS.dump(TREE)) == TREE


def test_a_field_at_its_default_is_left_out():
    assert RECORDS.dump(Tree("oak")) == {"type": "Tree", "name": "oak"}


def test_a_record_from_before_a_field_existed_reads_with_its_default():
    assert RECORDS.load({"type": "Tree", "name": "oak"}) == Tree("oak", height=1.5)


def test_a_record_with_a_field_that_is_no_more_still_reads():
    assert RECORDS.load({"type": "Tree", "name": "oak", "bark": "rough", "version": 1}) == Tree("oak")


def test_a_type_it_was_not_made_for_is_refused():
    with pytest.raises(KeyError):
        RECORDS.load({"type": "Stone"})
    with pytest.raises(TypeError, match="object is not a record"):
        RECORDS.dump(Tree("oak", leaves=(object(),)))
