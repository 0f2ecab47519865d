import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidInput
from core.ids import TaskKey, parse_project_key
from tests.drivers import refusal

PROJECT_KEYS = st.from_regex(r"[A-Z][A-Z0-9]{1,9}", fullmatch=True)


@pytest.mark.parametrize(("text", "key"), [("CHURN", "CHURN"), (" churn ", "CHURN"), ("ML2", "ML2"), ("ab", "AB")])
def test_a_project_key_is_typed_in_any_case(text, key):
    assert parse_project_key(text) == key


@pytest.mark.parametrize("text", ["", "A", "ABCDEFGHIJK", "2AB", "A-B", "Ä1", "A B", "A\nB", "ＣＨ", "churn-12"])
def test_what_cannot_be_a_project_key_is_refused_with_the_rule(text):
    with refusal(InvalidInput, "cannot be a project key", "2 to 10 letters and digits", "CHURN"):
        parse_project_key(text)


@pytest.mark.parametrize("text", ["CHURN-12", "churn-12", "#CHURN-12", " Churn-012 "])
def test_a_task_is_named_by_project_and_number(text):
    assert TaskKey.parse(text) == TaskKey("CHURN", 12)


@pytest.mark.parametrize(
    "text",
    [
        "", "CHURN", "12", "CHURN-", "-12", "CHURN-0", "CHURN-000", "CHURN--1", "CHURN-1.5", "CHURN-٣", "##CHURN-1",
        "CHURN-1234567890", "CHURN 12", "CHURN-12 CHURN-13", "CHÜRN-1", "C-1", "CHURN-1\n2",
    ],
)  # fmt: skip
def test_what_is_no_task_is_refused_with_an_example(text):
    with refusal(InvalidInput, "is not a task", "CHURN-12"):
        TaskKey.parse(text)


@given(PROJECT_KEYS, st.integers(1, 999_999_999))
def test_a_key_reads_as_it_is_written(project, number):
    key = TaskKey(project, number)
    assert TaskKey.parse(str(key)) == TaskKey.parse(str(key).lower()) == key


def test_keys_sort_by_number_not_by_digits():
    assert sorted([TaskKey("A1", 10), TaskKey("A1", 9), TaskKey("A0", 11)]) == [
        TaskKey("A0", 11), TaskKey("A1", 9), TaskKey("A1", 10),
    ]  # fmt: skip
