"""Views, Socket Mode and OAuth of a fake in a process of its own, over a kill."""

import asyncio
import json
from pathlib import Path

import aiohttp

from tests.fakes.slack.client import Client
from tests.fakes.slack.remote import RemoteSlack, SlackProcess
from tests.fakes.slack.small_team import add_small_team
from tests.fakes.slack.view_examples import TASK_FORM, home


async def acknowledged(slack: RemoteSlack) -> None:
    url = (await asyncio.to_thread(Client(slack, "xapp-A001").apps_connections_open, app_token="xapp-A001"))["url"]
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as channel:
        assert (await channel.receive_json())["type"] == "hello"
        ana = slack.person("U1", slack.socket_app())
        asking = asyncio.create_task(asyncio.to_thread(ana.command, "help", "C1"))
        frame = await channel.receive_json()
        assert (frame["type"], frame["accepts_response_payload"]) == ("slash_commands", True)
        await channel.send_str(json.dumps({"envelope_id": frame["envelope_id"], "payload": {"text": "Ask away"}}))
        assert (await asking).text == "Ask away"


def test_it_keeps_views_envelopes_and_tokens(tmp_path: Path) -> None:
    first = SlackProcess(tmp_path)
    with first as slack:
        add_small_team(slack)
        slack.add_app(("https://lab.example/",))
        trigger = slack.start_interaction("commands", "T001", "U1", "C1").trigger_id
        client = Client(slack)
        client.views_open(trigger_id=trigger, view=TASK_FORM)
        client.views_publish(user_id="U1", view=home())
        slack.person("U1", slack.socket_app()).form.fill({"Title": "kept"})
        address = f"{slack.base_url}/oauth/v2/authorize?client_id=111.222&scope=commands&state=s"
        assert slack.person("U1", slack.socket_app()).installs(address).startswith("https://lab.example/?code=T001.1.")
        asyncio.run(acknowledged(slack))
    with SlackProcess(tmp_path, first.port) as slack:
        ana = slack.person("U1", slack.socket_app())
        assert (ana.form.value("Title"), ana.home.record.kind) == ("kept", "home")
        assert (
            Client(slack).refusal("views.open", trigger_id=trigger, view=TASK_FORM)["error"] == "exchanged_trigger_id"
        )
        assert [(envelope.kind, envelope.acknowledgements) for envelope in slack.envelopes()] == [("slash_commands", 1)]
        (asked,) = slack.authorizations()
        values = {"code": asked.code, "client_id": "111.222", "client_secret": "client-secret"}
        assert Client(slack, "").oauth_v2_access(**values)["team"]["id"] == "T001"
        assert slack.connections() == []
