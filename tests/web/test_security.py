"""Who may speak to a chat that has no passwords, and what its pages may load."""

import pytest
from starlette.datastructures import Headers

from bot.platforms.web.security import SameOrigin
from bot.settings import is_loopback

OWN = {"host": "127.0.0.1:8000", "origin": "http://127.0.0.1:8000"}


def problem(method: str = "POST", hosts: frozenset[str] = frozenset(), **headers: str) -> str | None:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return SameOrigin(_no_app, hosts).problem(method, "http", Headers(raw=raw))


async def _no_app(*_: object) -> None:
    raise AssertionError("nobody is to get here")


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "localhost", "[::1]:9", "LOCALHOST:1"])
def test_its_own_pages_may_ask_for_anything(host: str) -> None:
    assert problem("GET", host=host) is None
    assert problem("POST", host=host, origin=f"http://{host}", sec_fetch_site="same-origin") is None


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "localhost.evil.example", "", "127.0.0.1:x",
     "a@127.0.0.1", "127.0.0.2:8000", "[::1", "127.0.0.1/x", "0x7f.1", "labkeeper.example.com"],
)  # fmt: skip
def test_a_name_that_only_points_here_is_refused(host: str) -> None:
    for method in ("GET", "POST"):
        assert "answers only under the addresses it knows" in str(problem(method, host=host, origin=f"http://{host}"))


def test_two_hosts_are_one_too_many() -> None:
    headers = Headers(raw=[(b"host", b"127.0.0.1:1"), (b"host", b"evil.example")])
    assert SameOrigin(_no_app).problem("GET", "http", headers) is not None


def test_the_address_the_operator_named_is_known() -> None:
    hosts = frozenset({"labkeeper.example.com"})
    assert problem("POST", hosts, host="labkeeper.example.com", origin="https://labkeeper.example.com") is None
    assert problem("POST", hosts, host="other.example.com", origin="https://other.example.com") is not None


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "", "http://127.0.0.1:8001", "http://localhost:8000", "http://127.0.0.1",
     "ws://127.0.0.1:8000", "http://127.0.0.1:8000.evil.example", "http://127.0.0.1:8000/"],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_another_page_is_refused(method: str, origin: str) -> None:
    assert problem(method, **{**OWN, "origin": origin}) is not None


def test_a_change_without_an_origin_is_refused() -> None:
    assert problem("POST", host="127.0.0.1:8000") is not None


@pytest.mark.parametrize("site", ["cross-site", "same-site", "strange"])
def test_what_another_page_loads_is_refused_where_the_browser_names_no_origin(site: str) -> None:
    assert problem("GET", host="localhost:8000", sec_fetch_site=site, sec_fetch_mode="no-cors") is not None
    # A link that somebody follows only opens the chat.
    assert problem("GET", host="localhost:8000", sec_fetch_site=site, sec_fetch_mode="navigate") is None


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "[::1]", "localhost"])
def test_loopback_is_this_machine_alone(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "labkeeper.example.com", "", "10.0.0.1"])
def test_all_other_addresses_are_reached_by_others(host: str) -> None:
    assert not is_loopback(host)
