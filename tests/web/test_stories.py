"""What people do in the local chat, in a real browser; several windows are several people."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from playwright.sync_api import Browser, Locator, Page, expect

from core.ids import TaskKey
from tests.web.conftest import Opens
from tests.web.harness import LocalBoard
from tests.web.zones import ZONES, check_moments, there


def say(page: Page, text: str, *, box: str = "#box") -> None:
    page.fill(box, text)
    page.press(box, "Enter")


def make(chat: LocalBoard, line: str, **more: str) -> str:
    """A task as somebody else made it; its key."""
    said = chat.say(f"/lab task new {line}", **more)
    found = re.search(r"[A-Z]+-[0-9]+", said["messages"][0]["html"])
    assert found, said
    return found[0]


def card(page: Page, key: str, within: str = "#list") -> Locator:
    """The one card of a task, which everybody sees."""
    has_key = page.locator(".task-key", has_text=re.compile(rf"^{key}$"))
    return page.locator(f"{within} > .message:not(.message-private)").filter(has=has_key).first


def answers(page: Page, within: str = "#list") -> Locator:
    return page.locator(f"{within} > .message-private")


def test_moments_are_those_of_the_reader(chat: LocalBoard, window: Opens) -> None:
    zone = ZONES[1]
    key = make(chat, "Where is it noon? kind:investigate box:3d owner:@ana")
    chat.say(f"/lab task start {key}")
    page = window("mira", **there(zone))
    card(page, key).locator(".thread-link").click()
    expect(page.locator("#thread-list")).to_contain_text("It ends")
    assert check_moments(page, zone) >= 4
    expect(page.locator("#list > .day").last).to_have_text("Today")


def test_a_task_is_made_by_typing_and_has_one_card_for_all(chat: LocalBoard, window: Opens) -> None:
    mira, ana = window("mira"), window("ana")
    say(mira, "/lab task new Try focal loss on tail classes kind:investigate box:10d owner:@ana")
    private = answers(mira).last
    expect(private).to_contain_text("Only you can see this")
    expect(private).to_contain_text("Try focal loss on tail classes")
    key = private.locator(".task-key").first.inner_text()
    for page in (mira, ana):
        expect(card(page, key)).to_contain_text("owner Ana Lima")
        shown = page.locator("#list > .message-bot:not(.message-private)", has_text=key)
        expect(shown).to_have_count(1)
    expect(answers(ana)).to_have_count(0)


def test_a_command_is_put_together_with_the_keyboard_alone(chat: LocalBoard, window: Opens) -> None:
    key = make(chat, "Weigh tail classes kind:refactor")
    page = window("ana")
    box, offers = page.locator("#box"), page.locator("#box-offers [role=option]")
    for typed, offered in (
        ("/l", "/lab"), ("tas", "task"), ("sho", "task show"), (key, key),
    ):  # fmt: skip
        box.press_sequentially(typed)
        expect(offers.first.locator(".offer-label")).to_have_text(offered)
        expect(box).to_have_attribute("aria-expanded", "true")
        if offered == "task show":
            page.keyboard.press("ArrowDown")
            expect(offers.first).to_have_attribute("aria-selected", "true")
            page.keyboard.press("Enter")
        else:
            page.keyboard.press("Tab")
    expect(box).to_have_value(f"/lab task show {key} ")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    expect(answers(page).last).to_contain_text("Weigh tail classes")
    page.keyboard.press("ArrowUp")
    expect(box).to_have_value(f"/lab task show {key} ")


def test_keys_values_and_people_are_offered_too(window: Opens) -> None:
    page = window("ana")
    offers = page.locator("#box-offers")
    for typed, offered in (
        ("/lab task new A thing ki", "kind:"), ("/lab task new A thing kind:inv", "investigate"),
        ("/lab task new A thing owner:@be", "@ben"), ("/lab-admin pro", "project"), ("Hello @Lab", "@Labkeeper"),
    ):  # fmt: skip
        page.fill("#box", "")
        page.locator("#box").press_sequentially(typed)
        expect(offers.get_by_text(offered, exact=True)).to_be_visible()
    page.fill("#box", "what is/that")
    expect(offers).to_be_hidden()


def test_a_form_says_at_its_field_what_is_wrong(chat: LocalBoard, window: Opens) -> None:
    page = window("mira")
    say(page, "/lab task new")
    form = page.get_by_role("dialog")
    title, box = form.get_by_label("What is to be done"), form.get_by_label(re.compile("timebox"))
    expect(title).to_be_focused()
    form.get_by_role("button", name="New").click()
    expect(title).to_have_attribute("aria-invalid", "true")
    expect(form.locator("#problem-title")).to_have_text("This is needed.")
    title.fill("Ask the form")
    form.get_by_label(re.compile("kind of work")).select_option("investigate")
    box.fill("soon")
    owner = form.get_by_role("combobox", name=re.compile("Who does it"))
    owner.press_sequentially("be")
    expect(form.locator("#choices-owner [role=option]").first).to_contain_text("Ben Okafor")
    page.keyboard.press("Tab")
    expect(owner).to_have_value("@ben")
    form.get_by_role("button", name="New").click()
    expect(form.locator("#problem-box")).to_contain_text("soon")
    expect(box).to_be_focused()
    box.fill("3d")
    page.keyboard.press("Control+Enter")
    expect(form).to_be_hidden()
    expect(answers(page).last).to_contain_text("owner Ben Okafor")


def test_a_button_changes_the_card_in_place_in_every_window(chat: LocalBoard, window: Opens) -> None:
    key = make(chat, "Fresh click labels kind:data owner:@ben")
    mira, ben = window("mira"), window("ben")
    number = card(mira, key).get_attribute("data-id")
    expect(card(ben, key)).to_contain_text("todo")
    card(ben, key).get_by_role("button", name="Start").click()
    for page in (mira, ben):
        expect(card(page, key)).to_contain_text("doing")
        expect(card(page, key)).to_have_attribute("data-id", number or "")
        expect(card(page, key).get_by_role("button", name="Start")).to_have_count(0)
    expect(answers(ben).last).to_contain_text("Started.")
    card(ben, key).get_by_role("button", name="Ask for review").focus()
    say(mira, f"/lab task set {key} priority:now")
    expect(card(ben, key)).to_contain_text("priority now")
    expect(card(ben, key).get_by_role("button", name="Ask for review")).to_be_focused()


def test_in_a_tasks_thread_the_task_may_be_left_out(chat: LocalBoard, window: Opens) -> None:
    key = make(chat, "Look at the tails kind:refactor")
    mira, ana = window("mira"), window("ana")
    card(mira, key).hover()
    card(mira, key).get_by_role("button", name="Answer in the thread").click()
    expect(mira.locator("#thread-box")).to_be_focused()
    say(mira, "@Labkeeper note lr 3e-4 diverges", box="#thread-box")
    expect(mira.locator("#thread-list")).to_contain_text(re.compile(r"Mira Novak noted:\s*lr 3e-4 diverges"))
    say(mira, "/lab review", box="#thread-box")
    expect(card(mira, key, "#thread-list")).to_contain_text("review")
    link = card(ana, key).locator(".thread-link")
    expect(link).to_contain_text("repl")
    link.click()
    expect(ana.locator("#thread-list")).to_contain_text("lr 3e-4 diverges")
    expect(ana.locator("#thread-list > .message-private")).to_have_count(0)
    ana.keyboard.press("Escape")
    expect(ana.locator("#thread")).to_be_hidden()
    mira.go_back()
    expect(mira.locator("#thread")).to_be_hidden()
    expect(mira.locator("#room-name")).to_have_text("#ml-board")


def test_a_private_answer_is_shared_on_purpose_and_taken_away(chat: LocalBoard, window: Opens) -> None:
    mira, ana = window("mira", "stakeholders"), window("ana", "stakeholders")
    say(mira, "/lab me")
    answer = answers(mira).last
    expect(answer).to_contain_text("Mira Novak")
    say(mira, "/lab task list track:production")
    expect(answers(mira)).to_have_count(2)
    answers(mira).last.get_by_role("button", name="Share").click()
    expect(ana.locator("#list > .message")).to_contain_text("Shared by Mira Novak")
    expect(answers(ana)).to_have_count(0)
    mira.reload()
    expect(answers(mira)).to_have_count(2)
    answers(mira).last.hover()
    answers(mira).last.get_by_role("button", name="Take this answer away").click()
    expect(answers(mira)).to_have_count(1)
    mira.reload()
    expect(answers(mira)).to_have_count(1)


def test_a_message_becomes_a_task_from_its_menu(window: Opens) -> None:
    page = window("sam", "ml-releases")
    say(page, "The churn page shows last week's numbers\nSince Monday.")
    message = page.locator("#list > .message", has_text="last week's numbers")
    message.hover()
    message.get_by_role("button", name="More").click()
    expect(page.get_by_role("menuitem").first).to_be_focused()
    page.get_by_role("menuitem", name="Make a task").click()
    form = page.get_by_role("dialog")
    title = form.get_by_label("What is to be done")
    expect(title).to_have_value("The churn page shows last week's numbers")
    page.keyboard.press("Escape")
    message.get_by_role("button", name="More").click()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    expect(form.get_by_role("heading")).to_have_text("Report a data problem")
    expect(title).to_have_value("The churn page shows last week's numbers")
    form.locator("[type=submit]").click()
    expect(answers(page).last).to_contain_text("data (production) · priority now")


def test_what_was_said_elsewhere_is_unread_until_it_is_looked_at(window: Opens) -> None:
    mira, ana = window("mira"), window("ana", "stakeholders")
    say(ana, "Numbers for November are in")
    mark = mira.locator('.place[data-channel="stakeholders"] .unread')
    expect(mark).to_be_visible()
    mira.locator('.place[data-channel="stakeholders"]').click()
    expect(mira.locator("#room-name")).to_have_text("#stakeholders")
    expect(mira.locator("#list")).to_contain_text("Numbers for November are in")
    expect(mark).to_be_hidden()
    mira.go_back()
    expect(mira.locator("#room-name")).to_have_text("#ml-board")


def test_what_happened_while_it_was_away_is_there_when_it_is_back(chat: LocalBoard, window: Opens) -> None:
    page = window("ana", "ml-releases")
    chat.say("Said before", by="ben", channel="ml-releases")
    expect(page.locator("#list")).to_contain_text("Said before")
    page.route("**/chat/events*", lambda route: route.abort())
    chat.cut()
    expect(page.locator("#link-state")).to_contain_text("Not connected")
    chat.say("Said meanwhile", by="ben", channel="ml-releases")
    expect(page.locator("#list")).not_to_contain_text("Said meanwhile")
    page.route("**/chat/say", lambda route: route.abort())
    say(page, "Said into the void")
    expect(page.locator("#toasts")).to_contain_text("The server does not answer")
    expect(page.locator("#box")).to_have_value("Said into the void")
    page.unroute("**/chat/say")
    page.press("#box", "Enter")
    expect(page.locator("#list")).to_contain_text("Said into the void")
    page.unroute("**/chat/events*")
    expect(page.locator("#list")).to_contain_text("Said meanwhile", timeout=15_000)


def test_the_bot_is_spoken_to_alone_without_a_slash(window: Opens) -> None:
    page = window("ben", "direct")
    say(page, "task list owner:@nobody-here")
    expect(answers(page).last).to_contain_text("There is no member")


HOSTILE = (
    "<script>document.title = 'x'</script><img src=x onerror=alert(1)>", "[x](javascript:alert(1)) <!channel> @here",
    "\u202eoverride \u2066isolate", "👩‍🔬 👨‍👩‍👧‍👦 🏳️‍🌈", "{{7*7}} ${7*7} &lt;b&gt; &amp;", "</div></article><h1>out",
)  # fmt: skip


def test_whatever_is_said_is_words(window: Opens, chat: LocalBoard) -> None:
    page = window("ben", "stakeholders")
    for text in HOSTILE:
        say(page, text)
        shown = page.locator("#list > .message .text").last
        expect(shown).to_have_text(re.compile(re.escape(text[:12])))
        assert text in shown.inner_text()
    assert page.locator("#list .text *, #list script, #list img, #list h1").count() == 0


def test_fifty_kilobytes_are_one_message_that_opens(window: Opens) -> None:
    page = window("ben", "stakeholders")
    text = "word " * 10_000
    page.evaluate("text => { document.getElementById('box').value = text }", text)
    page.press("#box", "Enter")
    message = page.locator("#list > .message").last
    expect(message.get_by_role("button", name="Show all")).to_be_visible()
    height = message.bounding_box()
    assert height
    assert height["height"] < 500
    message.get_by_role("button", name="Show all").click()
    assert len(message.locator(".text").inner_text()) >= 49_000
    for line in (f"/lab task new {text}", "/lab task note CHURN-1 " + "\n" * 3_000 + "end"):
        page.evaluate("text => { document.getElementById('box').value = text }", line)
        page.press("#box", "Enter")
        expect(page.locator("#box")).to_have_value("")
        expect(answers(page).last.get_by_role("button", name="Show all")).to_be_visible()
        height = answers(page).last.bounding_box()
        assert height
        assert height["height"] < 500


# What a page from elsewhere can try: to ask, to listen, to show it in a frame.
TRIES = """async address => {
    const said = { as: "mira", channel: "stakeholders", key: "elsewhere", text: "Said by another page" };
    const body = JSON.stringify(said);
    const json = { "Content-Type": "application/json" };
    const tries = [["/chat/say", { method: "POST", body, mode: "no-cors" }],
                   ["/chat/say", { method: "POST", body, headers: json }], ["/", {}], ["/chat/events?as=mira", {}]];
    const found = [];
    for (const [path, options] of tries) {
        found.push(await fetch(address + path, options).then(answer => answer.text(), () => "refused"));
    }
    document.body.innerHTML = `<iframe src="${address}/"></iframe><form method="post" enctype="text/plain"
        action="${address}/chat/say"><input name='${body.slice(0, -1)}, "x": "' value='"}'></form>`;
    return found;
}"""


@contextmanager
def another_server() -> Iterator[str]:
    """With an empty page, on this machine too: what is farther away, browsers refuse by themselves."""

    class Empty(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.send_header("Content-Type", "text/html")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Empty) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_a_page_from_elsewhere_neither_asks_nor_shows_it(browser: Browser, chat: LocalBoard) -> None:
    context = browser.new_context()
    page = context.new_page()
    with another_server() as elsewhere:
        page.goto(elsewhere)
        is_page = lambda request: request.is_navigation_request()  # noqa: E731
        with page.expect_event("requestfailed", is_page) as blocked:
            assert set(page.evaluate(TRIES, chat.address)) <= {"", "refused"}
        assert blocked.value.failure == "net::ERR_BLOCKED_BY_RESPONSE"
        with page.expect_navigation() as sent:
            page.evaluate("document.forms[0].submit()")
        assert sent.value
        assert (sent.value.status, sent.value.text()) == (403, "This chat takes no requests from other pages.\n")
    assert not [one for one in chat.page(channel="stakeholders") if "another page" in one["html"]]
    context.close()


# Where a message stands in what is seen of the channel: its upper edge, its lower edge, and the height of all.
PLACE = """message => {
    const seen = document.getElementById("log").getBoundingClientRect(), at = message.getBoundingClientRect();
    return [at.top - seen.top, at.bottom - seen.top, seen.height];
}"""


def test_two_hundred_messages_a_second_leave_the_page_usable(window: Opens, chat: LocalBoard) -> None:
    """A command is typed and answered meanwhile, its answer stays in view, whoever reads further up stays there, and
    the page holds no more than it can bear."""
    page = window("ana", "ml-releases")
    messages = page.locator("#list > .message")
    with chat.steady(channel="ml-releases") as storm:
        page.locator("#box").press_sequentially("/lab task list")
        page.keyboard.press("Escape")
        page.keyboard.press("Enter")
        expect(answers(page)).to_be_visible()
        storm.wait_for(storm.count + 60)
        top, bottom, height = answers(page).evaluate(PLACE)
        assert -1 <= top < bottom <= height + 1
        expect(page.get_by_role("button", name="New messages")).to_be_visible()
        page.evaluate("document.getElementById('log').scrollTop -= 300")
        known = messages.nth(20)
        read = page.locator(f'#list > .message[data-id="{known.get_attribute("data-id")}"]')
        at = read.evaluate(PLACE)
        storm.wait_for(storm.count + 240)
        assert read.evaluate(PLACE) == at
        assert messages.count() <= 400
        expect(page.locator("#list")).not_to_contain_text(f"storm {storm.count - 30}")
    page.get_by_role("button", name="New messages").click()
    expect(messages.last).to_contain_text(f"storm {storm.count - 1}")
    first = messages.first.get_attribute("data-id") or ""
    page.evaluate("document.getElementById('log').scrollTop = 0")
    expect(messages.first).not_to_have_attribute("data-id", first)


def test_what_was_left_out_below_comes_when_one_reads_on(window: Opens, chat: LocalBoard) -> None:
    chat.burst([f"before {number}" for number in range(60)], channel="ml-releases")
    page = window("ben", "ml-releases")
    messages = page.locator("#list > .message")
    expect(messages.last).to_contain_text("before 59")
    page.evaluate("document.getElementById('log').scrollTop -= 500")
    chat.burst([f"further {number}" for number in range(260)], channel="ml-releases")
    expect(page.locator("#list")).to_contain_text("further 100")
    expect(page.locator("#list")).not_to_contain_text("further 259")
    while "further 259" not in messages.last.inner_text():
        last = messages.last.get_attribute("data-id") or ""
        page.evaluate("document.getElementById('log').scrollTop += 10_000")
        expect(messages.last).not_to_have_attribute("data-id", last)
    numbers = messages.evaluate_all("all => all.map(one => Number(one.dataset.id))")
    assert numbers == sorted(set(numbers))


def test_a_timebox_ends_while_you_watch_and_is_decided_by_its_owner_alone(chat: LocalBoard, window: Opens) -> None:
    key = make(chat, "Does focal loss help kind:investigate box:3h owner:@ana")
    chat.say(f"/lab task start {key}", by="ana")
    ana, sam = window("ana"), window("sam")
    task = chat.read(lambda work: work.tasks.get(TaskKey.parse(key)))
    box = chat.read(lambda work: work.timeboxes.open_of(task.id))
    chat.go_to(box.ends_at + timedelta(minutes=1))
    prompts = [page.locator("#list > .message-bot", has=page.get_by_role("button", name="Drop")) for page in (ana, sam)]
    for prompt in prompts:
        expect(prompt).to_contain_text("@Ana Lima")
        expect(prompt).to_contain_text(key)
    expect(prompts[0].locator(".mention-me")).to_have_count(1)
    prompts[1].get_by_role("button", name="Drop").click()
    expect(answers(sam).last).to_contain_text("You may not decide about")
    prompts[0].get_by_role("button", name="Drop").click()
    form = ana.get_by_role("dialog")
    form.get_by_label(re.compile("learn", re.IGNORECASE)).fill("The tails are label noise")
    form.locator("[type=submit]").click()
    for page in (ana, sam):
        outcome = page.locator("#list > .message:not(.message-private)", has_text="The tails are label noise")
        expect(outcome.first).to_be_visible()
        asked = page.locator("#list > .message-bot", has=page.get_by_role("button", name="Drop"))
        expect(asked.filter(has_text=key)).to_have_count(0)
