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
STORM = 200  # messages a second


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
            shown, answered = _shown(browser, board), _answered(browser, board)
            with board.steady(channel="ml-board", each_second=STORM):
                in_storm = _answered(browser, board)
            browser.close()
    print(f"  first useful screen {cold * 1000:.0f} ms the first time, {opened * 1000:.0f} ms after (target 2,000)")
    print(f"  a command's answer shown after {answered * 1000:.0f} ms; what another says after {shown * 1000:.0f} ms")
    print(f"  while {STORM} messages a second come, after {in_storm * 1000:.0f} ms (target 1,000)")


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


_NEWEST = "all => Math.max(0, ...all.map(one => Number(one.dataset.id)))"


def _shown(browser: Browser, board: LocalBoard) -> float:
    """From another's message to this window; the median."""
    page, took = browser.new_page(), []
    page.goto(f"{board.address}/?as=ana")
    for number in range(RUNS):
        started = time.perf_counter()
        board.say(f"Here I am {number}", by="ben")
        page.get_by_text(f"Here I am {number}", exact=True).wait_for()
        took.append(time.perf_counter() - started)
    page.close()
    return statistics.median(took)


def _answered(browser: Browser, board: LocalBoard) -> float:
    """From Enter to the private answer; the median."""
    page, took = browser.new_page(), []
    page.goto(f"{board.address}/?as=ana")
    answers = page.locator("#list > .message-private")
    for _ in range(RUNS):
        page.fill("#box", "/lab task list")
        known = page.locator("#list > .message").evaluate_all(_NEWEST)
        started = time.perf_counter()
        page.press("#box", "Enter")
        # Those of before may have been left out meanwhile, so that counting them would say nothing.
        while answers.evaluate_all(_NEWEST) <= known:
            pass
        took.append(time.perf_counter() - started)
    page.close()
    return statistics.median(took)
