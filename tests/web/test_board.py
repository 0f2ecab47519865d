"""The board in a browser: who comes in, what the pages show, and what their addresses mean."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from bot.board_access import LINK_VALID, VISIT
from core.board_pages import COLUMN, PAGE
from core.deciding import DEFAULT_POLICY
from core.decisions import Verdict, decide
from core.durations import Box
from core.events import Cause
from core.extensions import extend_timebox
from core.findings import revise_finding, write_finding
from core.links import link_task
from core.metrics import Direction, Measurement, define_metric
from core.notes import add_note
from core.projects import create_project
from core.tasks import Kind, Priority, Role, State, Track
from core.timebox_records import Call
from core.timeboxes import expire_due_timeboxes
from tests.conftest import NOW
from tests.drivers import BoardDriver
from tests.hostile import HOSTILE
from tests.web.board_browser import ORIGIN, Browser, access, read_page


@pytest.fixture
def browser(board: BoardDriver) -> Browser:
    return Browser.of(board)


def test_a_link_begins_a_visit_and_leaves_no_trace_in_the_address(board: BoardDriver) -> None:
    task = board.new("Try focal loss", box="10d")
    browser = Browser(board.store, board.team, board.ana.member_id or 0)
    assert browser.get(f"/board/tasks/{task.key}").status_code == 403
    link = access().link(browser.visitor, path=f"/board/tasks/{task.key}").removeprefix(ORIGIN)
    answer = browser.get(link, follow=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/board/tasks/{task.key}")
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    cookie = answer.headers["set-cookie"].lower()
    for word in ("httponly", "samesite=lax", "secure", "path=/board", "max-age=604800"):
        assert word in cookie
    assert "Try focal loss" in browser.see(f"/board/tasks/{task.key}")


@pytest.mark.parametrize("change", [lambda link: link[:-3] + "AAA", lambda link: link[:40], lambda _: "/board/open/x"])
def test_an_altered_link_is_refused_with_the_way_to_a_new_one(board: BoardDriver, change) -> None:
    browser = Browser(board.store, board.team, 1)
    answer = browser.get(change(access().link(browser.visitor).removeprefix(ORIGIN)))
    assert answer.status_code == 403
    assert "/lab board" in read_page(answer.text).words
    assert not browser.cookies


def test_a_link_and_a_visit_are_over_in_time(board: BoardDriver) -> None:
    browser = Browser(board.store, board.team, 1)
    late = browser.open_link(later=LINK_VALID + timedelta(seconds=5))
    assert (late.status_code, "/lab board" in late.text, "This link is over" in late.text) == (403, True, True)
    assert browser.open_link().status_code == 200
    assert browser.get("/board", later=VISIT - timedelta(minutes=1)).status_code == 200
    browser.cookies = httpx.Cookies(list(browser.cookies.items()))
    over = browser.get("/board", later=VISIT + timedelta(minutes=1))
    assert (over.status_code, "/lab board" in over.text) == (403, True)


@pytest.mark.parametrize("path", ["/board", "/board/list", "/board/blocked", "/board/timeboxes", "/board/findings",
                                  "/board/findings/1", "/board/tasks/CHURN-1"])  # fmt: skip
def test_nothing_is_shown_to_whoever_has_no_visit(board: BoardDriver, path: str) -> None:
    board.new("Secret plan")
    answer = Browser(board.store, board.team, 1).get(path)
    assert answer.status_code == 403
    assert "Secret" not in answer.text
    assert answer.headers["x-frame-options"] == "DENY"


def test_another_teams_keys_are_not_there(board: BoardDriver, database) -> None:
    other = BoardDriver.open(database, now=NOW, project="RANK")
    hidden = other.new("Secret plan")
    other.do(write_finding, task=hidden.key, text="Secret learning", title="Secret")
    browser = Browser.of(board)
    for path in (f"/board/tasks/{hidden.key}", "/board?project=RANK", "/board/findings/1", "/board/list?project=RANK",
                 "/board/blocked?project=RANK", "/board/timeboxes?project=RANK", "/board/tasks/CHURN-1",
                 "/board/tasks/nonsense", "/board?owner=nobody"):  # fmt: skip
        answer = browser.get(path)
        assert answer.status_code == 404, path
        assert "Secret" not in answer.text
    assert "Secret" not in browser.see("/board")
    assert "Secret" not in browser.see("/board/findings?q=secret")


@pytest.mark.parametrize("path", [
    "/board?track=x", "/board?kind=x", "/board?role=x", "/board?blocked=perhaps", "/board/list?after=x",
    "/board/list?after=now.x.-1", "/board/list?state=done&after=2026-01-01_5", "/board/timeboxes?after=1_1",
    "/board/blocked?cause=x", "/board/blocked?cause=data&after=x", "/board/findings?before=x", "/board/list?state=x",
    "/board/list?after=now.x.99999999999999999999",
])  # fmt: skip
def test_an_address_that_means_nothing_is_refused_in_words(browser: Browser, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == 400
    assert read_page(answer.text).address("To the board") == "/board"


def test_the_board_is_in_columns_by_track_and_state_in_the_teams_order(board: BoardDriver, browser: Browser) -> None:
    later = board.new("Later one", priority=Priority.LATER)
    now = board.new("Now one", priority=Priority.NOW, points=3)
    research = board.new("Is it noise?", box="10d", version="churn@v2.0")
    board.move(research, State.DOING)
    words = browser.see("/board")
    assert words.index("Research timeboxed") < words.index("Is it noise?") < words.index("Production ends in a")
    assert words.index("Now one") < words.index("Later one")
    for said in ("3 points", "churn@v2.0", "no owner", str(now.key), str(later.key)):
        assert said in words
    assert "ends 2 Dec 2026" in words


def test_blocked_work_says_why_on_the_board_and_has_its_page(board: BoardDriver, browser: Browser) -> None:
    labels = board.new("Fresh click labels", kind=Kind.DATA)
    train = board.new("Train on clicks")
    board.wait(train, labels)
    serve = board.new("Serve it")
    board.block(serve, "no quota", Cause.INFRA)
    browser.now = timedelta(days=3)
    words = browser.see("/board")
    assert f"Blocked data waits for {labels.key}" in words
    assert "Blocked infra no quota" in words
    words = browser.see("/board/blocked")
    assert words.index("Data work under way") < words.index("Waits for data") < words.index("Waits for infrastructure")
    assert f"1 waits for it: {train.key}" in words
    assert "blocked for 3 days" in words
    assert "no quota" not in browser.see("/board/blocked?cause=data")
    assert "Nothing waits." in browser.see("/board/blocked?cause=people")


def test_filters_are_links_to_share(board: BoardDriver, browser: Browser) -> None:
    board.new("Fast serving", owner=None, role=Role.ML, version="churn@v2.0")
    board.new("Data", kind=Kind.DATA, role=Role.DATA)
    board.block(board.new("Stuck"), "no quota", Cause.INFRA)
    page = read_page(browser.get("/board?role=ml").text)
    assert "Fast serving" in page.words
    assert "Stuck" not in page.words
    assert page.address("Take away the filter role: ml ×") == "/board"
    assert page.address("Only blocked") == "/board?role=ml&blocked=yes"
    # What a form sends for fields that were left alone is no part of an address.
    answer = browser.get("/board?role=ml&kind=&owner=&version=churn%40v2.0&blocked=", follow=False)
    assert answer.headers["location"] == "/board?role=ml&version=churn%40v2.0"
    for path, shown, hidden in (
        ("/board?kind=data", "Data", "Stuck"), ("/board?blocked=yes", "no quota", "Fast serving"),
        ("/board?blocked=no", "Fast serving", "no quota"),
        ("/board?version=churn%40v2.0", "Fast serving", "no quota"),
        ("/board?project=CHURN&role=data", "kind data", "no quota"),
        ("/board/list?role=ml", "Fast serving", "no quota"),
    ):  # fmt: skip
        words = browser.see(path).replace("CHURN-2 data Data", "kind data")
        assert shown in words, path
        assert hidden not in words, path


def test_me_is_whoever_looks(board: BoardDriver, browser: Browser) -> None:
    from core.members import MemberRef

    board.new("Of Ana", owner=MemberRef.parse("ana"))
    board.new("Of nobody")
    assert "Of Ana" in browser.see("/board?owner=me")
    assert "Of nobody" not in browser.see("/board?owner=me")
    assert "Of Ana" in browser.see("/board/list?owner=ana")


def walk(browser: Browser, path: str, pick) -> list[list[str]]:
    """What `pick` finds on each page, from the first to the last."""
    pages = []
    while path:
        page = read_page(browser.get(path).text)
        assert page.wrong == []
        pages.append(pick(page))
        path = next((address for address, words in page.links if words.strip() == "Next page"), "")
    return pages


def test_a_long_column_is_cut_and_goes_on_page_by_page(board: BoardDriver, browser: Browser) -> None:
    count = PAGE + 7
    tasks = [board.new(f"Task number {n}", priority=list(Priority)[n % 3]) for n in range(count)]
    page = read_page(browser.get("/board").text)
    assert f"Todo {count} tasks" in page.words
    assert sum("Task number" in words for _, words in page.links) == COLUMN
    all_of_it = page.address("All in todo on production")
    assert parse_qs(urlsplit(all_of_it).query) == {"track": ["production"], "state": ["todo"]}

    def keys(page) -> list[str]:
        return [words for address, words in page.links if words.startswith("CHURN-")]

    pages = walk(browser, all_of_it, keys)
    assert [len(found) for found in pages] == [PAGE, 7]
    assert [key for found in pages for key in found] == [str(key) for key in board.order()]
    for task in tasks:
        board.move(task, State.DONE)
        board.later(minutes=1)
    pages = walk(browser, "/board/list?state=done", keys)
    assert [key for found in pages for key in found] == [str(task.key) for task in reversed(tasks)]


def test_what_joins_while_somebody_pages_hides_nothing(board: BoardDriver, browser: Browser) -> None:
    for n in range(PAGE + 3):
        board.new(f"Task number {n}")
    first = read_page(browser.get("/board/list").text)
    board.new("Urgent", priority=Priority.NOW)
    second = read_page(browser.get(first.address("Next page")).text)
    assert f"Task number {PAGE}" in second.words
    assert f"Task number {PAGE - 1} " not in second.words


def test_a_task_is_told_whole(board: BoardDriver, browser: Browser) -> None:
    board.do(
        define_metric, project="CHURN", channel=None, name="val_auc", direction=Direction.UP, baseline=0.88,
        target=0.90, meaning="How well it ranks those who leave",
    )  # fmt: skip
    labels = board.new("Fresh labels", kind=Kind.DATA)
    task = board.new("Try focal loss", box="10d", description="On the tail classes.\nTwo weeks of data.")
    board.wait(task, labels)
    board.move(labels, State.DONE)
    board.move(task, State.DOING)
    board.later(days=2)
    board.do(add_note, task=task.key, text="lr 3e-4 diverges")
    board.do(link_task, task=task.key, url="https://mlflow.example.com/runs/1", title="run 1")
    from core.board import TaskChanges, change_task

    board.do(
        change_task, key=task.key, changes=TaskChanges(), measurement=Measurement("val_auc", 0.91), revision=None,
        today=board.today,
    )  # fmt: skip
    board.do(extend_timebox, task=task.key, by=Box.parse("3d"), why="The last runs still improve")
    browser.now = timedelta(days=2)
    words = browser.see(f"/board/tasks/{task.key}")
    for said in (
        "On the tail classes. Two weeks of data.", "Begins after", str(labels.key), "lr 3e-4 diverges", "run 1",
        "0.91, above the target of 0.9", "How well it ranks those who leave", "promised 3d",
        "Extended by 3d The last runs still improve", "used 2 days", "moved it from todo to doing", "phase explore",
    ):  # fmt: skip
        assert said in words, said
    verdict = Verdict(call=Call.DROP, learned="The tails are label noise", why="No gain", best_run="run 1")
    board.do(decide, task=task.key, verdict=verdict, today=board.today)
    page = read_page(browser.get(f"/board/tasks/{task.key}").text)
    for said in ("Learned: The tails are label noise", "Why: No gain", "Best run: run 1"):
        assert said in page.words
    assert page.address("1: Try focal loss") == "/board/findings/1"


def test_history_goes_on_page_by_page(board: BoardDriver, browser: Browser) -> None:
    task = board.new("Much happens")
    for n in range(70):
        board.do(add_note, task=task.key, text=f"note number {n}.")
    pages = walk(browser, f"/board/tasks/{task.key}", lambda page: page.words.partition("History")[2])
    said = " ".join(pages)
    assert [said.count(f"noted: note number {n}.") for n in range(70)] == [1] * 70
    assert "created it" in pages[-1]


def test_timeboxes_stand_by_their_end_debt_before_all(board: BoardDriver, browser: Browser) -> None:
    for title, box in (("Long question", "10d"), ("Short question", "1d"), ("Middle question", "3d")):
        board.move(board.new(title, box=box), State.DOING)
    board.later(days=1)
    for _ in range(6):
        board.later(days=1)
        board.write(lambda work: expire_due_timeboxes(work, now=board.now))
    board.move(board.new("Just over", box="3h"), State.DOING)
    board.later(hours=4)
    board.write(lambda work: expire_due_timeboxes(work, now=board.now))
    browser.now = board.now - NOW
    words = browser.see("/board/timeboxes")
    places = [words.index(title) for title in ("Short question", "Middle question", "Just over", "Long question")]
    assert places == sorted(places)
    headings = [words.index(heading) for heading in ("Decision debt", "To be decided", "Running")]
    assert headings[0] < places[0] < places[1] < headings[1] < places[2] < headings[2] < places[3]


def test_many_timeboxes_come_page_by_page(board: BoardDriver, browser: Browser) -> None:
    for n in range(PAGE + 4):
        board.move(board.new(f"Question {n}?", box="3d"), State.DOING)
    pages = walk(browser, "/board/timeboxes", lambda page: [words for _, words in page.links if "Question" in words])
    assert [len(found) for found in pages] == [PAGE, 4]
    assert len({title for found in pages for title in found}) == PAGE + 4


def test_findings_are_read_searched_and_kept_in_revisions(board: BoardDriver, browser: Browser) -> None:
    task = board.new("Try focal loss", box="10d")
    text = "# Tails are noise\n\n**Half** of them.\n\n- one\n- two\n\n| a | b |\n|:--|--:|\n| 1 | 2 |\n\n`x < y`"
    board.do(write_finding, task=task.key, text=text, title=None)
    board.do(write_finding, task=task.key, text="Nothing to see", title="Another page")
    board.do(revise_finding, number=1, text="Two thirds of them.", title=None)
    page = read_page(browser.get("/board/findings").text)
    assert page.words.index("Another page") < page.words.index("Tails are noise")
    assert page.address("Tails are noise") == "/board/findings/1"
    assert "Two thirds of them." in browser.see("/board/findings/1")
    first = browser.get("/board/findings/1?revision=1").text
    assert "<strong>Half</strong>" in first
    assert "<code>x &lt; y</code>" in first
    assert "<td>2</td>" in first
    assert read_page(first).address("Read the newest, 2") == "/board/findings/1"
    assert "Another page" not in browser.see("/board/findings?q=tail")
    assert "Tails are noise" in browser.see("/board/findings?q=TAIL+noise")
    assert "No finding has all of “zebra”" in browser.see("/board/findings?q=zebra")
    for path in ("/board/findings/3", "/board/findings/1?revision=9", "/board/findings/1?revision=x"):
        assert browser.get(path).status_code == 404


def test_many_findings_come_page_by_page(board: BoardDriver, browser: Browser) -> None:
    task = board.new("Try focal loss", box="10d")
    for n in range(PAGE + 5):
        board.do(write_finding, task=task.key, text="It is noise", title=f"Finding of day {n}")
    for path in ("/board/findings", "/board/findings?q=noise", "/board/findings?project=CHURN"):
        pages = walk(browser, path, lambda page: [words for _, words in page.links if "Finding of day" in words])
        assert [len(found) for found in pages] == [PAGE, 5], path
        titles = [title for found in pages for title in found]
        assert titles == [f"Finding of day {n}" for n in reversed(range(PAGE + 5))]


def check_literal(board: BoardDriver, texts: tuple[str, ...]) -> None:
    from core.errors import InvalidInput

    browser = Browser.of(board)
    kept = []
    for text in texts:
        try:
            task = board.new(f"{text[:190]} x", box="10d", description=text)
            board.do(add_note, task=task.key, text=text)
            page = f"{text}\n\n[{text[:99]}]({text[:99]})"
            board.do(write_finding, task=task.key, text=page, title=f"{text[:190]} y")
        except InvalidInput:
            continue
        kept.append(task)
        browser.see(f"/board/tasks/{task.key}")
        browser.see(f"/board/findings/{len(kept)}")
    assert len(kept) > len(texts) / 2
    for path in ("/board", "/board/list", "/board/findings"):
        browser.see(path)


def test_whatever_was_written_is_words(board: BoardDriver) -> None:
    check_literal(board, HOSTILE[::9])


@pytest.mark.soak
def test_every_hostile_text_is_words(board: BoardDriver) -> None:
    check_literal(board, HOSTILE)


def test_a_project_is_chosen_by_its_tab(board: BoardDriver, browser: Browser) -> None:
    board.do(create_project, key="RANK", name="Search ranking", zone="UTC", channel=None, channel_name="")
    board.new("Churn task", project="CHURN")
    board.new("Rank task", project="RANK", track=Track.PRODUCTION)
    page = read_page(browser.get("/board").text)
    assert page.address("RANK") == "/board?project=RANK"
    words = browser.see("/board?project=RANK")
    assert "Rank task" in words
    assert "Churn task" not in words
    assert len(DEFAULT_POLICY) == 3
