"""What was posted and the figures, as pages of the board."""

from collections.abc import Iterator

import pytest

from bot.digest_writer import BoardDigests
from core.digest_asking import asked_by_person
from core.digest_posting import correct_digest, post_now
from core.digest_runs import DigestKind
from core.ids import ChannelRef
from core.tasks import State
from core.watches import choose_home
from storage.database import open_database
from tests.conftest import NOW
from tests.drivers import BoardDriver
from tests.web.board_browser import Browser, read_page

HOME = ChannelRef("chat", "T1", "C1")
TITLE = "Does <b>focal</b> loss help? {{ 7*7 }} [x](https://x.example)"
WRITER = BoardDigests()


def draft(board: BoardDriver, kind: DigestKind):
    def write(work):
        asked = asked_by_person(work, kind=kind, channel=HOME, name="ml", project=None, day=None, now=board.now)
        return WRITER.write(asked, WRITER.read(work, asked))

    return board.read(write)


def post(board: BoardDriver, kind: DigestKind):
    return board.do(
        post_now, kind=kind, channel=HOME, channel_name="ml", as_of=NOW, zone="UTC", shows_all=False,
        draft=draft(board, kind),
    )  # fmt: skip


@pytest.fixture
def board(sqlite_url: str) -> Iterator[BoardDriver]:
    database = open_database(sqlite_url, is_server=True)
    driver = BoardDriver.open(database, now=NOW)
    driver.do(choose_home, project="CHURN", channel=HOME, name="ml")
    driver.move(driver.new(TITLE, box="10d"), State.DOING)
    yield driver
    database.close()


def test_a_report_is_a_page_that_says_what_was_posted(board: BoardDriver) -> None:
    browser = Browser.of(board)
    assert "Nothing was posted yet" in browser.see("/board/reports")
    run = post(board, DigestKind.WEEKLY)
    assert f"/board/reports/{run.id}" in browser.get("/board/reports").text
    answer = browser.get(f"/board/reports/{run.id}")
    assert TITLE in read_page(answer.text).words
    assert "<b>focal" not in answer.text
    assert browser.get("/board/reports/99").status_code == 404


def test_a_corrected_report_shows_what_it_said_before(board: BoardDriver) -> None:
    browser, run = Browser.of(board), post(board, DigestKind.WEEKLY)
    board.do(correct_digest, number=run.id, why="a name was wrong", draft=draft(board, DigestKind.WEEKLY))
    assert "a name was wrong" in browser.see(f"/board/reports/{run.id}")
    before = browser.see(f"/board/reports/{run.id}?revision=1")
    assert "a name was wrong" not in before
    assert "This was corrected since." in before
    assert browser.get(f"/board/reports/{run.id}?revision=9").status_code == 404


def test_the_figures_are_a_page_with_charts_and_definitions(board: BoardDriver) -> None:
    browser = Browser.of(board)
    page = browser.get("/board/metrics")
    assert "Production deployments" in read_page(page.text).words
    assert "never from timesheets" in read_page(page.text).words
    chart = browser.get("/board/metrics/decisions.png?project=CHURN")
    assert (chart.status_code, chart.headers["content-type"]) == (200, "image/png")
    assert chart.content.startswith(b"\x89PNG")
    assert browser.get("/board/metrics/nothing.png").status_code == 404


def test_a_picture_is_there_for_whoever_knows_its_name(board: BoardDriver) -> None:
    browser, name = Browser.of(board), "a" * 64

    def keep(work):
        work.images.keep(name, b"\x89PNG", channel_id=work.channels.ensure(HOME, "ml", NOW).id, now=NOW)

    board.write(keep)
    found = browser.get(f"/pictures/{name}")
    assert (found.status_code, found.content) == (200, b"\x89PNG")
    assert "immutable" in found.headers["cache-control"]
    assert browser.get(f"/pictures/{'b' * 64}").status_code == 404
    assert browser.get("/pictures/x").status_code == 404


@pytest.mark.parametrize(
    "path", ["/board/reports", "/board/reports/1", "/board/metrics", "/board/metrics/decisions.png"]
)
def test_nothing_is_shown_to_whoever_has_no_visit(board: BoardDriver, path: str) -> None:
    assert Browser(board.store, board.team, 1).get(path).status_code == 403
