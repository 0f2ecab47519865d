"""`labkeeper demo` as somebody tries it: one start, then the browser, and `labkeeper simulate` in a second shell."""

import re
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.terminal.shell import Done, LoadedCommand, Running, Shell
from tests.web.board_browser import read_page

DONE, REFUSED = 0, 1
Opens = Callable[..., Page]


@dataclass(frozen=True)
class Demo:
    """One that runs; `folder` is where it keeps what it throws away."""

    shell: Shell
    running: Running
    address: str
    folder: Path

    @property
    def ending(self) -> str:
        """The task whose timebox ends while one watches."""
        found = re.search(r"/board/tasks/(RANK-\d+)", httpx.get(f"{self.address}/").text)
        assert found
        return found[1]

    def simulate(self, *words: str) -> Done:
        return self.shell.labkeeper("simulate", *words, PORT=str(urlsplit(self.address).port))


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    home = tmp_path_factory.mktemp("demo")
    folder = home / "tmp"
    folder.mkdir()
    loaded = LoadedCommand(home)
    environment = {"TMPDIR": str(folder), "SECRET_KEY": "the operator's own and of no use here"}
    shell = Shell(home, loaded, environment)
    running = shell.start("demo")
    yield Demo(shell, running, running.wait_until_ready(), folder)
    shell.close()
    loaded.close()


@pytest.fixture
def window(browser: Browser, demo: Demo) -> Iterator[Opens]:
    """Opens a window as Mira; whatever its console complains of fails the story."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def open_window(path: str = "/?as=mira&channel=ml-board", **options: object) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}} | options)  # type: ignore[arg-type]
        contexts.append(context)
        context.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.goto(f"{demo.address}{path}")
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert complaints == []


def test_the_channels_are_full_and_a_note_says_what_to_try(demo: Demo) -> None:
    assert any("thrown away" in line for line in demo.running.said)
    page = httpx.get(f"{demo.address}/")
    assert "three things to try" in page.text
    assert page.text.count('class="card ') >= 20
    releases = httpx.get(f"{demo.address}/?channel=ml-releases").text
    assert "and it failed" in releases


def test_the_board_is_opened_from_the_chat(demo: Demo, window: Opens) -> None:
    page = window()
    box = page.locator("#box")
    box.fill("/lab board")
    box.press("Enter")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Open the board").last.click()
    board = opened.value
    expect(board.get_by_role("heading", level=1, name="Board")).to_be_visible()
    # Nothing of the link is left where others could read it.
    assert urlsplit(board.url).path == "/board"
    assert board.evaluate("document.cookie") == ""
    board.get_by_role("link", name="Only blocked").click()
    expect(board.get_by_text("legal has to agree")).to_be_visible()
    shared = board.url
    board.get_by_role("link", name="Support chats in the feature store").click()
    expect(board.get_by_role("heading", level=1)).to_contain_text("Support chats in the feature store")
    board.get_by_role("link", name="Findings").click()
    board.get_by_role("searchbox").fill("calibration error")
    board.get_by_role("button", name="Search").click()
    board.get_by_role("link", name=re.compile("which calibration still holds")).click()
    expect(board.locator(".prose")).to_contain_text("Isotonic keeps the expected calibration error")
    # The same link without a visit: closed, and it says how to come in.
    stranger = httpx.get(shared)
    assert (stranger.status_code, "/lab board" in stranger.text) == (403, True)


def test_a_key_on_a_card_leads_to_its_page(demo: Demo, window: Opens) -> None:
    page = window()
    with page.context.expect_page() as opened:
        page.locator(".card .task-key", has_text=demo.ending).first.click()
    expect(opened.value.get_by_role("heading", level=1)).to_contain_text(demo.ending)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_kept_out_of_the_board(window: Opens, scheme: str) -> None:
    """No serious fault of accessibility on any of its pages; on a phone nothing is wider than the screen."""
    page = window(color_scheme=scheme, viewport={"width": 390, "height": 844})
    for path in (
        "",
        "/list",
        "/tasks/CHURN-11",
        "/blocked",
        "/timeboxes",
        "/findings",
        "/findings/1",
    ):
        page.goto(f"{page.url.partition('/?')[0].partition('/board')[0]}/board{path}")
        found = Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_reports_arrive_as_from_github_and_nothing_stays_behind(demo: Demo) -> None:
    """The last one here: it ends the demo."""
    port, task = str(urlsplit(demo.address).port), demo.ending
    with httpx.Client(base_url=demo.address) as browser:
        assert browser.get("/").status_code == 200
        said = demo.shell.installed("simulate", "push", "--task", task, "--message", "leave digits alone", PORT=port)
        assert (said.code, said.err) == (DONE, "")
        assert f"Sent push: “{task} leave digits alone” on feat/{task.lower()}" in said.out
        assert f"{demo.address}/board/tasks/{task}" in said.out
        for words, event in (
            (("ci", "--result", "failure"), "workflow_run"), (("pr", "--result", "draft"), "pull_request"),
            (("deploy", "--environment", "staging"), "deployment_status"),
        ):  # fmt: skip
            said = demo.simulate(*words, "--task", task)
            assert (said.code, said.err) == (DONE, ""), said
            assert said.out.startswith(f"Sent {event}: ")
        words = read_page(browser.get(f"/board/tasks/{task}").text).words
        for shown in (f"{task} leave digits alone", ": failure", "drafted pull request #", "deployed to staging"):
            assert shown in words, shown
    assert demo.running.end(signal.SIGTERM) == DONE
    assert list(demo.folder.glob("labkeeper-demo-*")) == []
    # The operator's own folder was not touched.
    assert not list(demo.shell.directory.glob("*.db*"))
    refused = demo.simulate("push")
    assert (refused.code, refused.out) == (REFUSED, "")
    assert f"No server answers at {demo.address}." in refused.err
