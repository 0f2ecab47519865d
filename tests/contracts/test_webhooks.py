"""What every webhook provider keeps to, found by discovery: a new one is held to it without a line here.

Bodies from the real world are read where the folder with the specifications is at hand: it lies beside this repository
under the name of `shared`, or where LABKEEPER_SPECS says.
"""

import contextlib
import json
import os
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import webhooks
from bot.discovery import collect
from bot.webhook import Malformed, Provider
from core.git import NotNeeded
from tests.webhooks import SECRET, SIGNINGS, Request, event_of, fixtures

PROVIDERS = {provider.name: provider for provider in collect(webhooks, Provider)}
FIXTURES = [(name, fixture) for name in PROVIDERS for fixture in fixtures(name)]
SHARED = Path(os.environ.get("LABKEEPER_SPECS") or Path(__file__).parents[3] / "shared") / "fixtures" / "webhooks"
REAL = [path for name in PROVIDERS for path in sorted((SHARED / name).glob("*/*.json"))]

MALFORMED = {
    "nothing": b"",
    "half an object": b'{"ref": ',
    "a list": b"[]",
    "a number": b"7",
    "no UTF-8": b"\xff\xfe",
    "gzip": b"\x1f\x8b\x08\x00",
    "NaN": b'{"a": NaN}',
    "NUL": b'{"a": "\\u0000"}',
    "brackets": b"[" * 100_000,
    "a key twice": b'{"a": 1, "a": 2}',
    "an empty form": b"payload=",
    "a form of nonsense": b"payload=%zz&payload=%7B%7D",
}
WRONG = {
    "empty": lambda mark: "",
    "cut": lambda mark: mark[:-1],
    "longer": lambda mark: mark + "0",
    "another": lambda mark: mark[:-1] + ("0" if mark[-1] != "0" else "1"),
    "upper case": lambda mark: mark.upper(),
    "without its prefix": lambda mark: mark.rpartition("=")[2],
    "doubled": lambda mark: f"{mark}, {mark}",
    "doubled, the first of them wrong": lambda mark: f"sha256={'0' * 64}, {mark}",
    "not ASCII": lambda mark: mark[:-1] + "é",
    "full-width digits": lambda mark: mark.translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)}) + "０",
    "half a surrogate pair": lambda mark: mark + "\udc80",
    "very long": lambda mark: mark * 1_000,
}

each_provider = pytest.mark.parametrize("provider", PROVIDERS.values(), ids=PROVIDERS)
each_fixture = pytest.mark.parametrize(("name", "fixture"), FIXTURES)


def request(name: str, fixture: str, *, event: str | None = None, secret: str = SECRET) -> Request:
    return SIGNINGS[name].sign(event or event_of(fixture), fixtures(name)[fixture], secret)


def any_request(provider: Provider) -> Request:
    return request(provider.name, next(iter(fixtures(provider.name))))


def test_there_are_providers_and_each_has_a_body_and_a_way_to_sign() -> None:
    assert PROVIDERS
    assert set(PROVIDERS) <= set(SIGNINGS)
    assert {name for name, _ in FIXTURES} == set(PROVIDERS)
    assert all(provider.body_limit > 0 for provider in PROVIDERS.values())


@each_fixture
def test_the_right_signature_is_known_and_the_body_is_read_the_same_twice(name: str, fixture: str) -> None:
    sent, provider = request(name, fixture), PROVIDERS[name]
    assert provider.verify(sent.headers, sent.body, SECRET)
    first = provider.parse(sent.headers, sent.body)
    assert first == provider.parse(sent.headers, sent.body)
    assert first.delivery_id
    assert first.event
    hash(first)


@each_provider
def test_a_request_without_a_signature_is_forged(provider: Provider) -> None:
    sent = any_request(provider)
    bare = {name: text for name, text in sent.headers.items() if name != SIGNINGS[provider.name].header}
    assert not provider.verify(bare, sent.body, SECRET)
    assert not provider.verify({}, sent.body, SECRET)


@each_provider
@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG)
def test_a_wrong_signature_is_forged(provider: Provider, change: Any) -> None:
    sent, header = any_request(provider), SIGNINGS[provider.name].header
    assert not provider.verify({**sent.headers, header: change(sent.headers[header])}, sent.body, SECRET)


@each_provider
def test_an_older_weaker_signature_alone_is_forged(provider: Provider) -> None:
    sent, signing = any_request(provider), SIGNINGS[provider.name]
    if signing.old is None:
        pytest.skip("this provider has one way to sign")
    old = signing.old(sent.body, SECRET)
    bare = {name: text for name, text in sent.headers.items() if name != signing.header}
    assert not provider.verify(bare | old, sent.body, SECRET)
    assert not provider.verify(bare | {signing.header: next(iter(old.values()))}, sent.body, SECRET)
    assert provider.verify(sent.headers | old, sent.body, SECRET)


@each_provider
@pytest.mark.parametrize("secret", ["", "another", SECRET + " ", "gehëim", "\udc80"])
def test_what_another_secret_signed_is_forged(provider: Provider, secret: str) -> None:
    sent = any_request(provider)
    assert not provider.verify(sent.headers, sent.body, secret)


@each_provider
def test_an_empty_secret_verifies_nothing(provider: Provider) -> None:
    sent = request(provider.name, next(iter(fixtures(provider.name))), secret="")
    assert not provider.verify(sent.headers, sent.body, "")


@each_provider
def test_a_body_changed_by_one_byte_is_forged(provider: Provider) -> None:
    sent = any_request(provider)
    assert not provider.verify(sent.headers, sent.body + b" ", SECRET)
    assert not provider.verify(sent.headers, sent.body[1:], SECRET)


@each_provider
@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
def test_a_signed_body_that_is_no_object_is_malformed(provider: Provider, body: bytes) -> None:
    for event in {event_of(fixture) for fixture in fixtures(provider.name)} | {"event_of_next_year"}:
        sent = SIGNINGS[provider.name].sign(event, body, SECRET)
        assert provider.verify(sent.headers, sent.body, SECRET)
        with pytest.raises(Malformed):
            provider.parse(sent.headers, sent.body)


@each_provider
def test_an_event_that_is_not_known_is_taken_and_nothing_is_done(provider: Provider) -> None:
    sent = SIGNINGS[provider.name].sign("event_of_next_year", b'{"action": "created"}', SECRET)
    assert isinstance(provider.parse(sent.headers, sent.body).fact, NotNeeded)


@each_provider
def test_headers_that_are_missing_are_malformed(provider: Provider) -> None:
    sent = any_request(provider)
    with pytest.raises(Malformed):
        provider.parse({}, sent.body)


@each_fixture
def test_a_body_under_the_name_of_another_event_is_never_taken_for_it(name: str, fixture: str) -> None:
    for event in {event_of(other) for other in fixtures(name)} - {event_of(fixture)}:
        sent = request(name, fixture, event=event)
        with contextlib.suppress(Malformed):
            assert isinstance(PROVIDERS[name].parse(sent.headers, sent.body).fact, NotNeeded), event


VALUES: list[Any] = [None, True, False, 0, -1, 1.5, 2**80, "", "x", "é\n", [], [None], ["x"], [[]], {}, {"id": []}]


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to everything inside."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for step, inner in steps for place in ((*path, step), *places(inner, (*path, step)))]


@st.composite
def mutations(draw: st.DrawFn) -> tuple[str, str, dict[str, Any]]:
    """A fixture with some of its fields gone, or of another type."""
    name, fixture = draw(st.sampled_from(FIXTURES))
    body = json.loads(fixtures(name)[fixture])
    for _ in range(draw(st.integers(1, 3))):
        if not (found := places(body)):
            break
        *way, last = draw(st.sampled_from(found))
        within = body
        for step in way:
            within = within[step]
        if draw(st.booleans()):
            del within[last]
        else:
            within[last] = deepcopy(draw(st.sampled_from(VALUES)))
    return name, event_of(fixture), body


def check_read_or_malformed(name: str, event: str, body: dict[str, Any]) -> None:
    sent = SIGNINGS[name].sign(event, json.dumps(body).encode(), SECRET)
    with contextlib.suppress(Malformed):
        hash(PROVIDERS[name].parse(sent.headers, sent.body))


@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(mutations())
def test_a_body_with_fields_gone_or_of_another_type_is_read_or_malformed(mutation: Any) -> None:
    check_read_or_malformed(*mutation)


@each_fixture
def test_each_single_field_may_be_gone_or_of_another_type(name: str, fixture: str) -> None:
    body = json.loads(fixtures(name)[fixture])
    for *way, last in places(body):
        for value in ("gone", None, 7, "text", [], {}, [{}]):
            changed = deepcopy(body)
            within = changed
            for step in way:
                within = within[step]
            if value == "gone":
                del within[last]
            else:
                within[last] = value
            check_read_or_malformed(name, event_of(fixture), changed)


@pytest.mark.skipif(not REAL, reason=f"there are no bodies in {SHARED}: say in LABKEEPER_SPECS where they lie")
@pytest.mark.parametrize("path", REAL, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_real_bodies_are_read_the_same_twice(path: Path) -> None:
    provider = PROVIDERS[path.parent.parent.name]
    sent = SIGNINGS[provider.name].sign(path.parent.name, path.read_bytes(), SECRET)
    assert provider.verify(sent.headers, sent.body, SECRET)
    assert provider.parse(sent.headers, sent.body) == provider.parse(sent.headers, sent.body)
