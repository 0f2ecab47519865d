"""Pictures of the local chat as it is, and of the demo's board: light and dark, wide and on a phone.

`python -m tests.screenshots [folder]` writes them, into `build/screenshots` where nothing else is said; with
`--readme`, the one in the README too; with `--reports`, instead of all these the reports and figures of the demo, into
`tests/web/pictures`, where they are kept beside the texts of the digests.
"""

import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from storage.migrate import migrate
from tests.terminal.shell import LoadedCommand, Shell
from tests.web.harness import FLAGS, LocalBoard, at_work, find_browser, local_board

ROOT = Path(__file__).parent.parent
WIDE: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
READING: dict[str, Any] = {"width": 900, "height": 700}
KEPT = Path(__file__).parent / "web" / "pictures"
SAID = (
    ("mira", "/lab-admin project new CHURN name:Churn model"),
    ("mira", "/lab-admin metric define val_auc direction:up baseline:0.88 target:0.90"),
    ("ana", "The tails are where we lose them: 4 % of the customers, a third of the churn."),
    ("ana", "/lab task new Try focal loss on tail classes kind:investigate box:10d owner:me"),
    ("ben", "/lab task new Fresh click labels kind:data priority:now owner:me"),
    ("ana", "/lab task start CHURN-1"),
    ("ana", "/lab task set CHURN-1 metric:val_auc=0.91"),
    ("ben", "/lab task block CHURN-2 why:labels are late cause:data"),
    ("sam", "What does 0.91 mean for us? 🙂"),
    ("mira", "/lab task list"),
)


@contextmanager
def a_talk() -> Iterator[LocalBoard]:
    with tempfile.TemporaryDirectory(prefix="labkeeper-screenshots-") as folder:
        url = f"sqlite:///{folder}/labkeeper.db"
        migrate(url, datetime.now(UTC))
        with local_board(url) as board, at_work(board):
            for who, line in SAID:
                board.say(line, by=who)
                board.settle()
            yield board


def take(browser: Browser, board: LocalBoard, folder: Path) -> None:
    for scheme in ("light", "dark"):
        for name, device in (("wide", WIDE), ("phone", PHONE)):
            context = browser.new_context(**device, color_scheme=scheme, timezone_id="Europe/Lisbon")  # type: ignore[arg-type]
            page = context.new_page()
            page.goto(f"{board.address}/?as=mira")
            page.wait_for_timeout(400)
            page.screenshot(path=folder / f"{scheme}-{name}.png")
            _thread(page)
            page.screenshot(path=folder / f"{scheme}-{name}-thread.png")
            page.locator("[data-close-thread]").click()
            page.locator("#box").press_sequentially("/lab task s")
            page.wait_for_timeout(400)
            page.screenshot(path=folder / f"{scheme}-{name}-offers.png")
            page.keyboard.press("Escape")
            page.fill("#box", "/lab task new")
            page.press("#box", "Enter")
            page.wait_for_timeout(400)
            page.screenshot(path=folder / f"{scheme}-{name}-form.png")
            context.close()


def _thread(page: Page) -> None:
    page.locator(".thread-link").first.click()
    page.locator("#thread-list .message").first.wait_for()
    page.wait_for_timeout(300)


BOARD = {
    "board": "", "list": "/list", "task": "/tasks/CHURN-1", "blocked": "/blocked", "timeboxes": "/timeboxes",
    "findings": "/findings", "finding": "/findings/1", "reports": "/reports", "metrics": "/metrics",
}  # fmt: skip


@contextmanager
def a_demo() -> Iterator[str]:
    """Its address."""
    with tempfile.TemporaryDirectory(prefix="labkeeper-demo-") as home:
        loaded = LoadedCommand(Path(home))
        shell = Shell(Path(home), loaded, {"TMPDIR": home})
        yield shell.start("demo").wait_until_ready()
        shell.close()
        loaded.close()


def take_board(browser: Browser, folder: Path) -> None:
    with a_demo() as address:
        for scheme in ("light", "dark"):
            for name, device in (("wide", WIDE), ("phone", PHONE)):
                context = browser.new_context(**device, color_scheme=scheme, timezone_id="Europe/Lisbon")  # type: ignore[arg-type]
                page = context.new_page()
                page.goto(f"{address}/?as=mira")
                for what, path in BOARD.items():
                    page.goto(f"{address}/board{path}", wait_until="networkidle")
                    page.screenshot(path=folder / f"{scheme}-{name}-board-{what}.png", full_page=True)
                context.close()


def take_reports(browser: Browser, folder: Path) -> None:
    """Of the demo as it is today: the newest plan and report, and the figures."""
    with a_demo() as address:
        for scheme in ("light", "dark"):
            context = browser.new_context(viewport=READING, color_scheme=scheme, timezone_id="Europe/Lisbon")  # type: ignore[arg-type]
            page = context.new_page()
            page.goto(f"{address}/?as=mira")
            for kind in ("weekly", "monthly"):
                if scheme == "light":
                    page.fill("#box", f"/lab-admin digest post {kind}")
                    page.press("#box", "Enter")
                    page.get_by_text(re.compile(rf"Report \d+: {kind}")).first.wait_for()
                _report(page, address, kind).screenshot(path=folder / f"{kind}-{scheme}.png", full_page=True)
                page.goto(f"{address}/?as=mira")
            page.goto(f"{address}/board/metrics", wait_until="networkidle")
            page.screenshot(path=folder / f"metrics-{scheme}.png", full_page=True)
            if scheme == "dark":
                # On paper it is light all the same.
                page.emulate_media(media="print")
                _report(page, address, "monthly").screenshot(path=folder / "monthly-print.png", full_page=True)
            context.close()


def _report(page: Page, address: str, kind: str) -> Page:
    page.goto(f"{address}/board/reports")
    page.locator("main a[href*='/board/reports/']", has_text=kind).first.click()
    page.wait_for_load_state("networkidle")
    return page


def main() -> int:
    path = find_browser()
    if path is None:
        print("There is no Chromium here: install one, or name it in LABKEEPER_CHROMIUM.", file=sys.stderr)
        return 1
    if "--reports" in sys.argv:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
            take_reports(browser, KEPT)
            browser.close()
        return 0
    words = [word for word in sys.argv[1:] if word != "--readme"]
    folder = Path(words[0]) if words else ROOT / "build" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    with a_talk() as board, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        take(browser, board, folder)
        take_board(browser, folder)
        browser.close()
    if "--readme" in sys.argv:
        shutil.copy(folder / "light-wide-thread.png", ROOT / "docs" / "chat.png")
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
