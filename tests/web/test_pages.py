"""Pages and what they load, from the application as it is mounted."""

import asyncio
import re
from typing import Any

import httpx
import pytest
from starlette.routing import BaseRoute

from bot.platforms.http import make_http_app
from bot.platforms.web.assets import load_assets
from bot.platforms.web.pages import environment
from bot.platforms.web.routes import front_route, shared_routes
from bot.platforms.web.security import HEADERS


def get(path: str, *, front: BaseRoute | None = None, **headers: str) -> httpx.Response:
    routes = [*shared_routes(), *([front] if front else [])]

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(make_http_app(lambda: ("", ""), {}, routes))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
            return await client.get(path, headers={name.replace("_", "-"): text for name, text in headers.items()})

    return asyncio.run(ask())


@pytest.mark.parametrize("name", sorted(load_assets().files))
def test_a_file_is_kept_for_as_long_as_it_is_the_same(name: str) -> None:
    address = load_assets().address(name)
    found = get(address)
    assert found.status_code == 200
    assert "immutable" in found.headers["cache-control"]
    assert found.headers["x-content-type-options"] == "nosniff"
    assert found.content == load_assets().files[name].body
    again = get(address, if_none_match=found.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")


def test_an_older_page_gets_what_there_is_and_asks_again() -> None:
    found = get("/static/older/labkeeper.css")
    assert (found.status_code, found.headers["cache-control"]) == (200, "no-cache")


@pytest.mark.parametrize("path", ["/static/x/nothing.css", "/static/x/../labkeeper.css", "/static/x/%2e%2e%2fpages.py"])
def test_no_other_file_is_served(path: str) -> None:
    assert get(path).status_code == 404


@pytest.mark.parametrize("chats", [(), ("Slack",), ("Slack", "Discord")])
def test_the_front_page_says_what_this_is(chats: tuple[str, ...]) -> None:
    found = get("/", front=front_route(chats=chats, root="lab"))
    assert found.status_code == 200
    assert {name: found.headers[name] for name in HEADERS} == HEADERS
    assert found.headers["cache-control"] == "no-store"
    assert ("LABKEEPER_LOCAL_CHAT=everyone" in found.text) == (not chats)
    assert " and ".join(chats) in found.text
    assert "labkeeper check" in found.text


def pages() -> list[Any]:
    return [environment().loader.get_source(environment(), name)[0] for name in environment().list_templates()]  # type: ignore[union-attr]


def test_no_template_has_anything_inline_or_from_elsewhere() -> None:
    """A strict policy would keep it from working; so nobody is to write it."""
    for source in pages():
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", source)
        assert not re.search(r"""(src|href)=["']https?:""", source)
        assert "|safe" not in source


def test_no_stylesheet_or_script_loads_anything_from_elsewhere() -> None:
    for name, asset in load_assets().files.items():
        if not name.endswith(".svg"):
            assert not re.search(rb"https?:|eval\(|@import", asset.body), name
