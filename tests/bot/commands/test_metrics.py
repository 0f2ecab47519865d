import pytest

from core.git import Result
from core.numbers import Measure
from tests.bot.speaker import Speaker
from tests.core.histories import History


@pytest.fixture
def history(ana: Speaker) -> History:
    """A deployment, and research of an hour."""
    lived = History(ana.board)
    lived.ship(lived.new())
    lived.ship(lived.new(), result=Result.FAILURE)
    lived.research()
    lived.pass_hours(1)
    return lived


def test_figures_stand_month_by_month_with_the_present_one_so_far(ana: Speaker, history: History) -> None:
    said = ana.done("lab metrics", "Acme: figures month by month", "November so far", "October", "September")
    assert said.facts["deployment-frequency"] == "1"
    assert said.facts["research-share"] == "1"
    assert said.facts["research-to-production"] == ""
    assert "nothing to count" in said.text
    ana.done("lab metrics show project:CHURN", "CHURN: figures")


def test_one_figure_has_half_a_year_and_its_definition(ana: Speaker, history: History) -> None:
    said = ana.done("lab metrics show deployment-frequency", "Production deployments", "without rollbacks", "June")
    assert said.facts["2026-11"] == "1"


def test_the_definitions_are_one_press_away(ana: Speaker) -> None:
    (button,) = ana.done("lab metrics").card.buttons
    assert button.action == "metrics.about"
    said = ana.done("lab metrics about", "never from timesheets", "without rollbacks")
    assert said.facts["count"] == str(len(Measure))


def test_an_unknown_figure_or_project_is_refused_with_what_there_is(ana: Speaker) -> None:
    ana.refused("lab metrics show velocity", "extensions")
    ana.refused("lab metrics show project:NOPE", "NOPE")
