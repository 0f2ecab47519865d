from dataclasses import replace

import pytest

from core.errors import Conflict, NotFound
from core.filters import Filters
from core.git import Result
from core.git_events import CommitsLinked, DeploymentChanged
from core.ids import ChannelRef
from core.projects import choose_project, create_project, find_project
from core.tasks import Kind, Track
from core.watches import MOST_IN_A_CHANNEL, Audiences, add_watch, choose_home, list_watches, remove_watch
from tests.conftest import NOW
from tests.drivers import refusal

HOME, DATA, OTHER = (ChannelRef("slack", "T1", channel) for channel in ("C1", "C2", "C3"))


def home(board, channel=HOME, project="CHURN"):
    return board.do(choose_home, project=project, channel=channel, name=channel.channel)


def watch(board, channel=DATA, project="CHURN", **filters):
    wanted = {"track": None, "kind": None, "label": None} | filters
    return board.do(add_watch, project=project, channel=channel, channel_name=channel.channel, **wanted)


def shown_in(board, task):
    names = {channel.id: channel.ref.channel for channel in (board.write(ensure(ref)) for ref in (HOME, DATA, OTHER))}
    audiences = board.read(lambda work: Audiences.of(work, task.project_id))
    return [names[audience.channel_id] for audience in audiences.for_task(board.see(task))]


def ensure(ref):
    return lambda work: work.channels.ensure(ref, ref.channel, NOW)


def test_a_project_is_at_home_in_the_channel_chosen(board):
    chosen = home(board)
    assert (chosen.home.ref, chosen.home.name) == (HOME, "C1")
    assert board.read(lambda work: choose_project(work, key=None, channel=HOME)).key == "CHURN"
    assert board.told()[-1] == "made #C1 the home of CHURN"
    assert home(board, DATA).home.ref == DATA


def test_choosing_the_home_it_has_changes_nothing(board):
    home(board)
    told = board.told()
    assert home(board).home.ref == HOME
    assert board.told() == told


def test_a_task_without_a_home_is_shown_nowhere(board):
    assert shown_in(board, board.new()) == []


def test_a_task_is_shown_at_home_first_and_then_where_somebody_watches(board):
    home(board)
    watch(board, OTHER)
    watch(board, DATA)
    assert shown_in(board, board.new()) == ["C1", "C3", "C2"]


def test_a_channel_with_two_reasons_shows_a_task_once(board):
    home(board)
    watch(board, HOME)
    watch(board, DATA, kind=Kind.DATA)
    watch(board, DATA, label="tails")
    assert shown_in(board, board.new(kind=Kind.DATA, labels=("tails",))) == ["C1", "C2"]


@pytest.mark.parametrize(
    ("filters", "wanted", "unwanted"),
    [
        ({"track": Track.RESEARCH}, {"box": "10d"}, {}),
        ({"kind": Kind.DEPLOY}, {"kind": Kind.DEPLOY}, {"kind": Kind.BUILD}),
        ({"label": "tails"}, {"labels": ("loss", "tails")}, {"labels": ("tail",)}),
        ({"kind": Kind.DATA, "label": "tails"}, {"kind": Kind.DATA, "labels": ("tails",)}, {"kind": Kind.DATA}),
    ],
)
def test_a_watch_shows_only_what_it_asks_for(board, filters, wanted, unwanted):
    watch(board, **filters)
    assert shown_in(board, board.new(**wanted)) == ["C2"]
    assert shown_in(board, board.new(**unwanted)) == []


@pytest.mark.parametrize(
    ("only", "without", "shown"),
    [("label=tails", "", ["C2"]), ("label=loss", "", []), ("", "kind=data", []), ("kind=data", "label=loss", ["C2"])],
)
def test_a_watch_shows_what_it_asks_for_without_what_it_leaves_out(board, only, without, shown):
    watch(board, only=filters(only), without=filters(without))
    assert shown_in(board, board.new(kind=Kind.DATA, labels=("tails",))) == shown


def filters(text):
    return Filters.parse(text) if text else None


def test_a_label_that_comes_later_counts(board):
    watch(board, only=Filters.parse("label=tails"))
    task = board.new()
    assert shown_in(board, task) == []
    board.change(task, labels=("tails",))
    assert shown_in(board, task) == ["C2"]


PUSHED = CommitsLinked("acme/churn", "main", (), 1, "Ana")
DEPLOYED = DeploymentChanged(1, "acme/churn", "production", True, Result.SUCCESS, "3f2a1b9", "Ana")


def audience(board, task, place=0):
    return board.read(lambda work: Audiences.of(work, task.project_id)).for_task(board.see(task))[place]


def test_a_watch_for_events_wants_those_and_nothing_else(board):
    watch(board, only=Filters.parse("environment=production"))
    task = board.new()
    wanted = audience(board, task)
    assert [wanted.wants(event) for event in (PUSHED, DEPLOYED)] == [False, True]
    assert [wanted.asked_for(event) for event in (PUSHED, DEPLOYED)] == [False, True]


def test_of_two_watches_in_a_channel_any_may_want_an_event(board):
    watch(board, only=Filters.parse("environment=production"))
    watch(board, only=Filters.parse("branch=main"))
    wanted = audience(board, board.new())
    assert wanted.wants(PUSHED)
    assert wanted.wants(DEPLOYED)


def test_a_home_wants_everything_but_what_bots_do(board):
    home(board)
    wanted = audience(board, board.new())
    assert wanted.wants(PUSHED)
    assert not wanted.wants(replace(PUSHED, is_bot=True))
    assert not wanted.asked_for(DEPLOYED)
    watch(board, HOME, only=Filters.parse("author=ana"))
    assert audience(board, board.new()).wants(replace(PUSHED, is_bot=True))


@pytest.mark.parametrize(
    ("how", "hears"),
    [
        ({}, True), ({"only": "environment=production"}, True), ({"only": "label=tails"}, False),
        ({"kind": Kind.DATA}, False), ({"without": "label=tails"}, True),
    ],
)  # fmt: skip
def test_what_concerns_all_of_a_project_is_for_watches_of_all_of_it(board, how, hears):
    project = board.read(lambda work: find_project(work, "CHURN"))
    watch(board, **{name: filters(value) if isinstance(value, str) and name != "kind" else value
                    for name, value in how.items()})  # fmt: skip
    found = board.read(lambda work: Audiences.of(work, project.id)).for_project()
    assert bool(found) is hears


def test_two_watches_that_differ_in_their_filters_are_two(board):
    watch(board, only=Filters.parse("branch=main"))
    watch(board, without=Filters.parse("branch=main"))
    with refusal(Conflict, "is shown “CHURN only:branch=main” already"):
        watch(board, only=Filters.parse("Branch=MAIN"))
    assert board.read(list_watches)[0].only == Filters.parse("branch=main")


def test_a_watch_is_for_one_project(board):
    board.do(create_project, key="OTHER", name=None, zone="UTC", channel=None, channel_name="")
    watch(board, project="OTHER")
    assert shown_in(board, board.new(project="CHURN")) == []
    assert shown_in(board, board.new(project="OTHER")) == ["C2"]


def test_a_watch_is_told_and_listed_in_words(board):
    made = watch(board, kind=Kind.DATA, label="tails", track=Track.PRODUCTION)
    assert str(made) == "CHURN track:production kind:data label:tails"
    assert board.read(list_watches) == (made,)
    assert board.told()[-1] == "shows CHURN track:production kind:data label:tails in #C2"


def test_the_same_watch_twice_in_a_channel_is_refused(board):
    watch(board, kind=Kind.DATA)
    with refusal(Conflict, "is shown “CHURN kind:data” already", "Nothing changed"):
        watch(board, kind=Kind.DATA)
    watch(board, OTHER, kind=Kind.DATA)
    watch(board)
    assert len(board.read(list_watches)) == 3


def test_a_channel_has_only_so_many_watches(board):
    for number in range(MOST_IN_A_CHANNEL):
        watch(board, label=f"l{number}")
    with refusal(Conflict, "at most 50 watches", "Remove one first"):
        watch(board, label="one more")
    watch(board, OTHER, label="one more")


def test_a_removed_watch_shows_nothing_any_more(board):
    made = watch(board)
    assert board.do(remove_watch, number=made.id) == made
    assert shown_in(board, board.new()) == []
    assert board.told()[-2] == "no longer shows CHURN in #C2"
    with refusal(NotFound, f"no watch {made.id}", "lab-admin watch list"):
        board.do(remove_watch, number=made.id)


def test_an_unknown_project_cannot_be_watched_or_have_a_home(board):
    with refusal(NotFound, "no project NOPE", "CHURN"):
        watch(board, project="NOPE")
    with refusal(NotFound, "no project NOPE", "CHURN"):
        home(board, project="NOPE")
    assert board.read(lambda work: find_project(work, "CHURN")).home is None
