import pytest

from tests.fakes.slack.checks import MAX_CHARACTERS, characters, problems
from tests.fakes.slack.examples import VALID, mrkdwn, plain, section
from tests.fakes.slack.records import Blocks
from tests.fakes.slack.refused_blocks import REFUSED


@pytest.mark.parametrize("blocks", VALID.values(), ids=VALID)
def test_what_slack_accepts_has_no_problems(blocks: Blocks) -> None:
    assert problems(blocks) == []


@pytest.mark.parametrize(("blocks", "words"), REFUSED.values(), ids=REFUSED)
def test_what_slack_refuses_is_named(blocks: Blocks, words: str) -> None:
    found = problems(blocks)
    assert any(words in problem for problem in found), found


def test_a_problem_points_at_its_place() -> None:
    blocks = [section(), section(fields=[plain("a"), mrkdwn("b" * 2001)])]
    assert problems(blocks) == ["must be less than 2001 characters [json-pointer:/blocks/1/fields/1/text]"]


def test_characters_are_counted_over_all_blocks_as_slack_escapes_them() -> None:
    assert characters([section(text=mrkdwn("abc")), {"type": "divider"}, section(text=plain("<&>"))]) == 3 + 13
    assert characters([{"type": "header", "text": plain("abc")}]) == 103
    assert characters(VALID["rich text link"]) == len("https://x.example/1") + len("label")
    assert characters([section(text=mrkdwn("x" * 3000))] * 4) == MAX_CHARACTERS
