"""Watches as they are typed: what one is called can be typed again."""

import pytest

from core.ids import ChannelRef
from core.watches import list_watches, remove_watch
from tests.bot.speaker import Speaker

HERE = ChannelRef("test", "T1", "C1")


@pytest.fixture
def ana(ana: Speaker) -> Speaker:
    ana.channel = HERE
    return ana


@pytest.mark.parametrize(
    "words",
    [
        "CHURN",
        "CHURN track:production kind:data label:tails",
        "CHURN only:branch=main,branch=release/*,environment=production",
        "CHURN not:path=docs/*,author=renovate[bot]",
        "CHURN kind:deploy only:label=a b,result=failure not:author=ana lima",
    ],
)
def test_a_watch_can_be_typed_again_as_it_is_shown(ana: Speaker, words: str) -> None:
    ana.done(f"lab-admin watch add {words}")
    (made,) = ana.board.read(list_watches)
    assert str(made) == words
    ana.board.do(remove_watch, number=made.id)
    ana.done(f"lab-admin watch add {made}")
    (again,) = ana.board.read(list_watches)
    assert (again.only, again.without, str(again)) == (made.only, made.without, words)


def test_the_same_filters_in_another_order_are_the_same_watch(ana: Speaker) -> None:
    ana.done("lab-admin watch add CHURN only:result=failure,branch=main", "only:branch=main,result=failure")
    ana.refused("lab-admin watch add CHURN only:branch=main,result=failure", "already")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("only:main", ("“main” is not a filter", "field=pattern")),
        ("not:kind=dat", ("There is no kind “dat”", "data")),
        ("only:result=broken", ("There is no result “broken”", "failure")),
    ],
)
def test_a_filter_that_is_none_is_refused_with_what_to_type(ana: Speaker, words: str, said: tuple[str, ...]) -> None:
    ana.refused(f"lab-admin watch add CHURN {words}", *said)
