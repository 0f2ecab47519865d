"""Entries of a message's menu: a form with the message's words in it, and what comes of it."""

import pytest

from bot.menus import ATTACH_TO_TASK, MAKE_A_TASK, REPORT_A_DATA_PROBLEM, SAVE_AS_FINDING, Quoted
from bot.platforms.slack.messages import quote
from core.tasks import Kind, Priority
from tests.fakes.slack.faults import refusal
from tests.fakes.slack.records import Message
from tests.slack.harness import ANA, BEN, GUS, SlackBoard

pytestmark = pytest.mark.both_ways

LONG = "Tail classes are lost\n\n" + "lr 3e-4 diverges 😀 & <b>*all*</b>\n" * 200


def choose(board: SlackBoard, message: Message, callback: str, by: str = ANA):
    answer = board.person(by).uses_message_shortcut(message, callback)
    assert (answer.status, answer.is_late) == (200, False)
    return board.person(by).form


def submit(board: SlackBoard, form, values: dict | None = None, by: str = ANA) -> str:
    seen = board.reply_to(lambda: form.submit(values or {}), by=by)
    return board.person(by).reads(seen)


def link(board: SlackBoard) -> tuple[str, str]:
    return board.rows("SELECT url, title FROM links")[0]


def test_a_task_is_made_of_a_message_with_its_words_and_its_address(churn: SlackBoard) -> None:
    churn.lab("me", by=BEN)
    said = "The scores drift\nask <@U2> about <https://example.com/r|the report> &amp; see <#C2|random>"
    message = churn.slack.say("C1", BEN, said)
    form = choose(churn, message, MAKE_A_TASK.callback)
    assert form.value("What is to be done") == "The scores drift"
    assert form.value("The description") == "The scores drift\nask @ben about https://example.com/r & see #random"
    address = f"https://acme.slack.com/archives/C1/p{message.ts.replace('.', '')}"
    assert form.value("A web address it comes from") == address
    assert churn.count("tasks") == 0
    answer = submit(churn, form)
    assert answer.splitlines()[:2] == ["CHURN-1 The scores drift", "Created."]
    assert churn.task().description.startswith("The scores drift\nask @ben")
    assert link(churn) == (address, "")
    assert churn.person(BEN).sees("C1")[1:] == []


def test_a_data_problem_becomes_data_work_that_is_to_be_done_now(churn: SlackBoard) -> None:
    message = churn.slack.say("C1", BEN, "clicks of 28 November are half empty")
    form = choose(churn, message, REPORT_A_DATA_PROBLEM.callback)
    assert form.value("What is to be done") == "clicks of 28 November are half empty"
    assert "What kind of work" not in form.labels
    answer = submit(churn, form)
    assert answer.splitlines()[:2] == ["CHURN-1 clicks of 28 November are half empty", "Created."]
    task = churn.task()
    assert (task.kind, task.priority) == (Kind.DATA, Priority.NOW)
    assert link(churn)[0].endswith(f"/p{message.ts.replace('.', '')}")


def test_a_message_in_a_thread_keeps_its_address_in_that_thread(churn: SlackBoard) -> None:
    root = churn.slack.say("C1", BEN, "scores?")
    reply = churn.slack.say("C1", BEN, "They drift", root.ts)
    form = choose(churn, reply, MAKE_A_TASK.callback)
    expected = f"https://acme.slack.com/archives/C1/p{reply.ts.replace('.', '')}?thread_ts={root.ts}&cid=C1"
    assert form.value("A web address it comes from") == expected
    assert "The description" not in form.labels


def test_a_message_is_saved_as_a_finding_with_who_said_it_and_where(churn: SlackBoard) -> None:
    churn.lab("task new Try focal loss")
    churn.lab("me", by=BEN)
    message = churn.slack.say("C1", BEN, "lr 3e-4\n*diverges*")
    form = choose(churn, message, SAVE_AS_FINDING.callback)
    address = f"https://acme.slack.com/archives/C1/p{message.ts.replace('.', '')}"
    form.type_in("About which task", "focal")
    answer = submit(churn, form, {"About which task": "CHURN-1"})
    assert answer.splitlines()[0] == "Finding 1: Try focal loss"
    (body,) = churn.rows("SELECT body FROM finding_revisions")[0]
    assert body == f"lr 3e-4\n*diverges*\n\nben: <{address}>"
    assert f"ben: {address}" in answer


def test_a_message_is_attached_to_a_task_that_is_searched_for(churn: SlackBoard) -> None:
    churn.lab("task new Try focal loss")
    churn.lab("me", by=BEN)
    message = churn.slack.say("C1", BEN, "lr 3e-4\ndiverges")
    form = choose(churn, message, ATTACH_TO_TASK.callback)
    assert form.value("What it is") == "ben: lr 3e-4 diverges"
    form.type_in("Which task", "focal")
    assert "CHURN-1 Try focal loss" in submit(churn, form, {"Which task": "CHURN-1"})
    address = f"https://acme.slack.com/archives/C1/p{message.ts.replace('.', '')}"
    assert link(churn) == (address, "ben: lr 3e-4 diverges")


def test_a_long_message_is_cut_to_what_a_form_takes_and_a_title_to_what_a_task_takes(sqlite_churn: SlackBoard) -> None:
    first = choose(sqlite_churn, sqlite_churn.slack.say("C1", BEN, LONG), MAKE_A_TASK.callback)
    about = first.value("The description")
    assert about.endswith("…")
    assert len(about.encode("utf-16-le")) // 2 <= 3_000
    second = choose(sqlite_churn, sqlite_churn.slack.say("C1", BEN, "word " * 300), MAKE_A_TASK.callback)
    assert len(second.value("What is to be done")) <= 200
    assert "Created." in submit(sqlite_churn, second)
    third = choose(sqlite_churn, sqlite_churn.slack.say("C1", BEN, LONG), SAVE_AS_FINDING.callback)
    page = third.value("What was found out, in Markdown")
    assert len(page.encode("utf-16-le")) // 2 <= 3_000
    assert page.splitlines()[-1].endswith(">")


def test_hostile_words_of_a_message_stay_words(sqlite_churn: SlackBoard) -> None:
    said = "*bold* `code` &lt;!channel&gt; why:no kind:alert"
    form = choose(sqlite_churn, sqlite_churn.slack.say("C1", BEN, said), MAKE_A_TASK.callback)
    assert "Created." in submit(sqlite_churn, form)
    assert sqlite_churn.task().title == "*bold* `code` <!channel> why:no kind:alert"
    assert str(sqlite_churn.task().kind) == "feature"


def test_a_message_without_words_asks_for_a_title(sqlite_churn: SlackBoard) -> None:
    form = choose(sqlite_churn, sqlite_churn.slack.say("C1", BEN, ""), MAKE_A_TASK.callback)
    assert form.value("What is to be done") is None


def test_what_other_bots_attach_is_what_they_say() -> None:
    alert = {"text": "", "username": "alerts", "attachments": [{"title": "Drift", "text": "psi &gt; 0.2"}]}
    assert quote(alert, workspace="T1", address="") == Quoted("Drift\npsi > 0.2", "", "alerts")


def test_a_guest_is_told_who_may_and_nothing_is_made(churn: SlackBoard) -> None:
    form = choose(churn, churn.slack.say("C1", BEN, "The scores drift"), MAKE_A_TASK.callback, by=GUS)
    form.submit()
    assert "Guests cannot use Labkeeper." in churn.person(GUS).form.text
    assert churn.count("tasks") == 0


def test_a_form_that_slack_does_not_open_is_said_so(churn: SlackBoard) -> None:
    churn.slack.fault("views.open", refusal("expired_trigger_id"))
    message = churn.slack.say("C1", BEN, "The scores drift")
    seen = churn.reply_to(lambda: churn.person().uses_message_shortcut(message, MAKE_A_TASK.callback))
    assert churn.person().reads(seen).splitlines() == [
        "▲ Slack did not open the form in time, and nothing was changed.",
        "Choose “Make a task” again, or type: /lab task new",
    ]


def test_an_entry_of_another_version_is_said_so(churn: SlackBoard) -> None:
    message = churn.slack.say("C1", BEN, "The scores drift")
    seen = churn.reply_to(lambda: churn.person().uses_message_shortcut(message, "message.of_tomorrow"))
    assert "This entry is from another version." in churn.person().reads(seen)


def test_a_form_sent_twice_makes_one_task(churn: SlackBoard) -> None:
    form = choose(churn, churn.slack.say("C1", BEN, "The scores drift"), MAKE_A_TASK.callback)
    _, request = form.prepare_submission()
    for _ in range(2):
        assert churn.receiver.send(request).status == 200
    assert churn.count("tasks") == 1


@pytest.mark.parametrize("text", ["", " \n\n ", "\n\nSecond line is the first with words\nmore"])
def test_the_first_line_with_words_is_the_title(text: str) -> None:
    title = MAKE_A_TASK.values(Quoted(text)).get("title")
    assert title == ("Second line is the first with words" if text.strip() else None)
