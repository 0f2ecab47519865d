"""`/lab model version`: when it will be ready, as far as the board knows."""

from datetime import date

from core.events import Cause
from core.tasks import State
from tests.bot.speaker import Speaker
from tests.storage.probes import rows


def test_a_version_says_what_stands_before_it_and_by_when_it_is_wanted(ana: Speaker, database_url: str) -> None:
    ana.done("lab model version churn@v2", "churn@v2", "No open task belongs to it", "version:churn@v2")
    board = ana.board
    question = board.new("Does focal loss help?", box="10d", version="churn@v2")
    board.move(question, State.DOING)
    build = board.new("Serve it", version="churn@v2")
    board.block(build, "no quota", Cause.INFRA)
    ana.done(
        "lab model version churn@v2", "0 of 2 done", "Before that is decided", "Does focal loss help?", "It waits",
        "infra: no quota", "not known before that",
    )  # fmt: skip
    said = ana.done("lab model version churn@v2 target:2027-03-15", "wanted by 2027-03-15", "15 March 2027")
    assert said.facts["target"] == "2027-03-15"
    ana.done("lab model version churn@v2", "15 March 2027 (ana said so)")
    ana.done("lab model version churn@v2 target:none", "No day is named any more")
    assert rows(database_url, "SELECT version FROM model_versions") == []
    assert "wanted by" not in ana.done("lab model version churn@v2", "churn@v2").text


def test_a_day_that_is_over_or_far_away_is_refused(ana: Speaker) -> None:
    ana.refused("lab model version churn@v2 target:2026-01-01", "2026-01-01 is over", "target:none")
    ana.refused("lab model version churn@v2 target:2050-01-01", "more than five years away")
    ana.refused("lab model version churn target:2027-01-01", "not a model version", "churn@v2.0")


def test_what_is_said_twice_is_written_down_once(ana: Speaker) -> None:
    for _ in range(2):
        ana.done("lab model version churn@v2 target:2027-03-15", "wanted by")
    told = ana.board.read(lambda work: work.audit.list(limit=20))
    assert [line.summary for line in told].count("wants churn@v2 by 2027-03-15") == 1
    assert ana.board.read(lambda work: work.versions.targets(["churn@v2"]))["churn@v2"].target == date(2027, 3, 15)
