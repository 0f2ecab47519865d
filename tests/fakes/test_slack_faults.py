"""What goes wrong on request, and what is counted."""

import asyncio
import threading

import aiohttp
import httpx
import pytest
from slack_sdk.errors import SlackApiError

from tests.fakes.slack.client import Client
from tests.fakes.slack.faults import hanging, lost_answer, lost_request, rate_limited, refusal, server_error
from tests.fakes.slack.server import SlackServer
from tests.fakes.slack.slack import Slack


def texts(slack: Slack, channel: str = "C1") -> list[str]:
    return [message.text for message in slack.channel(channel).messages]


def test_429_with_retry_after(slack: Slack, client: Client) -> None:
    slack.fault("chat.postMessage", rate_limited(7))
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel="C1", text="a")
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "7"
    assert caught.value.response["error"] == "ratelimited"
    assert texts(slack) == []
    assert client.chat_postMessage(channel="C1", text="b")["ok"]
    assert [call.fault for call in slack.calls("chat.postMessage")] == ["rate_limited", ""]


def test_500_as_often_as_asked_for(slack: Slack, client: Client) -> None:
    slack.fault("*", server_error(), times=2)
    assert client.refusal("auth.test")["error"] == "internal_error"
    assert client.refusal("chat.postMessage", channel="C1", text="a")["error"] == "internal_error"
    assert client.chat_postMessage(channel="C1", text="b")["ok"]
    assert [call.status for call in slack.calls()] == [500, 500, 200]


def test_faults_of_one_channel_after_calls_that_go_well(slack: Slack, client: Client) -> None:
    slack.fault("chat.postMessage", refusal("restricted_action"), channel="C1", skip=1)
    assert client.chat_postMessage(channel="C1", text="a")["ok"]
    assert client.chat_postMessage(channel="G1", text="b")["ok"]
    assert client.refusal("chat.postMessage", channel="C1", text="c")["error"] == "restricted_action"
    slack.fault("chat.postMessage", refusal("fatal_error"), times=9)
    slack.clear_faults()
    assert client.chat_postMessage(channel="C1", text="d")["ok"]


def test_an_accepted_post_whose_answer_is_lost(slack: Slack, client: Client) -> None:
    slack.fault("chat.postMessage", lost_answer())
    with pytest.raises(aiohttp.ServerDisconnectedError):
        client.chat_postMessage(channel="C1", text="a")
    assert texts(slack) == ["a"]
    (seen,) = client.conversations_history(channel="C1")["messages"]
    assert seen["text"] == "a"


def test_a_post_that_is_lost_before_anything_happens(slack: Slack, client: Client) -> None:
    slack.fault("chat.postMessage", lost_request())
    with pytest.raises(aiohttp.ServerDisconnectedError):
        client.chat_postMessage(channel="C1", text="a")
    assert texts(slack) == []


@pytest.mark.parametrize(("is_carried_out", "stored"), [(False, []), (True, ["a"])])
def test_a_hanging_call_whose_client_gives_up(slack: Slack, is_carried_out: bool, stored: list[str]) -> None:
    slack.fault("chat.postMessage", hanging(60, is_carried_out=is_carried_out))
    client = Client(slack)

    async def give_up() -> None:
        posting = asyncio.create_task(client.web.chat_postMessage(channel="C1", text="a"))
        await asyncio.to_thread(slack.wait_until, lambda: slack.hanging_calls() == 1)
        posting.cancel()
        await asyncio.gather(posting, return_exceptions=True)

    asyncio.run(give_up())
    assert texts(slack) == stored
    slack.release_hanging()
    slack.wait_until(lambda: slack.calls("chat.postMessage"))
    assert texts(slack) == stored


def test_a_hanging_call_that_is_released_goes_on(slack: Slack, client: Client) -> None:
    slack.fault("chat.postMessage", hanging(60))

    def release() -> None:
        slack.wait_until(lambda: slack.hanging_calls() == 1)
        assert texts(slack) == []
        slack.release_hanging()

    releasing = threading.Thread(target=release)
    releasing.start()
    assert client.chat_postMessage(channel="C1", text="a")["ok"]
    releasing.join()
    assert texts(slack) == ["a"]


def test_a_server_ends_although_a_call_hangs(capfd: pytest.CaptureFixture[str], http: httpx.Client) -> None:
    failed: list[Exception] = []
    with SlackServer() as other:

        def call() -> None:
            try:
                http.get(f"{other.api_url}auth.test")
            except httpx.HTTPError as error:
                failed.append(error)

        other.fault("auth.test", hanging(60))
        calling = threading.Thread(target=call)
        calling.start()
        other.wait_until(lambda: other.hanging_calls() == 1)
    calling.join()
    assert len(failed) == 1
    assert capfd.readouterr().err == ""


def test_posts_closer_than_a_second_in_a_channel_are_counted(slack: Slack, client: Client) -> None:
    for channel, after in (("C1", 0), ("G1", 0), ("C1", 1), ("C1", 0.95), ("C1", 0.5)):
        slack.advance(after)
        assert client.chat_postMessage(channel=channel, text="a")["ok"]
    assert [violation.where for violation in slack.violations("rate")] == ["C1"]
    assert slack.post_counts() == {"C1": 4, "G1": 1}


def test_a_network_may_hurry_one_message_but_not_all(slack: Slack, client: Client) -> None:
    for _ in range(5):
        client.chat_postMessage(channel="C1", text="a")
        slack.advance(0.95)
    assert len(slack.violations("rate")) == 2


def test_or_refused_when_told_to(slack: Slack, client: Client) -> None:
    slack.enforce_rates()
    client.chat_postMessage(channel="C1", text="a")
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel="C1", text="b")
    assert caught.value.response.headers["Retry-After"] == "1"
    slack.advance(1)
    client.chat_postMessage(channel="C1", text="c")
    assert texts(slack) == ["a", "c"]


def test_a_method_beyond_its_tier_is_counted(slack: Slack, client: Client) -> None:
    for _ in range(20):
        client.conversations_list()
    assert slack.violations("tier") == []
    client.conversations_list()
    assert [violation.where for violation in slack.violations("tier")] == ["conversations.list"]
    slack.advance(61)
    client.conversations_list()
    assert len(slack.violations("tier")) == 1


def test_duplicates_by_a_key_in_the_metadata(slack: Slack, client: Client) -> None:
    for key, channel in (("1", "C1"), ("2", "C1"), ("1", "G1")):
        metadata = {"event_type": "delivery", "event_payload": {"key": key}}
        client.chat_postMessage(channel=channel, text="a", metadata=metadata)
    assert slack.duplicates("key") == {"1": 2}
    slack.delete_message("G1", slack.channel("G1").messages[0].ts, by="U1")
    assert slack.duplicates("key") == {}
    assert slack.duplicates("key", with_deleted=True) == {"1": 2}


def test_waiting_for_what_never_comes_says_so(slack: Slack) -> None:
    with pytest.raises(TimeoutError, match="the last value was"):
        slack.wait_until(lambda: slack.channel("C1").messages, timeout=0.01)
