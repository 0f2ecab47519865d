"""People in front of modals and Home, against a small app."""

from collections.abc import Callable

import pytest
from starlette.responses import JSONResponse, PlainTextResponse, Response

from tests.fakes.slack.client import Client
from tests.fakes.slack.examples import actions, button, option, plain, section
from tests.fakes.slack.filling import CannotFill, NoSuchField
from tests.fakes.slack.open_views import Form, NoForm, NotSent
from tests.fakes.slack.person import SlackPerson
from tests.fakes.slack.signing import AppUnderTest
from tests.fakes.slack.slack import Slack
from tests.fakes.slack.small_app import SmallApp
from tests.fakes.slack.view_examples import TASK_FORM, TEXT, field, home, modal


@pytest.fixture
def form(slack: Slack, client: Client, ana: SlackPerson) -> Form:
    trigger = slack.start_interaction("commands", "T001", "U1", "C1").trigger_id
    client.views_open(trigger_id=trigger, view=TASK_FORM)
    return ana.form


def show(slack: Slack, ana: SlackPerson, view: dict) -> Form:
    trigger = slack.start_interaction("commands", "T001", "U1", "C1").trigger_id
    Client(slack).views_open(trigger_id=trigger, view=view)
    return ana.form


def action(name: str, **more: object) -> Callable[[], Response]:
    return lambda: JSONResponse({"response_action": name, **more})


def test_a_form_is_read_filled_in_and_sent(form: Form, small_app: SmallApp) -> None:
    assert (form.title, form.labels) == ("New task", ["Title", "Project", "Part of", "Owner", "Due"])
    answer = form.submit({"Title": "Fix <it>", "Project": "Option 2", "owner": "U2", "due.value": "2026-11-20"})
    assert (answer.status, answer.problems, form.is_open) == (200, (), False)
    (received,) = small_app.received
    assert received["type"] == "view_submission"
    values = received["view"]["state"]["values"]
    assert values["title"]["title.value"] == {"type": "plain_text_input", "value": "Fix <it>"}
    assert values["project"]["project.value"]["selected_option"] == option(2)
    assert values["parent"]["parent.value"] == {"type": "external_select", "selected_option": None}
    assert values["owner"]["owner.value"] == {"type": "users_select", "selected_user": "U2"}
    assert values["due"]["due.value"] == {"type": "datepicker", "selected_date": "2026-11-20"}


def test_slacks_client_asks_for_what_is_missing(form: Form, small_app: SmallApp) -> None:
    with pytest.raises(NotSent) as caught:
        form.submit({"Title": "x" * 101})
    assert caught.value.missing == {
        "Title": "must be at most 100 characters",
        "Project": "Please complete this required field.",
    }
    assert small_app.received == []
    assert form.submit(is_checked=False).is_ok


def test_what_cannot_be_filled_in(form: Form) -> None:
    with pytest.raises(NoSuchField, match="there is: Title, Project"):
        form.fill({"Colour": "red"})
    with pytest.raises(CannotFill, match="there is: Option 1, Option 2"):
        form.fill({"Project": "Option 3"})
    with pytest.raises(CannotFill, match="no date"):
        form.fill({"Due": "tomorrow"})
    with pytest.raises(CannotFill, match="there is: nothing"):
        form.fill({"Part of": "CHURN-1"})


def test_errors_of_the_app_stand_at_the_fields(form: Form, small_app: SmallApp) -> None:
    small_app.reply = action("errors", errors={"title": "There is one already."})
    assert form.submit({"Title": "a", "Project": "1"}).problems == ()
    assert (form.errors, form.is_open, form.value("Title")) == ({"Title": "There is one already."}, True, "a")
    small_app.reply = Response
    form.submit({"Title": "b"})
    assert not form.is_open


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        (action("errors", errors={"nothing": "a"}), "no input block has the id nothing"),
        (action("errors", errors={}), "there are no errors to show"),
        (action("errors", errors={"title": ""}), "an error must be a text"),
        (action("update", view=modal(colour="red")), "invalid additional property: colour [json-pointer:/view]"),
        (action("push", view=home()), "the view must be of type modal [json-pointer:/view/type]"),
        (action("explode"), "explode"),
        (lambda: PlainTextResponse("ok"), "the answer is neither empty nor JSON"),
        (lambda: JSONResponse({"text": "Done"}), "the answer has no response_action"),
        (lambda: Response(status_code=500), "status 500"),
    ],
)
def test_an_answer_that_slack_would_not_take(
    form: Form, small_app: SmallApp, reply: Callable[[], Response], problem: str
) -> None:
    small_app.reply = reply
    assert problem in form.submit({"Title": "a", "Project": "1"}).problems
    assert form.is_open
    assert form.errors == {}


def test_a_submission_may_change_push_and_clear(ana: SlackPerson, form: Form, small_app: SmallApp) -> None:
    small_app.reply = action("update", view=modal(title=plain("Changed")))
    form.submit({"Title": "a", "Project": "1"})
    assert ana.form.record.id == form.record.id
    assert ana.form.title == "Changed"
    small_app.reply = action("push", view=modal(title=plain("Above")))
    ana.form.submit()
    assert ana.form.title == "Above"
    assert form.is_open
    small_app.reply = action("clear")
    ana.form.submit()
    with pytest.raises(NoForm):
        _ = ana.form


def test_sent_twice_and_an_hour_later(slack: Slack, form: Form, small_app: SmallApp) -> None:
    form.fill({"Title": "a", "Project": "1"})
    slack.advance(3600)
    seen = type(form)(slack, form._app, form.record)
    assert form.submit().problems == ()
    with pytest.raises(NoForm, match="closed"):
        form.submit()
    assert seen.submit(is_stale=True).problems == ()
    first, second = small_app.received
    assert first["view"] == second["view"]
    assert first["trigger_id"] != second["trigger_id"]


def test_the_app_hears_of_a_closed_form_if_it_asked(slack: Slack, ana: SlackPerson, small_app: SmallApp) -> None:
    assert show(slack, ana, modal()).close() == []
    show(slack, ana, modal(notify_on_close=True)).close()
    (received,) = small_app.received
    assert (received["type"], received["is_cleared"]) == ("view_closed", False)
    with pytest.raises(NoForm):
        _ = ana.form


def test_closing_all_with_the_cross(slack: Slack, client: Client, ana: SlackPerson, small_app: SmallApp) -> None:
    below = show(slack, ana, modal(notify_on_close=True))
    trigger = slack.start_interaction("actions", "T001", "U1", "", view=below.record.id).trigger_id
    client.views_push(trigger_id=trigger, view=modal(notify_on_close=True))
    assert len(ana.form.close(all_of_them=True)) == 2
    assert [received["is_cleared"] for received in small_app.received] == [True, True]
    assert not below.is_open


def test_typing_in_an_external_menu(form: Form, small_app: SmallApp) -> None:
    with pytest.raises(CannotFill, match="from 2 characters"):
        form.type_in("Part of", "c")
    groups = [{"label": plain("CHURN"), "options": [option(1)]}, {"label": plain("RANK"), "options": [option(2)]}]
    small_app.reply = lambda: JSONResponse({"option_groups": groups})
    shown = form.type_in("Part of", "churn")
    assert (shown.labels, shown.groups) == (["Option 1", "Option 2"], ("CHURN", "RANK"))
    (received,) = small_app.received
    assert (received["type"], received["value"], received["block_id"]) == ("block_suggestion", "churn", "parent")
    form.fill({"Part of": "Option 2"})
    assert form.value("Part of") == option(2)
    small_app.reply = lambda: JSONResponse({"options": []})
    assert form.type_in("Part of", "nothing").labels == []


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"options": [option(number) for number in range(101)]}, "no more than 100 items"),
        ({"options": [option(text=plain("t" * 76))]}, "must be less than 76"),
        ({}, "exactly one of options and option_groups"),
    ],
)
def test_options_that_slack_would_not_show(form: Form, small_app: SmallApp, body: dict, problem: str) -> None:
    small_app.reply = lambda: JSONResponse(body)
    shown = form.type_in("Part of", "churn")
    assert problem in shown.answer.problems[0]
    assert shown.labels == []


def test_buttons_and_menus_that_act_at_once_in_a_form(slack: Slack, ana: SlackPerson, small_app: SmallApp) -> None:
    select = {"type": "static_select", "action_id": "kind", "options": [option(1), option(2)]}
    fields = (field("a", "A", TEXT), field("b", "B", select, dispatch_action=True))
    form = show(slack, ana, modal(*fields, actions(button(1)), section(accessory={**select, "action_id": "other"})))
    form.press("Done")
    form.choose("B", "2")
    form.choose("other", "1")
    with pytest.raises(CannotFill, match="sent with the form"):
        form.choose("A", "x")
    press, choice, _ = small_app.received
    assert press["container"] == {"type": "view", "view_id": form.record.id}
    assert "response_url" not in press
    assert (press["actions"][0]["value"], press["view"]["hash"]) == ("1", form.record.hash)
    assert choice["actions"][0]["selected_option"] == option(2)
    assert choice["view"]["state"]["values"]["b"]["kind"]["selected_option"] == option(2)


def test_home_is_opened_and_its_buttons_pressed(client: Client, ana: SlackPerson, small_app: SmallApp) -> None:
    ana.opens_home()
    with pytest.raises(LookupError, match="nothing was published"):
        _ = ana.home
    client.views_publish(user_id="U1", view=home(section(), actions(button(7))))
    ana.opens_home()
    first, second = (received["event"] for received in small_app.received)
    assert (first["type"], first["tab"], first["user"], "view" in first) == ("app_home_opened", "home", "U1", False)
    assert second["view"]["id"] == ana.home.record.id
    assert "[Done]" in ana.home.text
    ana.home.press("Done", value="7")
    assert small_app.received[-1]["view"]["type"] == "home"


def test_a_button_of_a_view_that_changed(slack: Slack, client: Client, ana: SlackPerson, app: AppUnderTest) -> None:
    client.views_publish(user_id="U1", view=home(actions(button(7))))
    seen = ana.home
    client.views_publish(user_id="U1", view=home(section()))
    with pytest.raises(NoForm, match="no button"):
        seen.press("Done")
    assert seen.press("Done", is_stale=True).is_ok


def test_a_menu_of_channels_brings_a_response_url(slack: Slack, ana: SlackPerson, small_app: SmallApp) -> None:
    menu = {"type": "conversations_select", "response_url_enabled": True}
    show(slack, ana, modal(field("where", "Where", menu))).submit({"Where": "C2"})
    (url,) = small_app.received[0]["response_urls"]
    assert (url["block_id"], url["channel_id"]) == ("where", "C2")
    assert url["response_url"].startswith(f"{slack.base_url}/app/T001/")
