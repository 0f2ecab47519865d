import pytest

from core.durations import Box
from core.errors import InvalidInput
from core.tasks import (
    MAX_LABELS,
    MAX_POINTS,
    Kind,
    Phase,
    State,
    Track,
    check_estimate,
    check_track,
    parse_labels,
    parse_version,
    phase_of,
)
from tests.drivers import refusal

BOX = Box.parse("10d")
EITHER = (Kind.DATA, Kind.FEATURE)
ONLY_RESEARCH = (Kind.INVESTIGATE, Kind.AB_TEST)
ONLY_PRODUCTION = (Kind.REFACTOR, Kind.BUILD, Kind.DEPLOY, Kind.ALERT)


def test_every_kind_has_its_tracks():
    assert {*EITHER, *ONLY_RESEARCH, *ONLY_PRODUCTION} == set(Kind)


@pytest.mark.parametrize("kind", Kind)
def test_a_kind_starts_on_its_own_track(kind):
    assert check_track(kind, None) is (Track.RESEARCH if kind in ONLY_RESEARCH else Track.PRODUCTION)


@pytest.mark.parametrize("kind", EITHER)
@pytest.mark.parametrize("track", Track)
def test_data_and_feature_work_may_be_on_either_track(kind, track):
    assert check_track(kind, track) is track


@pytest.mark.parametrize("kind", ONLY_RESEARCH)
def test_investigations_and_ab_tests_are_always_research(kind):
    with refusal(InvalidInput, f"{kind} work is always on the research track", "data and feature"):
        check_track(kind, Track.PRODUCTION)


@pytest.mark.parametrize("kind", ONLY_PRODUCTION)
def test_other_kinds_are_always_production(kind):
    with refusal(InvalidInput, f"{kind} work is always on the production track", "data and feature"):
        check_track(kind, Track.RESEARCH)


def test_points_on_research_are_refused_with_the_reason():
    with refusal(InvalidInput, "Research is timeboxed, not estimated", "box:10d"):
        check_estimate(Track.RESEARCH, 3, BOX)
    with refusal(InvalidInput, "Research is timeboxed, not estimated"):
        check_estimate(Track.RESEARCH, 0, None)


def test_research_without_a_timebox_is_refused():
    with refusal(InvalidInput, "needs a timebox", "box:3h"):
        check_estimate(Track.RESEARCH, None, None)


def test_a_timebox_on_production_is_refused():
    with refusal(InvalidInput, "Only research is timeboxed", "points:3", "track:research"):
        check_estimate(Track.PRODUCTION, None, BOX)


def test_production_needs_neither_points_nor_a_timebox():
    check_estimate(Track.PRODUCTION, None, None)
    check_estimate(Track.PRODUCTION, 0, None)
    check_estimate(Track.PRODUCTION, MAX_POINTS, None)


@pytest.mark.parametrize("points", [-1, 101, 10**30])
def test_points_have_a_range(points):
    with refusal(InvalidInput, f"{points} points", "0 to 100"):
        check_estimate(Track.PRODUCTION, points, None)


def test_a_task_is_open_until_it_is_done_or_dropped():
    assert [state for state in State if not state.is_open] == [State.DONE, State.DROPPED]


@pytest.mark.parametrize(
    ("kind", "links", "phase"),
    [
        (Kind.INVESTIGATE, {"link"}, Phase.EXPLORE),
        (Kind.AB_TEST, set(), Phase.EXPLORE),
        (Kind.REFACTOR, {"notebook"}, Phase.REFACTOR),
        (Kind.BUILD, {"notebook"}, Phase.BUILD),
        (Kind.DEPLOY, set(), Phase.DEPLOY),
        (Kind.ALERT, set(), Phase.MONITOR),
        (Kind.DATA, {"notebook"}, Phase.EXPLORE),
        (Kind.FEATURE, {"notebook"}, Phase.EXPLORE),
        (Kind.FEATURE, {"notebook", "link"}, Phase.BUILD),
        (Kind.DATA, set(), Phase.BUILD),
    ],
)
def test_the_phase_follows_from_kind_and_links(kind, links, phase):
    assert phase_of(kind, frozenset(links)) is phase


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("tails, loss", ("loss", "tails")),
        ("#Tails tails TAILS", ("tails",)),
        ("gpu/a100 v1.0 c++ a_b x-y", ("a_b", "c++", "gpu/a100", "v1.0", "x-y")),
        (" , ,, ", ()),
        ("größe", ("größe",)),
    ],
)
def test_labels_are_separated_by_commas_or_spaces_and_compared_without_case(text, labels):
    assert parse_labels(text) == labels


@pytest.mark.parametrize("text", ["a%b", "x" * 41, "<!channel>", "#", "a*b", "a\x00b", "\u202eb"])
def test_what_cannot_be_a_label_is_refused(text):
    with refusal(InvalidInput, "cannot be a label", "letters, digits"):
        parse_labels(text)


def test_a_task_has_a_dozen_labels_at_most():
    assert len(parse_labels(" ".join(f"l{n}" for n in range(MAX_LABELS)))) == MAX_LABELS
    with refusal(InvalidInput, "13 labels are too many", "12"):
        parse_labels(" ".join(f"l{n}" for n in range(MAX_LABELS + 1)))


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("churn@v2.0", "churn@v2.0"),
        (" Churn@V2 ", "churn@V2"),
        ("a-b.c_d@2026-11", "a-b.c_d@2026-11"),
        ("Änderung@1", None),
        ("a" * 64 + "@" + "b" * 64, "a" * 64 + "@" + "b" * 64),
    ],
)
def test_a_model_version_is_a_model_and_its_version(text, version):
    if version is None:
        with refusal(InvalidInput, "is not a model version"):
            parse_version(text)
    else:
        assert parse_version(text) == version


@pytest.mark.parametrize(
    "text",
    [
        "", "churn", "churn@", "@v1", "churn v1", "churn@v1@v2", "churn@v 1", "-churn@1", "a" * 65 + "@1",
        "a@" + "b" * 65, "a" + "İ" * 40 + "@1",
    ],
)  # fmt: skip
def test_what_is_no_model_version_is_refused_with_an_example(text):
    with refusal(InvalidInput, "is not a model version", "churn@v2.0"):
        parse_version(text)
