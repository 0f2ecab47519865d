"""Addresses of the board's pages, as they are written into messages and read out of them."""

from urllib.parse import quote, unquote, urlsplit

from core.cards import Card, Link, Span, TaskRef, with_spans
from core.errors import InvalidInput
from core.ids import TaskKey

_TASKS = "/board/tasks/"


def task_path(key: TaskKey) -> str:
    return f"{_TASKS}{quote(str(key))}"


def task_address(public_url: str, key: TaskKey) -> str:
    return f"{public_url.rstrip('/')}{task_path(key)}"


def lead_to_board(card: Card, public_url: str | None) -> Card:
    """With each task in it as a link to its page, where the board has an address that others reach."""
    if public_url is None:
        return card

    def linked(span: Span) -> Span:
        key = _key(span.key) if isinstance(span, TaskRef) else None
        return Link(str(key), task_address(public_url, key)) if key else span

    return with_spans(card, linked)


def _key(text: str) -> TaskKey | None:
    try:
        return TaskKey.parse(text)
    except InvalidInput:
        return None


def task_at(public_url: str, address: str) -> TaskKey | None:
    """The task whose page it is; None for any other address, and for other servers'."""
    try:
        ours, there = urlsplit(public_url), urlsplit(address)
        is_ours = (there.scheme, there.hostname, there.port) == (ours.scheme, ours.hostname, ours.port)
    except ValueError:
        return None
    before = f"{ours.path.rstrip('/')}{_TASKS}"
    if not is_ours or there.username is not None or not there.path.startswith(before):
        return None
    return _key(unquote(there.path.removeprefix(before)).rstrip("/"))


def domain_of(public_url: str) -> str:
    """Without its port: what a chat may be told to look out for."""
    return urlsplit(public_url).hostname or ""
