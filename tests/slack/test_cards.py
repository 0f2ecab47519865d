"""A task's card in its channel, and the thread below it."""

import pytest

from tests.fakes.slack.alive import elements_alive, markup_alive
from tests.slack.harness import BEN, SlackBoard, connected

pytestmark = pytest.mark.both_ways

TITLE = "Try focal loss on tail classes"


def test_a_task_appears_as_one_card_that_is_edited_in_place(churn: SlackBoard) -> None:
    churn.lab(f"task new {TITLE} kind:data owner:@ben")
    assert churn.transcript().splitlines() == [
        f"labkeeper: CHURN-1 {TITLE}",
        "  todo · data (production) · priority next · owner ben",
        "  [Details] [Start]",
    ]
    churn.lab("task start CHURN-1")
    churn.settle()
    churn.lab("task block CHURN-1 labels are late cause:data")
    assert churn.transcript().splitlines() == [
        f"labkeeper (edited): ▲ CHURN-1 {TITLE}",
        "  blocked · doing · data (production) · priority next · owner ben",
        "  Blocked: labels are late (data)",
        "  [Details] [Ask for review] [Done]",
        "    labkeeper: ana moved it from todo to doing",
        "    labkeeper: ana blocked it by data: labels are late",
    ]
    assert len(churn.channel().timeline) == 1


def test_every_task_has_its_own_card(churn: SlackBoard) -> None:
    for title in ("one", "two", "three"):
        churn.lab(f"task new {title}")
    churn.settle()
    churn.lab("task start CHURN-2")
    churn.settle()
    heads = [churn.channel().text(root).splitlines()[0] for root in churn.channel().roots]
    assert heads == ["CHURN-1 one", "CHURN-2 two", "CHURN-3 three"]
    assert [root.edits for root in churn.channel().roots] == [0, 1, 0]


def test_a_burst_is_one_line_with_a_count(churn: SlackBoard) -> None:
    churn.lab(f"task new {TITLE}")
    churn.settle()
    for number in range(12):
        churn.lab(f"task note CHURN-1 seed {number}")
    churn.settle()
    (root,) = churn.channel().roots
    assert churn.channel().texts[1:] == [
        "\n".join(["12 changes", *(f"• ana noted: seed {number}" for number in range(5)), "• and 7 more"])
    ]
    assert root.edits == 1


def test_what_happened_before_the_card_stands_is_told_below_it(churn: SlackBoard) -> None:
    churn.lab(f"task new {TITLE}")
    churn.lab("task note CHURN-1 lr 3e-4 diverges")
    churn.settle()
    assert churn.channel().texts[1:] == ["ana noted:\nlr 3e-4 diverges"]


def test_the_card_shows_the_state_at_the_moment_it_is_sent(churn: SlackBoard) -> None:
    churn.lab(f"task new {TITLE}")
    churn.lab("task start CHURN-1")
    churn.lab("task set CHURN-1 title:Try focal loss points:3")
    churn.settle()
    assert churn.channel().texts[0].splitlines() == [
        "CHURN-1 Try focal loss",
        "doing · feature (production) · priority next · 3 points · no owner",
    ]
    assert [call.method for call in churn.slack.calls("chat.update")] == []


def test_whoever_acts_is_named_and_nobody_is_mentioned(churn: SlackBoard) -> None:
    churn.lab(f"task new {TITLE} owner:@ben")
    for line in ("start CHURN-1", "note CHURN-1 for <@U2> @ben <!channel>", "set CHURN-1 owner:@ana", "done CHURN-1"):
        churn.lab(f"task {line}")
        churn.settle()
    messages = churn.channel().messages
    assert len(messages) == 5
    for message in messages:
        assert elements_alive(message, "user", "broadcast", "channel", "usergroup") == []
        assert markup_alive(message) == []


def test_what_the_buttons_offer_follows_the_state(churn: SlackBoard) -> None:
    def offered() -> str:
        return churn.transcript().splitlines()[2].strip()

    churn.lab("task new Ship it kind:deploy")
    assert offered() == "[Details] [Start]"
    churn.press(churn.channel().roots[0], "Start")
    assert offered() == "[Details] [Ask for review] [Done]"
    churn.press(churn.channel().roots[0], "Ask for review")
    assert offered() == "[Details] [Done]"
    churn.press(churn.channel().roots[0], "Done")
    assert offered() == "[Details]"
    assert churn.channel().texts[0].startswith("✓ CHURN-1")


def test_research_is_never_offered_to_be_done(churn: SlackBoard) -> None:
    churn.lab(f"task new {TITLE} kind:investigate box:10d")
    for line in ("start", "review"):
        churn.lab(f"task {line} CHURN-1")
        assert "[Done]" not in churn.transcript()


def test_nothing_is_said_when_nothing_changed(churn: SlackBoard) -> None:
    churn.lab(f"task new {TITLE} points:3")
    churn.settle()
    before = len(churn.slack.calls())
    for line in ("set CHURN-1 points:3", "list", "show CHURN-1", "start CHURN-9", "move CHURN-1 nowhere"):
        churn.lab(f"task {line}")
    churn.settle()
    assert len(churn.slack.calls()) == before


def test_a_card_follows_the_command_by_itself_and_at_once(churn: SlackBoard) -> None:
    with churn.at_work():
        churn.lab(f"task new {TITLE}")
        churn.slack.wait_until(lambda: churn.channel().roots, timeout=0.9)
        churn.lab("task start CHURN-1")
        churn.slack.wait_until(lambda: churn.channel().roots[0].edits, timeout=0.9)


def test_commands_are_shown_with_the_word_they_have_here(sqlite_board: SlackBoard) -> None:
    with connected(sqlite_board.slack, sqlite_board.database_url, labkeeper_command="board") as board:
        board.lab("project new CHURN", command="/board-admin")
        answer = board.lab("task new Ship it", command="/board")
        assert answer.splitlines()[-1] == "Next: /board task start CHURN-1"
        refused = board.lab("project new OPS", by=BEN, command="/board-admin")
        assert refused.splitlines()[-1] == "/board-admin member admin @ben"


def test_a_task_of_a_project_without_a_home_is_shown_nowhere(board: SlackBoard) -> None:
    board.lab("me")
    board.make_project("CHURN", channel=None)
    assert "CHURN-1" in board.lab(f"task new {TITLE}")
    board.lab("task start CHURN-1")
    board.settle()
    assert board.posts() == []
    assert board.count("events WHERE NOT is_fanned_out") == 0
