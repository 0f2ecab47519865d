"""One server and one browser for all the stories of a module; each story has windows of its own."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.web.harness import FLAGS, LocalBoard, at_work, find_browser, local_board

PATIENCE = 8_000  # milliseconds
Opens = Callable[..., Page]


@pytest.fixture(scope="module")
def chat(migrated_sqlite: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalBoard]:
    """With a project whose home is #ml-board, and a worker that goes on by itself."""
    path = tmp_path_factory.mktemp("chat") / "labkeeper.db"
    shutil.copy(migrated_sqlite, path)
    with local_board(f"sqlite:///{path}") as board, at_work(board):
        board.say("/lab-admin project new CHURN name:Churn model")
        yield board


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = find_browser()
    if path is None:
        why = "no Chromium on this machine: install one (on Debian: chromium), or name it in LABKEEPER_CHROMIUM"
        if os.environ.get("CI") == "true":
            pytest.fail(why)
        pytest.skip(why)
    # Its loop runs in this thread until it ends, and tests elsewhere have loops of their own: so not for the session.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


def _complains(said: ConsoleMessage) -> bool:
    """A stream that is lost is looked for again, which a browser mentions, as what a story aborts on purpose."""
    is_lost = "/chat/events" in said.location.get("url", "") or "ERR_FAILED" in said.text
    return said.type in ("error", "warning") and not is_lost


@pytest.fixture
def window(browser: Browser, chat: LocalBoard) -> Iterator[Opens]:
    """Opens a window as somebody; whatever its console complains of fails the story."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def open_window(by: str = "mira", channel: str = "ml-board", *, path: str = "", **options: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}} | options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda said: complaints.append(said.text) if _complains(said) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: (complaints.append(f"a dialog: {dialog.message}"), dialog.dismiss()))
        page.goto(f"{chat.address}{path or f'/?as={by}&channel={channel}'}")
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert complaints == []
