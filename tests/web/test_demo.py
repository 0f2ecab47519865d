"""`labkeeper demo` as somebody tries it: one start, then the browser, and `labkeeper simulate` in a second shell."""

import re
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.terminal.shell import Done, LoadedCommand, Running, Shell
from tests.web.accessibility import PHONE, faults
from tests.web.board_browser import read_page
from tests.web.zones import ZONES, check_moments, there

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
        page.on("dialog", lambda dialog: (complaints.append(f"a dialog: {dialog.message}"), dialog.dismiss()))
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


def test_the_team_reads_its_week_and_its_month_with_charts(window: Opens) -> None:
    page = window()
    box = page.locator("#box")
    for kind, words in (("weekly", "Plan for the week of"), ("monthly", "what was learned and what was shipped")):
        box.fill(f"/lab digest {kind}")
        box.press("Enter")
        expect(page.locator(".card", has_text=words).last).to_contain_text("Only you see this.")
    report = page.locator(".card", has_text="what was learned and what was shipped").last
    for heading in ("In production now", "How good is it?", "What is next", "What the words mean"):
        expect(report).to_contain_text(heading)
    picture = report.get_by_role("img")
    expect(picture).to_have_attribute("alt", re.compile("Working time: .* % research"))
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("it => it.naturalWidth") > 1_000


def test_a_key_on_a_card_leads_to_its_page(demo: Demo, window: Opens) -> None:
    page = window()
    with page.context.expect_page() as opened:
        page.locator(".card .task-key", has_text=demo.ending).first.click()
    expect(opened.value.get_by_role("heading", level=1)).to_contain_text(demo.ending)


PAGES = (
    "/?as=mira&channel=ml-board", "/board", "/board/list", "/board/tasks/CHURN-1", "/board/blocked",
    "/board/timeboxes", "/board/findings", "/board/findings/1", "/board/reports/1", "/board/metrics",
    "/board/open/altered",
)  # fmt: skip
MORE_PAGES = (
    *PAGES, "/?as=sam&channel=ml-releases", "/board/list?state=done", "/board/tasks/CHURN-11",
    "/board/blocked?cause=data", "/board/findings?q=zebra", "/board/reports", "/board/tasks/CHURN-999",
    "/board?track=x",
)  # fmt: skip
WIDE: dict[str, Any] = {}
# Pages, on what, and in which colours: what changes with the screen is looked at on both in the short run.
LOOKS = [
    pytest.param(PAGES, PHONE, "dark", id="phone-dark"),
    pytest.param(PAGES[1:4], WIDE, "light", id="wide-light"),
    *(
        pytest.param(MORE_PAGES, device, scheme, id=f"all-{name}-{scheme}", marks=pytest.mark.soak)
        for name, device in (("phone", PHONE), ("wide", WIDE))
        for scheme in ("light", "dark")
    ),
]


@pytest.mark.parametrize(("pages", "device", "scheme"), LOOKS)
def test_nobody_is_kept_out_of_any_page(
    browser: Browser, demo: Demo, pages: tuple[str, ...], device: dict[str, Any], scheme: str
) -> None:
    """No serious fault of accessibility; and nothing is wider than the screen."""
    context = browser.new_context(**device, color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    # Charts are pictures, which take seconds to draw.
    context.route("**/*.png", lambda route: route.abort())
    page = context.new_page()
    page.goto(f"{demo.address}{PAGES[0]}")
    for path in pages:
        page.goto(f"{demo.address}{path}")
        if path == "/board":
            page.locator("summary", has_text="Filter").click()
            form = page.locator(".more-filters form").bounding_box()
            assert form
            assert form["x"] >= 0 <= page.evaluate("document.documentElement.clientWidth") - form["x"] - form["width"]
        assert faults(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path
    context.close()


def test_moments_on_the_board_are_those_of_the_reader(window: Opens, demo: Demo) -> None:
    zone = ZONES[0]
    page = window(**there(zone))
    for path, least in (
        ("/board", 3), ("/board/tasks/CHURN-11", 10), ("/board/timeboxes", 3), ("/board/findings", 5),
        ("/board/reports/1", 1), ("/board/list?state=done", 3),
    ):  # fmt: skip
        page.goto(f"{demo.address}{path}")
        assert check_moments(page, zone) >= least, path


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)> [x](javascript:alert(1)) \u202egpj.exe 👩‍🔬 {{7*7}}"


def acting(page: Page) -> list[str]:
    """What would do something, of what people wrote; charts are ours."""
    acts = page.locator("main :is(script, img:not([src^='/pictures/']), a[href^='javascript'])")
    found: list[str] = acts.evaluate_all("all => all.map(one => one.outerHTML)")
    return found


def test_titles_and_commits_are_words_wherever_they_stand(window: Opens, demo: Demo) -> None:
    page = window()
    box = page.locator("#box")
    box.fill(f"/lab task new {HOSTILE} kind:feature")
    box.press("Enter")
    made = page.locator("#list > .message-private").last
    expect(made).to_contain_text("Created.")
    key = made.locator(".task-key").first.inner_text()
    for message in (f"{key} {HOSTILE}", f"{key} {'word ' * 10_000}"):
        assert demo.simulate("push", "--task", key, "--message", message).code == DONE
    card = page.locator("#list > .message-bot:not(.message-private)", has_text=key).first
    card.locator(".thread-link").click()
    expect(page.locator("#thread-list")).to_contain_text("word word")
    for where in ("#list", "#thread-list"):
        expect(page.locator(where)).to_contain_text("<script>alert(1)</script><img src=x onerror=alert(1)>")
    assert acting(page) == []
    assert page.locator("#thread-list > .message").last.bounding_box()["height"] < 1_000  # type: ignore[index]
    for path in (f"/board/tasks/{key}", "/board", "/board/list"):
        page.goto(f"{demo.address}{path}")
        expect(page.locator("main")).to_contain_text("<script>alert(1)</script><img src=x onerror=alert(1)>")
        assert acting(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path


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
        # What the note says of a line is so.
        note = re.search(r'data-line="(/lab task done [A-Z]+-\d+)"', browser.get("/").text)
        asked = {"as": "mira", "channel": "ml-board", "key": "note", "text": note[1] if note else ""}
        answer = browser.post("/chat/say", json=asked, headers={"Origin": demo.address}).json()
        assert "no longer waits" in answer["messages"][0]["html"]
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
