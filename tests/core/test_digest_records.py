from dataclasses import fields, replace

import pytest

from core.digest_records import Listed
from core.numbers import DEFINITIONS, Measure, Numbers
from tests.core.digest_examples import MONTH, WEEK


@pytest.mark.parametrize("summary", [WEEK, MONTH], ids=["week", "month"])
def test_the_examples_leave_nothing_out(summary):
    """So that a template that was written against them has met every list and every figure."""
    lists = [getattr(summary, field.name) for field in fields(summary)]
    assert all(one.items for one in lists if isinstance(one, Listed))
    assert not summary.is_empty


def test_figures_read_beside_those_of_the_month_before():
    said = {figure.measure: (figure.words, figure.change) for figure in MONTH.figures}
    assert said == {
        Measure.DEPLOYMENT_FREQUENCY: ("6", "up from 4"),
        Measure.RESEARCH_TO_PRODUCTION: ("52.2 days (2 questions)", "nothing to count the month before"),
        Measure.RESEARCH_SHARE: ("60 %", "up from 50 %"),
        Measure.EXPERIMENTS: ("114", "up from 80"),
        Measure.DECIDED_IN_TIME: ("80 % (4 of 5)", "up from 50 %"),
        Measure.EXTENSIONS: ("2", "as the month before"),
        Measure.BLOCKED_BY_DATA: ("12.5 days (beside it: infra 2)", "down from 20 days"),
        Measure.CHANGE_FAILURE_RATE: ("17 % (1 of 6)", "up from 0 %"),
    }


def test_what_could_not_be_counted_says_so_and_is_no_zero():
    nothing = replace(MONTH, numbers=Numbers(period=MONTH.month), before=None)
    said = {figure.measure: (figure.words, figure.change) for figure in nothing.figures}
    assert said[Measure.DEPLOYMENT_FREQUENCY] == ("0", "")
    for measure in (Measure.RESEARCH_TO_PRODUCTION, Measure.RESEARCH_SHARE, Measure.DECIDED_IN_TIME):
        assert said[measure] == ("nothing to count", "")


def test_every_measure_has_its_definition():
    assert set(DEFINITIONS) == set(Measure)
    assert all(definition.text.endswith(".") for definition in DEFINITIONS.values())


def test_a_list_says_how_many_more_there_are():
    assert Listed(("a", "b"), total=5).more == 3
    assert Listed(elsewhere=2)
    assert not Listed()
