"""Which tasks are shown in which channel."""

import pytest

from tests.slack.harness import ANA, SlackBoard

TASKS = {
    "CHURN-1": "Look at the tails kind:investigate box:5d labels:tails",
    "CHURN-2": "Ship it kind:deploy labels:ops",
    "CHURN-3": "Clean the clicks kind:data labels:tails,ops",
    "CHURN-4": "Try a new head kind:feature track:research box:2d",
}


@pytest.fixture
def board(churn: SlackBoard) -> SlackBoard:
    """The bot is in #random too, and a second project lives in #leads."""
    churn.slack.join("C2", "UBOTT001")
    churn.admin("project new OPS", channel="G1")
    return churn


def shown(board: SlackBoard, channel: str) -> list[str]:
    board.settle()
    view = board.channel(channel)
    return sorted(view.text(root).split(maxsplit=1)[0] for root in view.roots)


def first_watch(board: SlackBoard) -> int:
    return int(board.rows("SELECT min(id) FROM watches")[0][0])


def make_all(board: SlackBoard) -> None:
    for line in TASKS.values():
        board.lab(f"task new {line}")
    board.lab("task new Rotate the keys project:OPS", channel="G1")


@pytest.mark.parametrize(
    ("watch", "tasks"),
    [
        ("CHURN", ["CHURN-1", "CHURN-2", "CHURN-3", "CHURN-4"]),
        ("CHURN track:research", ["CHURN-1", "CHURN-4"]),
        ("CHURN track:production", ["CHURN-2", "CHURN-3"]),
        ("CHURN kind:data", ["CHURN-3"]),
        ("CHURN label:tails", ["CHURN-1", "CHURN-3"]),
        ("CHURN label:#Tails", ["CHURN-1", "CHURN-3"]),
        ("CHURN label:tails track:production", ["CHURN-3"]),
        ("CHURN kind:investigate label:ops", []),
        ("OPS", ["OPS-1"]),
    ],
)
def test_a_watch_shows_exactly_what_it_asks_for(board: SlackBoard, watch: str, tasks: list[str]) -> None:
    assert "#random is shown these tasks" in board.admin(f"watch add {watch}", channel="C2")
    make_all(board)
    assert shown(board, "C2") == tasks
    assert shown(board, "C1") == list(TASKS)
    assert shown(board, "G1") == ["OPS-1"]


def test_what_two_watches_ask_for_is_shown_once(board: SlackBoard) -> None:
    board.admin("watch add CHURN track:production", channel="C2")
    board.admin("watch add CHURN label:ops", channel="C2")
    board.admin("watch add CHURN track:production", channel="C1")
    make_all(board)
    assert shown(board, "C2") == ["CHURN-2", "CHURN-3"]
    assert shown(board, "C1") == list(TASKS)


def test_each_channel_has_its_own_card_and_thread(board: SlackBoard) -> None:
    board.admin("watch add CHURN", channel="C2")
    board.lab("task new Ship it")
    board.settle()
    board.lab("task start CHURN-1")
    board.settle()
    for channel in ("C1", "C2"):
        texts = board.channel(channel).texts
        assert (len(texts), texts[1]) == (2, "ana moved it from todo to doing")
        assert board.channel(channel).roots[0].edits == 1


def test_a_task_is_shown_from_its_next_change_on(board: SlackBoard) -> None:
    board.lab("task new Ship it")
    board.settle()
    assert "from their next change on" in board.admin("watch add CHURN", channel="C2")
    assert shown(board, "C2") == []
    board.lab("task note CHURN-1 soon")
    assert shown(board, "C2") == ["CHURN-1"]


def test_a_task_that_comes_to_match_appears(board: SlackBoard) -> None:
    board.admin("watch add CHURN label:ops", channel="C2")
    board.lab("task new Ship it")
    assert shown(board, "C2") == []
    board.lab("task set CHURN-1 labels:ops")
    assert shown(board, "C2") == ["CHURN-1"]


def test_a_removed_watch_shows_nothing_new_and_leaves_what_stands(board: SlackBoard) -> None:
    board.admin("watch add CHURN", channel="C2")
    board.lab("task new Ship it")
    assert shown(board, "C2") == ["CHURN-1"]
    assert "Removed." in board.admin(f"watch remove {first_watch(board)}")
    board.lab("task start CHURN-1")
    board.lab("task new Another")
    assert shown(board, "C2") == ["CHURN-1"]
    assert (board.channel("C2").roots[0].edits, len(board.channel("C2").messages)) == (0, 1)


def test_watches_are_listed_with_their_numbers_and_channels(board: SlackBoard) -> None:
    assert "No channel watches anything." in board.admin("watch list")
    board.admin("watch add CHURN track:research label:tails", channel="C2")
    board.admin("watch add OPS channel:#random")
    number = first_watch(board)
    assert board.admin("watch list").splitlines() == [
        "What is shown where, besides the home channels",
        "number | channel | tasks",
        f"{number} | #random | CHURN track:research label:tails",
        f"{number + 1} | #random | OPS",
    ]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("watch add CHURN", "This channel is shown “CHURN” already."),
        ("watch add NOPE", "There is no project NOPE."),
        ("watch add CHURN label:a,b", "A watch asks for one label."),
        ("watch add CHURN track:fast", "is not one of them"),
        ("watch remove 99999", "There is no watch 99999."),
        ("watch remove one", "is not a whole number"),
    ],
)
def test_a_watch_that_cannot_be_is_refused(board: SlackBoard, line: str, words: str) -> None:
    board.admin("watch add CHURN", channel="C2")
    assert words in board.admin(line, channel="C2")
    assert board.count("watches") == 1


def test_a_moved_home_shows_new_cards_there_and_leaves_the_old_ones(board: SlackBoard) -> None:
    board.lab("task new Ship it")
    board.settle()
    assert "#random is its home now" in board.admin("channel use CHURN", channel="C2")
    board.lab("task new Another")
    assert (shown(board, "C1"), shown(board, "C2")) == (["CHURN-1"], ["CHURN-2"])
    board.lab("task start CHURN-1")
    assert shown(board, "C2") == ["CHURN-1", "CHURN-2"]
    assert board.channel("C1").roots[0].edits == 0


def test_a_home_that_is_watched_too_shows_each_task_once(board: SlackBoard) -> None:
    board.admin("watch add CHURN", channel="C2")
    board.admin("channel use CHURN", channel="C2")
    make_all(board)
    assert shown(board, "C2") == list(TASKS)


def test_what_is_moved_or_watched_is_in_the_audit_log(board: SlackBoard) -> None:
    board.admin("watch add CHURN kind:data", channel="C2")
    board.admin("channel use CHURN", channel="C2")
    board.admin(f"watch remove {first_watch(board)}")
    assert board.audit()[-3:] == [
        "shows CHURN kind:data in #random",
        "made #random the home of CHURN",
        "no longer shows CHURN kind:data in #random",
    ]


def test_in_a_channel_without_its_own_project_the_only_one_is_meant(board: SlackBoard) -> None:
    assert "There are several projects here." in board.lab("task new Which", channel="C2")
    board.admin("channel use OPS", channel="C2", by=ANA)
    assert "OPS-1" in board.lab("task new This one", channel="C2")
