"""`only:` and `not:`: what can be asked for, and what is shown then."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidInput
from core.events import TaskMoved
from core.filters import EVENT_FIELDS, MOST_PATTERNS, NO_FILTERS, TASK_FIELDS, Filters, wants_event, wants_task
from core.git import PullRequestState, Result
from core.git_events import CheckChanged, CommitsLinked, DeploymentChanged, PullRequestMoved, ReleaseLinked
from core.ids import ChannelRef
from core.projects import Channel
from core.tasks import Kind, State
from core.watches import Watch, telling_paths
from tests.drivers import refusal

ANY = TaskMoved(State.TODO, State.DOING)


def pushed(branch="main", *, by="Ana", is_bot=False, paths=(), authors=()):
    return CommitsLinked("acme/churn", branch, (), 1, by, is_bot, "", tuple(paths), tuple(authors))


def deployed(environment="production", result=Result.SUCCESS, by="Ana"):
    return DeploymentChanged(1, "acme/churn", environment, True, result, "3f2a1b9", by)


def wants(event, only="", without=""):
    return wants_event(event, only=parse(only), without=parse(without))


def parse(text):
    return Filters.parse(text) if text else NO_FILTERS


# What can be typed.


@pytest.mark.parametrize(
    ("text", "patterns"),
    [
        ("branch=main", {"branch": ("main",)}),
        ("branch=release/*,label=tails", {"branch": ("release/*",), "label": ("tails",)}),
        (" Branch = Main , branch=dev ,", {"branch": ("main", "dev")}),
        ("author=renovate[bot]", {"author": ("renovate[bot]",)}),
        ("path=a=b", {"path": ("a=b",)}),
        ("kind=*", {"kind": ("*",)}),
    ],
)
def test_filters_are_fields_and_patterns_in_any_case(text, patterns):
    assert Filters.parse(text).patterns == patterns


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ("between one and thirty", "branch=main,environment=production")),
        (",,", ("between one and thirty",)),
        ("main", ("“main” is not a filter", "field=pattern", "label, kind, track, branch, path")),
        ("branch=", ("“branch=” is not a filter",)),
        ("color=red", ("“color=red” is not a filter", "Fields:")),
        ("kind=invesitgate", ("There is no kind “invesitgate”", "investigate")),
        ("track=fast", ("There is no track “fast”", "research, production")),
        ("result=broken", ("There is no result “broken”", "success, failure")),
        (",".join(f"label=l{number}" for number in range(MOST_PATTERNS + 1)), ("between one and thirty",)),
    ],
)
def test_what_is_no_filter_is_refused_with_what_to_type(text, words):
    with refusal(InvalidInput, *words):
        Filters.parse(text)


PATTERN = st.text(st.characters(codec="utf-8", exclude_characters=",", exclude_categories=("C", "Z")), min_size=1)


@given(st.lists(st.tuples(st.sampled_from(("label", *EVENT_FIELDS[:4])), PATTERN), min_size=1, max_size=9))
def test_filters_can_be_typed_again_as_they_are_shown(pairs):
    filters = Filters.parse(",".join(f"{name}={pattern}" for name, pattern in pairs))
    assert Filters.parse(str(filters)) == filters


# Of tasks.


@pytest.mark.parametrize(
    ("only", "without", "wanted"),
    [
        ("label=tails", "", True), ("label=TA*", "", True), ("label=tail", "", False), ("kind=deploy", "", True),
        ("kind=build,kind=deploy", "", True), ("label=tails,kind=build", "", False), ("track=production", "", True),
        ("track=research", "", False), ("branch=main", "", True), ("", "label=tails", False), ("", "label=x", True),
        ("label=tails", "kind=deploy", False), ("", "kind=de*", False),
    ],
)  # fmt: skip
def test_a_task_is_asked_for_by_label_kind_and_track(board, only, without, wanted):
    task = board.new(kind=Kind.DEPLOY, labels=("Tails", "loss"))
    assert wants_task(task, only=parse(only), without=parse(without)) is wanted


# Of what is reported.


@pytest.mark.parametrize(
    ("event", "only", "without", "wanted"),
    [
        (pushed("main"), "branch=main", "", True),
        (pushed("Release/2"), "branch=release/*", "", True),
        (pushed("release"), "branch=release/*", "", False),
        (pushed("feat/x"), "branch=main,branch=feat/?", "", True),
        (pushed("main"), "", "branch=main", False),
        (pushed(paths=("notebooks/a.ipynb", "b.py")), "path=notebooks/*", "", True),
        (pushed(paths=("b.py",)), "path=notebooks/*", "", False),
        (pushed(paths=("docs/a.md", "docs/b.md")), "", "path=docs/*", False),
        (pushed(paths=("docs/a.md", "b.py")), "", "path=docs/*", True),
        (pushed(paths=()), "", "path=*", True),
        (pushed(by="Ana Lima", authors=("Bo",)), "author=bo", "", True),
        (pushed(by="Ana Lima", authors=("Bo",)), "author=ana*", "", True),
        (pushed(by="Ana", authors=("Ana",)), "", "author=ana", False),
        (pushed(by="Ana", authors=("Bo",)), "", "author=ana", True),
        (deployed("staging"), "environment=production", "", False),
        (deployed("prod-eu"), "environment=prod-*", "", True),
        (deployed(result=Result.FAILURE), "result=failure", "", True),
        (deployed(), "result=failure", "", False),
        (deployed(result=Result.RUNNING), "", "result=running", False),
        (CheckChanged(1, "r", "tests", "s", Result.FAILURE, "main"), "branch=main,result=failure", "", True),
        (PullRequestMoved("r", 7, "T", "", PullRequestState.OPEN, "main", "Ana"), "branch=main,author=ana", "", True),
        (ReleaseLinked("r", "v1", "", "", "Ana"), "author=ana", "", True),
        (deployed(), "branch=main", "", False),
        (ANY, "branch=main", "", False),
        (ANY, "label=tails", "", True),
        (ANY, "", "branch=*,author=*", True),
    ],
)
def test_an_event_is_asked_for_by_its_fields(event, only, without, wanted):
    assert wants(event, only, without) is wanted


@pytest.mark.parametrize(
    ("only", "wanted"),
    [
        ("", False), ("branch=main", False), ("author=renovate[bot]", True), ("author=Renovate*", True),
        ("author=*", True), ("author=dependabot[bot]", False), ("author=renovateb", False),
    ],
)  # fmt: skip
def test_bots_are_shown_only_where_they_are_asked_for_by_name(only, wanted):
    event = pushed(by="renovate[bot]", is_bot=True, authors=("renovate[bot]",))
    assert wants(event, only) is wanted


def test_a_person_who_pushes_for_a_bot_does_not_make_it_asked_for():
    """Somebody merged what a bot wrote; whoever asked for that person gets it."""
    event = pushed(by="Ana", is_bot=True, authors=("renovate[bot]",))
    assert wants(event, "author=ana")
    assert not wants(event)


def test_every_field_is_of_tasks_or_of_events():
    assert not set(TASK_FIELDS) & set(EVENT_FIELDS)


PATHS = st.lists(st.sampled_from(["a.py", "docs/a.md", "docs/b.md", "models/a.py", "[x]/a", "Models/B.PY"]), max_size=5)
PATTERNS = st.sampled_from(["", "path=docs/*", "path=*.py", "path=models/*,path=docs/*", "path=[x]*", "path=nowhere/*"])


@given(paths=PATHS, wanted=st.lists(st.tuples(PATTERNS, PATTERNS), max_size=4))
def test_a_few_paths_are_kept_and_every_watch_decides_as_by_all(paths, wanted):
    watches = [watch(only=parse(only), without=parse(without)) for only, without in wanted]
    kept = telling_paths(watches, paths)
    assert len(kept) <= 1 + 2 * len(watches)
    assert [one.hears(pushed(paths=kept)) for one in watches] == [one.hears(pushed(paths=paths)) for one in watches]


def watch(**how):
    here = Channel(1, ChannelRef("slack", "T1", "C1"), "general")
    return Watch(id=1, channel=here, project_id=1, project_key="CHURN", **how)


def test_hundreds_of_thousands_of_paths_are_looked_through_in_a_moment():
    paths = [f"data/{number}.csv" for number in range(300_000)]
    watches = [watch(only=parse("path=models/*,path=*a*a*a*b"), without=parse("path=data/*"))]
    begun = time.process_time()
    assert telling_paths(watches, paths) == ("data/0.csv",)
    assert time.process_time() - begun < 3
