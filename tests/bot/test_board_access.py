"""Links that open the board, and visits that keep it open: whose they are, how long, under which key."""

import base64
import re
from datetime import UTC, datetime, timedelta

import pytest

from bot.board_access import LINK_VALID, VISIT, BoardAccess, NoEntry, Visitor
from bot.vault import Vault
from core.clock import Clock
from core.errors import Unavailable
from core.ids import TeamId

ANA = Visitor(TeamId(3), 7, "Ana Gonçalves")
OLD, NEW = "the key before, long enough", "the key from now on, as long"


def access(*keys: str, later: timedelta = timedelta()) -> BoardAccess:
    """At a time that is so much later than when the tests began."""
    return BoardAccess(Vault(keys or (OLD,)), "https://lab.example.com/", Clock(later))


def pass_of(link: str) -> str:
    match = re.fullmatch(r"https://lab\.example\.com/board/open/([\w.=-]+)", link)
    assert match, link
    return match[1]


def test_a_link_opens_what_it_was_made_for_and_leads_there() -> None:
    opened = access().enter(pass_of(access().link(ANA, path="/board/tasks/CHURN-12")))
    assert opened == (ANA, "/board/tasks/CHURN-12")
    assert access().visitor(access().keep(ANA)) == ANA


@pytest.mark.parametrize("share", [0.99, 1.01])
def test_links_and_visits_are_over_in_time(share: float) -> None:
    link, visit = pass_of(access().link(ANA)), access().keep(ANA)
    for kept, valid, use in ((link, LINK_VALID, BoardAccess.enter), (visit, VISIT, BoardAccess.visitor)):
        then = access(later=valid * share)
        if share < 1:
            assert use(then, kept)
        else:
            with pytest.raises(NoEntry):
                use(then, kept)


def test_one_is_not_the_other() -> None:
    with pytest.raises(NoEntry):
        access().visitor(pass_of(access().link(ANA)))
    with pytest.raises(NoEntry):
        access().enter(access().keep(ANA))


def test_nothing_of_it_can_be_altered() -> None:
    """Each byte of what was sealed, and shapes that were never ours."""
    whole = pass_of(access().link(ANA))
    key, _, sealed = whole.partition(".")
    raw = base64.urlsafe_b64decode(sealed)
    changed = [bytes([*raw[:at], raw[at] ^ 1, *raw[at + 1 :]]) for at in range(len(raw))]
    wrong = [f"{key}.{base64.urlsafe_b64encode(one).decode()}" for one in changed]
    for pass_ in (
        *wrong,
        "",
        ".",
        f"{key}.",
        key,
        whole[:-9],
        f"{whole}x",
        "é.é",
        "a" * 9_000,
        f"{key[::-1]}.{sealed}",
    ):
        with pytest.raises(NoEntry):
            access().enter(pass_)


def test_keys_are_exchanged_while_links_are_about() -> None:
    link, visit = pass_of(access(OLD).link(ANA)), access(OLD).keep(ANA)
    assert access(NEW, OLD).enter(link)[0] == access(NEW, OLD).visitor(visit) == ANA
    with pytest.raises(NoEntry):
        access(NEW).enter(link)


def test_without_a_key_there_is_no_link() -> None:
    with pytest.raises(Unavailable):
        BoardAccess(Vault(()), "http://127.0.0.1:8000").link(ANA)


def test_it_goes_by_real_time() -> None:
    """Whatever the board's own clock says: a board of tests may be years away."""
    assert abs(BoardAccess(Vault((OLD,)), "").clock.now() - datetime.now(UTC)) < timedelta(minutes=1)
