"""Home: what somebody has to do, with buttons, and never an older state over a newer."""

import pytest

from bot.cards.home import home_sections
from bot.platforms.slack.home import BLOCKS, render_home
from core.home import view_home
from tests.fakes.slack.faults import hanging, refusal
from tests.fakes.slack.open_views import Home
from tests.slack.harness import ANA, BEN, GUS, TEAM, SlackBoard, slack_board


@pytest.fixture
def board(churn: SlackBoard) -> SlackBoard:
    for title in ("Try focal loss", "Fresh click labels", "Serve churn v2"):
        churn.lab(f"task new {title} owner:me")
    return churn


def opened(board: SlackBoard, by: str = ANA) -> Home:
    assert [answer.status for answer in board.person(by).opens_home()] == [200]
    board.wait_for_answers()
    return board.person(by).home


def edits(board: SlackBoard, by: str = ANA) -> int:
    """How often it was published."""
    return len([call for call in board.slack.calls("views.publish") if call.arguments.get("user_id") == by])


@pytest.mark.both_ways
def test_somebodys_open_tasks_have_the_buttons_that_a_card_has(board: SlackBoard) -> None:
    board.lab("task start CHURN-1")
    assert opened(board).text.splitlines() == [
        "Your open tasks",
        "CHURN-1 Try focal loss",
        "doing · feature (production) · priority next · owner ana",
        "[Details] [Ask for review] [Done]",
        "CHURN-2 Fresh click labels",
        "todo · feature (production) · priority next · owner ana",
        "[Details] [Start]",
        "CHURN-3 Serve churn v2",
        "todo · feature (production) · priority next · owner ana",
        "[Details] [Start]",
    ]


def test_what_is_blocked_says_by_what_and_since_when(board: SlackBoard) -> None:
    board.lab("task block CHURN-2 labels are late cause:data")
    lines = opened(board).text.splitlines()
    blocked = lines[lines.index("Blocked") :]
    assert blocked[1] == "▲ CHURN-2 Fresh click labels"
    assert blocked[2].startswith("• blocked (data) since ")
    assert blocked[2].endswith(": labels are late")
    assert "CHURN-2 Fresh click labels" not in lines[: lines.index("Blocked")]


def test_others_tasks_that_wait_for_mine_are_shown(board: SlackBoard) -> None:
    board.lab("task new Report churn owner:me", by=BEN)
    board.lab("task after CHURN-4 CHURN-1")
    board.lab("task after CHURN-3 CHURN-1")
    lines = opened(board).text.splitlines()
    waiting = lines[lines.index("Waiting for you") :]
    assert waiting[1] == "▲ CHURN-4 Report churn"
    assert waiting[2].startswith("waits for your CHURN-1 since ")
    assert waiting[2].endswith(" · owner ben")
    assert "CHURN-3 Serve churn v2" not in "\n".join(waiting)


def test_a_lead_sees_what_others_want_reviewed(board: SlackBoard) -> None:
    board.lab("me", by=BEN)
    board.lab("task review CHURN-1")
    assert "To be reviewed in your projects" not in opened(board, BEN).text
    board.admin("project lead CHURN @ben")
    assert "To be reviewed in your projects\nCHURN-1 Try focal loss\nreview" in opened(board, BEN).text
    assert "To be reviewed" not in opened(board, ANA).text


@pytest.mark.both_ways
def test_a_press_in_home_is_answered_in_a_modal_and_home_shows_what_came_of_it(board: SlackBoard) -> None:
    home = opened(board)
    assert home.press("Start", value="CHURN-1").status == 200
    board.wait_for_answers()
    assert "CHURN-1 Try focal loss\nStarted." in board.person().form.text
    assert "CHURN-1 Try focal loss\ndoing" in board.person().home.text
    assert str(board.task().state) == "doing"
    assert board.person().sees("C1")[5:] == []


def test_details_of_a_task_in_home_are_a_modal(board: SlackBoard) -> None:
    board.lab("task note CHURN-1 lr 3e-4 diverges")
    opened(board).press("Details", value="CHURN-1")
    board.wait_for_answers()
    assert "lr 3e-4 diverges" in board.person().form.text


def test_where_no_modal_opens_the_answer_comes_as_a_direct_message(board: SlackBoard) -> None:
    home = opened(board)
    board.slack.fault("views.open", refusal("expired_trigger_id"))
    home.press("Start", value="CHURN-1")
    board.wait_for_answers()
    assert "Started." in board.slack.direct(ANA).texts[0]


@pytest.mark.both_ways
def test_a_press_that_arrives_twice_counts_once(board: SlackBoard) -> None:
    request = opened(board).press("Start", value="CHURN-1").request
    assert board.receiver.send(request).status == 200
    assert board.audit().count("moved it from todo to doing") == 1


def test_a_button_of_an_old_home_is_answered_and_home_is_made_new(board: SlackBoard) -> None:
    home = opened(board)
    board.lab("task start CHURN-1")
    home.press("Start", value="CHURN-1", is_stale=True)
    board.wait_for_answers()
    assert "CHURN-1 is doing already" in board.person().form.text
    assert "CHURN-1 Try focal loss\ndoing" in board.person().home.text


def test_an_older_state_does_not_take_the_place_of_a_newer(board: SlackBoard) -> None:
    """Somebody looked, and before their Home was published, another process published a newer one."""
    old = opened(board).record
    board.lab("task start CHURN-1")
    opened(board)
    newer = board.person().home.record
    board.run(board.connection.home.show(TEAM, ANA, old.hash))
    conflicts = [call for call in board.slack.calls("views.publish") if call.error == "hash_conflict"]
    assert len(conflicts) == 1
    assert board.person().home.record.edits > newer.edits
    assert "CHURN-1 Try focal loss\ndoing" in board.person().home.text


def test_what_changed_while_a_first_home_was_published_is_shown(board: SlackBoard) -> None:
    board.slack.fault("views.publish", hanging(60))
    board.person().opens_home()
    board.slack.wait_until(lambda: board.slack.hanging_calls() == 1)
    board.lab("task start CHURN-1")
    board.slack.release_hanging()
    board.wait_for_answers()
    assert edits(board) == 2
    assert "CHURN-1 Try focal loss\ndoing" in board.person().home.text


def test_a_workspace_without_a_project_is_told_what_to_do_first(board_without_team: SlackBoard) -> None:
    text = opened(board_without_team, BEN).text
    assert "• There, an administrator of this workspace: /lab-admin project new CHURN name:Churn model" in text
    assert (board_without_team.count("teams"), board_without_team.count("members")) == (0, 0)


@pytest.fixture
def board_without_team(database_url: str):
    with slack_board(database_url) as board:
        yield board


def test_a_guest_gets_a_plain_page_without_anything_of_the_board(board: SlackBoard) -> None:
    text = opened(board, GUS).text
    assert "Guests cannot use Labkeeper." in text
    assert "CHURN" not in text
    assert board.count("members") == 1


def test_a_member_without_tasks_is_told_where_they_are(board: SlackBoard) -> None:
    assert "Nothing is on your list." in opened(board, BEN).text
    assert board.count("members") == 1


def test_the_tab_of_messages_is_not_home(board: SlackBoard) -> None:
    board.person().opens_home("messages")
    opened(board)
    assert edits(board) == 1


def test_a_long_list_is_cut_with_a_count_and_slack_takes_it(sqlite_churn: SlackBoard) -> None:
    for number in range(30):
        sqlite_churn.lab(f"task new Number {number} {'x' * 150} owner:me")
    text = opened(sqlite_churn).text
    assert "and 12 more: /lab task list owner:me" in text
    assert text.count("[Details]") == 18


def test_the_fullest_home_has_room(sqlite_churn: SlackBoard) -> None:
    for number in range(20):
        sqlite_churn.lab(f"task new Mine {number} owner:me")
        if number < 10:
            sqlite_churn.lab(f"task new Blocked {number} owner:me")
            sqlite_churn.lab(f"task block CHURN-{number * 3 + 2} labels are late")
            sqlite_churn.lab(f"task new Theirs {number} owner:@ben")
            sqlite_churn.lab(f"task after CHURN-{number * 3 + 3} CHURN-1")
            sqlite_churn.lab(f"task review CHURN-{number * 3 + 3}")
    sqlite_churn.admin("project lead CHURN @ana")
    view = sqlite_churn.read(lambda work: view_home(work, member_id=1))
    drawn = render_home(home_sections(view), root="lab")["blocks"]
    assert len(drawn) <= BLOCKS
    titles = [block["text"]["text"] for block in drawn if block["type"] == "header"]
    assert titles == ["Your open tasks", "Blocked", "Waiting for you", "To be reviewed in your projects"]
    assert "To be reviewed in your projects" in opened(sqlite_churn).text
