"""axe-core finds no serious fault: light and dark, wide and on a phone, with a thread, a form and offers open."""

from typing import Any

import pytest
from playwright.sync_api import expect

from bot.platforms.web.pages import render_page
from tests.web.accessibility import PHONE, faults
from tests.web.conftest import Opens
from tests.web.harness import LocalBoard


@pytest.fixture(scope="module")
def filled(chat: LocalBoard) -> LocalBoard:
    chat.say("/lab task new Try focal loss on tail classes kind:investigate box:10d owner:@ana")
    chat.say("/lab task start CHURN-1", by="ana")
    chat.say("Who looks at the tails?", by="ben")
    chat.say("/lab task list")
    chat.say("/lab task nonsense")
    return chat


@pytest.mark.parametrize(
    ("device", "scheme"),
    [
        pytest.param({}, "light", id="wide-light"),
        pytest.param(PHONE, "dark", id="phone-dark"),
        pytest.param({}, "dark", id="wide-dark", marks=pytest.mark.soak),
        pytest.param(PHONE, "light", id="phone-light", marks=pytest.mark.soak),
    ],
)
def test_no_serious_fault(filled: LocalBoard, window: Opens, scheme: str, device: dict[str, Any]) -> None:
    page = window("mira", color_scheme=scheme, **device)
    expect(page.locator("#list > .message-private").last).to_be_visible()
    assert faults(page) == []
    page.fill("#box", "/lab task ")
    page.locator("#box").press_sequentially("s")
    expect(page.locator("#box-offers [role=option]").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    assert faults(page) == []
    page.keyboard.press("Escape")
    page.locator(".thread-link").first.click()
    expect(page.locator("#thread-list > .message").first).to_be_visible()
    assert faults(page) == []
    page.locator("#thread [data-close-thread]").click()
    page.fill("#box", "/lab task new")
    page.press("#box", "Enter")
    page.get_by_role("dialog").locator("[type=submit]").click()
    expect(page.locator("#problem-title")).to_be_visible()
    assert faults(page) == []


def test_on_a_phone_the_channels_are_behind_a_button(filled: LocalBoard, window: Opens) -> None:
    page = window("mira", **PHONE)
    expect(page.locator("#sidebar")).to_be_hidden()
    page.get_by_role("button", name="Channels and people").click()
    page.locator('.place[data-channel="stakeholders"]').click()
    expect(page.locator("#room-name")).to_have_text("#stakeholders")
    expect(page.locator("#sidebar")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    front = render_page("front.html", chats="Slack and Discord", root="lab")
    page.route("**/front", lambda route: route.fulfill(body=front, content_type="text/html"))
    page.goto(f"{filled.address}/front")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert faults(page) == []


def test_light_and_dark_are_switched_and_kept(window: Opens) -> None:
    page = window("mira", color_scheme="light")
    page.locator("[data-theme-switch]").click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(23, 25, 29)"
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
