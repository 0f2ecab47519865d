"""The local chat in a real browser: from a server that is ready to a useful screen, and a command from there."""

import statistics
import tempfile
import time
from datetime import UTC, datetime

from playwright.sync_api import Browser, sync_playwright

from storage.migrate import migrate
from tests.web.harness import FLAGS, LocalBoard, at_work, find_browser, local_board

RUNS = 5
MESSAGES = 200


def measure_local_chat() -> None:
    path = find_browser()
    if path is None:
        print("\nThe local chat: no Chromium here, so it is not measured")
        return
    print("\nThe local chat (SQLite, Chromium)")
    with tempfile.TemporaryDirectory(prefix="labkeeper-bench-") as folder:
        url = f"sqlite:///{folder}/labkeeper.db"
        migrate(url, datetime.now(UTC))
        with local_board(url) as board, at_work(board), sync_playwright() as playwright:
            board.say("/lab-admin project new CHURN name:Churn model")
            board.burst([f"Something to read, number {number}" for number in range(MESSAGES)])
            browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
            cold = _open(browser, board)
            opened = statistics.median(_open(browser, board) for _ in range(RUNS))
            shown, answered = _talk(browser, board)
            browser.close()
    print(f"  first useful screen {cold * 1000:.0f} ms the first time, {opened * 1000:.0f} ms after (target 2,000)")
    print(f"  a command's answer shown after {answered * 1000:.0f} ms; what another says after {shown * 1000:.0f} ms")


def _open(browser: Browser, board: LocalBoard) -> float:
    """Until the newest message stands there and the message box has the focus, in a browser without a cache."""
    context = browser.new_context()
    page = context.new_page()
    started = time.perf_counter()
    page.goto(f"{board.address}/?as=ana", wait_until="commit")
    page.locator("#list > .message").last.wait_for()
    page.locator("#box:focus").wait_for()
    took = time.perf_counter() - started
    context.close()
    return took


def _talk(browser: Browser, board: LocalBoard) -> tuple[float, float]:
    """Medians: from another's message to this window, and from Enter to the private answer."""
    page = browser.new_page()
    page.goto(f"{board.address}/?as=ana")
    shown, answered = [], []
    for number in range(RUNS):
        started = time.perf_counter()
        board.say(f"Here I am {number}", by="ben")
        page.get_by_text(f"Here I am {number}", exact=True).wait_for()
        shown.append(time.perf_counter() - started)
        page.fill("#box", "/lab task list")
        before = page.locator("#list > .message-private").count()
        started = time.perf_counter()
        page.press("#box", "Enter")
        page.locator("#list > .message-private").nth(before).wait_for()
        answered.append(time.perf_counter() - started)
    page.close()
    return statistics.median(shown), statistics.median(answered)
