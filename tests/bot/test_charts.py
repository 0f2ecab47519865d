"""Charts: what they show is also said in words, and nobody's text draws."""

import struct
import sys
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.digests.charts import ChartKind, draw_chart, draw_overview
from core.numbers import Numbers
from core.periods import back_from
from tests.core.digest_examples import MONTH

DAY = timedelta(days=1)
PERIODS = back_from(MONTH.month, 6)
MONTHS = tuple(
    replace(MONTH.numbers, period=period, deployments=number + 2, in_time=number % 4, research=(number + 1) * 10 * DAY)
    for number, period in enumerate(PERIODS)
)
NOTHING = tuple(Numbers(period=period) for period in PERIODS)
each_kind = pytest.mark.parametrize("kind", list(ChartKind))


def size_of(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@each_kind
def test_a_chart_is_a_picture_that_fits_every_chat(kind):
    chart = draw_chart(kind, MONTHS, subject="CHURN")
    width, height = size_of(chart.png)
    assert 1_000 <= width <= 1_200
    assert 500 <= height <= 700
    assert len(chart.png) < 200_000


def test_the_overview_has_all_four():
    chart = draw_overview(MONTHS, subject="CHURN")
    assert size_of(chart.png) > size_of(draw_chart(ChartKind.SHARES, MONTHS).png)
    assert all(draw_chart(kind, MONTHS).alt in chart.alt for kind in ChartKind)


@each_kind
def test_the_same_figures_are_the_same_bytes_and_others_are_not(kind):
    first = draw_chart(kind, MONTHS).png
    assert draw_chart(kind, MONTHS).png == first
    assert draw_chart(kind, (*MONTHS[:-1], replace(NOTHING[0], period=PERIODS[-1]))).png != first


def test_the_words_say_what_the_picture_shows():
    said = {kind: draw_chart(kind, MONTHS[-2:]).alt for kind in ChartKind}
    assert said == {
        ChartKind.DECISIONS: "Timeboxes decided in time: 0 of 5, 2 extended in October 2026;"
        " 1 of 5, 2 extended in November 2026.",
        ChartKind.DEPLOYMENTS: "Deployments to production: 6, of which 1 failed, 52.2 days from research in October"
        " 2026; 7, of which 1 failed, 52.2 days from research in November 2026.",
        ChartKind.SHARES: "Working time: 71 % research, 29 % engineering in October 2026;"
        " 75 % research, 25 % engineering in November 2026.",
        ChartKind.BLOCKED: "Days blocked: 12.5 by data, 2.0 by infra in October 2026;"
        " 12.5 by data, 2.0 by infra in November 2026.",
    }


@each_kind
@pytest.mark.parametrize("months", [NOTHING, NOTHING[-1:], MONTHS[-1:]], ids=["nothing", "nothing yet", "one month"])
def test_little_or_nothing_is_drawn_as_that(kind, months):
    drawn, much = draw_chart(kind, months), draw_chart(kind, MONTHS)
    assert size_of(drawn.png) == size_of(much.png)
    assert drawn.png != much.png
    says_nothing = any(words in drawn.alt for words in ("none", "no work", "production: 0"))
    assert says_nothing == (months != MONTHS[-1:])


@pytest.mark.parametrize(
    "text", [r"$\frac{", "$x$ and $y$", "a_b^c {}", "\u202eabc", "x" * 2_000, "$\\mathdefault{1}$"]
)
def test_what_somebody_wrote_is_drawn_as_it_is(text):
    """What looks like mathematics neither fails nor is set as it."""
    plain = draw_chart(ChartKind.SHARES, MONTHS, subject=text).png
    assert plain == draw_chart(ChartKind.SHARES, MONTHS, subject=text[:70]).png
    assert plain != draw_chart(ChartKind.SHARES, MONTHS).png


def test_nothing_is_left_open():
    """No figure of ours is known to pyplot, which would keep it for ever."""
    draw_overview(MONTHS)
    assert "matplotlib.pyplot" not in sys.modules
