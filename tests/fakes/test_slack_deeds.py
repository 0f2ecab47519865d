"""Mentions, edits, reactions, links and menus, against a small app."""

import pytest

from tests.fakes.slack.alive import elements_alive
from tests.fakes.slack.client import Client
from tests.fakes.slack.examples import section
from tests.fakes.slack.person import SlackPerson
from tests.fakes.slack.slack import Slack
from tests.fakes.slack.small_app import SmallApp
from tests.fakes.slack.view_examples import modal

MENTION = "<@UBOTT001> note x &gt; 2, see <#C2|random> and <https://x.example/a?b=1&amp;c=2|this>"


def test_a_mention_in_a_thread_has_its_place_and_its_words_by_structure(
    slack: Slack, ana: SlackPerson, small_app: SmallApp
) -> None:
    root = slack.say("C1", "U2", "root")
    message, _ = ana.says("C1", MENTION, root.ts, events=("app_mention",))
    (received,) = small_app.received
    event = received["event"]
    assert received["event_id"].startswith("Ev")
    assert (event["type"], event["ts"], event["thread_ts"]) == ("app_mention", message.ts, root.ts)
    assert event["blocks"][0]["elements"][0]["elements"] == [
        {"type": "user", "user_id": "UBOTT001"},
        {"type": "text", "text": " note x > 2, see "},
        {"type": "channel", "channel_id": "C2"},
        {"type": "text", "text": " and "},
        {"type": "link", "url": "https://x.example/a?b=1&c=2", "text": "this"},
    ]


def test_an_edit_tells_what_was_and_what_is(slack: Slack, ana: SlackPerson, small_app: SmallApp) -> None:
    message, _ = ana.says("C1", "<@UBOTT001> note a", events=())
    edited, _ = ana.edits(message, "<@UBOTT001> note b")
    (received,) = small_app.received
    event = received["event"]
    assert (event["subtype"], event["channel"], event["ts"]) == ("message_changed", "C1", edited.edited_at)
    assert (event["previous_message"]["text"], event["message"]["text"]) == ("<@UBOTT001> note a", "<@UBOTT001> note b")
    assert event["message"]["edited"] == {"user": "U1", "ts": edited.edited_at}
    assert event["message"]["ts"] == message.ts
    assert slack.channel("C1").texts == ["@labkeeper note b"]


def test_a_mention_that_was_added_later_is_told_as_one(ana: SlackPerson, small_app: SmallApp) -> None:
    message, _ = ana.says("C1", "note a", events=())
    ana.edits(message, "<@UBOTT001> note a")
    first, second = (received["event"] for received in small_app.received)
    assert (first["type"], first["ts"], "edited" in first) == ("app_mention", message.ts, True)
    assert second["subtype"] == "message_changed"


def test_a_deletion_tells_what_was(slack: Slack, ana: SlackPerson, small_app: SmallApp) -> None:
    message, _ = ana.says("C1", "<@UBOTT001> note a", events=())
    ana.deletes(message)
    event = small_app.received[0]["event"]
    assert (event["subtype"], event["deleted_ts"]) == ("message_deleted", message.ts)
    assert event["previous_message"]["text"] == message.text
    assert slack.channel("C1").messages == []


def test_reactions_are_told_where_the_bot_is(slack: Slack, ana: SlackPerson, small_app: SmallApp) -> None:
    message = slack.say("C1", "U2", "an idea")
    ana.reacts(message, "memo")
    with pytest.raises(ValueError, match="there already"):
        ana.reacts(message, "memo")
    ana.takes_back(message, "memo")
    assert ana.reacts(slack.say("C2", "U2", "elsewhere"), "memo") == []
    added, removed = (received["event"] for received in small_app.received)
    assert added["item"] == {"type": "message", "channel": "C1", "ts": message.ts}
    assert (added["reaction"], added["user"], added["item_user"]) == ("memo", "U1", "U2")
    assert removed["type"] == "reaction_removed"
    assert slack.message("C1", message.ts).reactions == ()


def test_a_shared_link_is_told_and_unfurled(
    slack: Slack, client: Client, ana: SlackPerson, small_app: SmallApp
) -> None:
    link = "https://x.example/task/1?a=1&b=2"
    message, _ = ana.shares("C2", link)
    event = small_app.received[0]["event"]
    assert event["links"] == [{"url": link, "domain": "x.example"}]
    assert (event["is_bot_user_member"], event["message_ts"]) == (False, message.ts)
    opening = {
        "type": "button",
        "action_id": "open",
        "text": {"type": "plain_text", "text": "Open"},
        "url": "https://x.example",
    }
    shown = {link: {"blocks": [{**section(), "accessory": opening}]}}
    client.chat_unfurl(channel="C2", ts=message.ts, unfurls=shown)
    client.chat_unfurl(unfurl_id=event["unfurl_id"], source=event["source"], unfurls=shown)
    unfurled = slack.message("C2", message.ts)
    assert list(unfurled.unfurls) == [link]
    assert elements_alive(unfurled, "link") == ["https://x.example"]


def test_a_shortcut_of_a_message(
    slack: Slack, client: Client, ana: SlackPerson, small_app: SmallApp, http: object
) -> None:
    message = slack.say("C1", "U2", "an <@U1> idea")
    assert ana.uses_message_shortcut(message, "task.make").is_ok
    (received,) = small_app.received
    assert (received["type"], received["callback_id"]) == ("message_action", "task.make")
    assert (received["message"]["text"], received["message_ts"]) == ("an <@U1> idea", message.ts)
    assert received["channel"] == {"id": "C1", "name": "general"}
    assert received["response_url"].startswith(f"{slack.base_url}/app/T001/")
    assert client.views_open(trigger_id=received["trigger_id"], view=modal())["ok"]


def test_a_global_shortcut(client: Client, ana: SlackPerson, small_app: SmallApp) -> None:
    ana.uses_shortcut("task.make")
    (received,) = small_app.received
    assert (received["type"], "channel" in received, "response_url" in received) == ("shortcut", False, False)
    client.views_open(trigger_id=received["trigger_id"], view=modal())
    assert ana.form.title == "New task"
