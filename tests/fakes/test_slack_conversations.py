"""Reading in the fake, people, pins and files, through the real client."""

from typing import Any

import httpx

from tests.fakes.slack.client import Client
from tests.fakes.slack.slack import Slack

METADATA = {"event_type": "task", "event_payload": {"key": "delivery-1"}}


def test_permalinks(slack: Slack, client: Client) -> None:
    root = client.chat_postMessage(channel="C1", text="card")["ts"]
    reply = client.chat_postMessage(channel="C1", text="reply", thread_ts=root)["ts"]
    link = client.chat_getPermalink(channel="C1", message_ts=root)["permalink"]
    assert link == f"https://acme.slack.com/archives/C1/p{root.replace('.', '')}"
    assert f"?thread_ts={root}&cid=C1" in client.chat_getPermalink(channel="C1", message_ts=reply)["permalink"]


def test_history_in_pages(slack: Slack, client: Client) -> None:
    stamps = [client.chat_postMessage(channel="C1", text=f"{number}")["ts"] for number in range(5)]
    pages, cursor = [], None
    while cursor != "":
        answer = client.conversations_history(channel="C1", limit=2, cursor=cursor)
        pages.append([message["text"] for message in answer["messages"]])
        cursor = answer["response_metadata"]["next_cursor"]
        assert answer["has_more"] == bool(cursor)
    assert pages == [["4", "3"], ["2", "1"], ["0"]]
    between = {"channel": "C1", "oldest": stamps[1], "latest": stamps[3]}
    assert [one["text"] for one in client.conversations_history(**between)["messages"]] == ["2"]
    within = client.conversations_history(**between, inclusive=True)["messages"]
    assert [one["text"] for one in within] == ["3", "2", "1"]


def test_metadata_is_shown_only_when_asked_for(slack: Slack, client: Client) -> None:
    ts = client.chat_postMessage(channel="C1", text="a", metadata=METADATA)["ts"]
    (plainly,) = client.conversations_history(channel="C1")["messages"]
    (fully,) = client.conversations_history(channel="C1", include_all_metadata=True)["messages"]
    assert "metadata" not in plainly
    assert fully["metadata"] == METADATA
    assert client.conversations_replies(channel="C1", ts=ts, include_all_metadata=True)["messages"] == [fully]


def test_history_with_delay(slack: Slack, client: Client) -> None:
    slack.delay_history(5)
    ts = client.chat_postMessage(channel="C1", text="a")["ts"]
    assert client.conversations_history(channel="C1")["messages"] == []
    assert client.refusal("conversations.replies", channel="C1", ts=ts)["error"] == "thread_not_found"
    slack.advance(5)
    assert [message["ts"] for message in client.conversations_history(channel="C1")["messages"]] == [ts]


def test_conversations(slack: Slack, client: Client) -> None:
    general = client.conversations_info(channel="C1", include_num_members=True)["channel"]
    assert (general["name"], general["is_member"], general["num_members"]) == ("general", True, 4)
    assert not client.conversations_info(channel="C2")["channel"]["is_member"]
    assert client.conversations_info(channel="G1")["channel"]["is_private"]
    assert client.conversations_members(channel="C1")["members"] == ["UBOTT001", "U1", "U2", "U3"]
    first = client.conversations_members(channel="C1", limit=3)
    second = client.conversations_members(channel="C1", cursor=first["response_metadata"]["next_cursor"])
    assert second["members"] == ["U3"]


def test_conversations_are_listed_as_far_as_the_bot_sees_them(slack: Slack, client: Client) -> None:
    def listed(**arguments: Any) -> list[str]:
        return [channel["id"] for channel in client.conversations_list(**arguments)["channels"]]

    assert listed() == ["C1", "C2", "C3"]
    assert listed(types="public_channel,private_channel", exclude_archived=True) == ["C1", "C2", "G1"]
    assert listed(limit=2) == ["C1", "C2"]


def test_direct_conversations(slack: Slack, client: Client) -> None:
    alone = client.conversations_open(users="U1")["channel"]["id"]
    assert (
        client.conversations_open(users="U1", return_im=True)["channel"] | {"user": "U1"}
        == (client.conversations_info(channel=alone)["channel"])
    )
    together = client.conversations_open(users=["U1", "U2"])["channel"]["id"]
    assert alone != together
    assert client.conversations_open(users="U2,U1")["channel"]["id"] == together
    assert client.conversations_open(channel=together)["channel"]["id"] == together


def test_people(slack: Slack, client: Client) -> None:
    ana = client.users_info(user="U1")["user"]
    assert (ana["is_admin"], ana["is_restricted"], ana["real_name"], ana["tz_offset"]) == (
        True,
        False,
        "Ana Admin",
        3600,
    )
    assert ana["profile"]["email"] == "ana@example.com"
    assert client.users_info(user="U2")["user"]["tz_offset"] == -5 * 3600
    assert client.users_info(user="U3")["user"]["is_restricted"]
    assert client.users_info(user="U4")["user"]["deleted"]
    assert client.users_info(user="U5")["user"]["is_bot"]
    assert client.users_lookupByEmail(email="Ben@Example.com")["user"]["id"] == "U2"
    slack.set_scopes("T001", ("users:read",))
    assert "email" not in client.users_info(user="U1")["user"]["profile"]


def test_pins(slack: Slack, client: Client) -> None:
    ts = client.chat_postMessage(channel="C1", text="a")["ts"]
    client.pins_add(channel="C1", timestamp=ts)
    assert [message.ts for message in slack.channel("C1").pins] == [ts]


def test_a_file_in_three_steps(slack: Slack, client: Client) -> None:
    root = client.chat_postMessage(channel="C1", text="digest")["ts"]
    answer = client.files_upload_v2(
        channel="C1", thread_ts=root, filename="chart.png", content=b"\x89PNG", title="Chart", initial_comment="see"
    )
    (file,) = slack.files()
    assert answer["files"][0]["id"] == file.id
    assert (file.name, file.title, file.content, file.channels) == ("chart.png", "Chart", "iVBORw==", ("C1",))
    (reply,) = slack.channel("C1").replies(slack.message("C1", root))
    assert (reply.text, reply.files) == ("see", (file.id,))


def test_a_file_that_is_not_what_was_announced(slack: Slack, client: Client, http: httpx.Client) -> None:
    ticket = client.files_getUploadURLExternal(filename="a.txt", length=3)
    assert http.post(ticket["upload_url"], content=b"four").status_code == 400
    files = {"filename": ("a.txt", b"abc")}
    assert http.post(ticket["upload_url"], files=files).text == "OK - 3"
    share = {"files": [{"id": ticket["file_id"]}], "channel_id": "C2"}
    assert client.refusal("files.completeUploadExternal", **share)["error"] == "not_in_channel"
    assert client.files_completeUploadExternal(files=share["files"])["files"][0]["id"] == ticket["file_id"]
    assert client.refusal("files.completeUploadExternal", files=share["files"])["error"] == "file_not_found"
