"""What is not Slack's is refused before anything of it is read."""

import hashlib
import hmac
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.telemetry import FORGED
from tests.fakes.slack.signing import FORM, JSON, SignedRequest, signature
from tests.slack.harness import SECRET, SlackBoard, slack_board

COMMAND = (
    b"team_id=T001&team_domain=acme&channel_id=C1&channel_name=general&user_id=U1&user_name=ana&command=%2Flab&text="
)
SIGNATURE, TIMESTAMP = "X-Slack-Signature", "X-Slack-Request-Timestamp"
GARBLED = {
    "half an object": b"{",
    "a list": b"[]",
    "no UTF-8": b"\xff\xfe\xfa payload=\xc3\x28",
    "brackets": b"[" * 100_000,
    "nothing": b"",
    "a command": COMMAND,
    "a broken payload": b"payload=%7B",
    "NUL": b"\x00" * 64,
}

each_body = pytest.mark.parametrize("body", GARBLED.values(), ids=GARBLED)


@pytest.fixture(scope="module")
def board(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SlackBoard]:
    """One for all: nothing here may change it."""
    path = tmp_path_factory.mktemp("forged") / "labkeeper.db"
    path.write_bytes(migrated_sqlite.read_bytes())
    with slack_board(f"sqlite:///{path}") as board:
        yield board


def send(board: SlackBoard, body: bytes, headers: list[tuple[bytes, bytes]]) -> httpx.Response:
    """The headers as they are, doubled ones too."""
    return board.app.client.post(board.app.url, content=body, headers=headers)


def check_refused(board: SlackBoard, response: httpx.Response, *, forged_before: float) -> None:
    assert response.status_code == 401
    assert response.text == "not signed by Slack"
    assert forged() == forged_before + 1
    assert (board.count("teams"), board.count("members"), board.count("receipts")) == (0, 0, 0)
    assert [call.method for call in board.slack.calls()] == ["auth.test"]


def forged() -> float:
    return FORGED.labels(source="slack")._value.get()


def check_refused_stamp(board: SlackBoard, stamp: bytes) -> None:
    before = forged()
    digest = hmac.new(SECRET.encode(), b"v0:" + stamp + b":" + COMMAND, hashlib.sha256).hexdigest().encode()
    headers = [(b"x-slack-request-timestamp", stamp), (b"x-slack-signature", b"v0=" + digest)]
    check_refused(board, send(board, COMMAND, headers), forged_before=before)


@each_body
def test_what_another_secret_signed_is_refused_unread(board: SlackBoard, body: bytes) -> None:
    for content_type in (JSON, FORM, "", "text/plain; charset=no-such"):
        before, now = forged(), str(int(time.time()))
        headers = {TIMESTAMP: now, SIGNATURE: signature("another secret", now, body), "Content-Type": content_type}
        response = board.app.client.post(board.app.url, content=body, headers=headers)
        check_refused(board, response, forged_before=before)


@each_body
def test_what_is_not_signed_at_all_is_refused_unread(board: SlackBoard, body: bytes) -> None:
    before = forged()
    check_refused(board, send(board, body, [(b"content-type", JSON.encode())]), forged_before=before)


@pytest.mark.parametrize("body", [b"{}", COMMAND])
def test_a_body_that_was_changed_by_one_byte_is_refused(board: SlackBoard, body: bytes) -> None:
    before, signed = forged(), board.app.sign(body, FORM)
    check_refused(
        board, board.app.client.post(signed.url, content=body + b" ", headers=signed.headers), forged_before=before
    )


@pytest.mark.parametrize("age", [301, 3_600, 10**9, -301, -3_600])
def test_a_request_of_another_time_is_refused(board: SlackBoard, age: float) -> None:
    before = forged()
    signed = board.app.sign(COMMAND, FORM, at=time.time() - age)
    check_refused(
        board, board.app.client.post(signed.url, content=signed.body, headers=signed.headers), forged_before=before
    )


@pytest.mark.parametrize("age", [0, 290, -290])
def test_a_request_of_the_last_five_minutes_is_taken(board: SlackBoard, age: float) -> None:
    challenge = b'{"type": "url_verification", "challenge": "here I am"}'
    signed = board.app.sign(challenge, JSON, at=time.time() - age)
    assert board.app.send(signed).status == 200


@pytest.mark.parametrize(
    "stamp",
    [
        b"", b"now", b"-1", b"+1", b"1e9", b"1.5", b"0x10", b"nan", b"inf", b"9" * 12, b"9" * 400, b"9" * 5_000,
        "١٧٦٣٤٦٠٠٠٠".encode(), "１７６３４６００００".encode(), b"\xff\xfe", b"1_000",
    ],
    ids=lambda stamp: repr(stamp[:20]),
)  # fmt: skip
def test_a_timestamp_that_is_no_time_is_refused_even_when_it_is_signed(board: SlackBoard, stamp: bytes) -> None:
    check_refused_stamp(board, stamp)


def test_anything_around_the_digits_of_a_good_timestamp_is_refused(board: SlackBoard) -> None:
    now = str(int(time.time())).encode()
    for stamp in (b"+" + now, now + b".0", now[:5] + b"_" + now[5:], now + b";", b"x" + now, b"0" * 90 + now):
        check_refused_stamp(board, stamp)


@pytest.mark.parametrize(
    "change",
    [
        lambda mark: b"",
        lambda mark: b"v0=",
        lambda mark: mark.removeprefix(b"v0="),
        lambda mark: b"v1=" + mark.removeprefix(b"v0="),
        lambda mark: b"V0=" + mark.removeprefix(b"v0="),
        lambda mark: mark.upper(),
        lambda mark: mark[:-1],
        lambda mark: mark + b"0",
        lambda mark: mark[:-1] + "é".encode(),
        lambda mark: b"v0=" + "ﬀ".encode() * 32,
        lambda mark: b"\xff" * 67,
        lambda mark: mark + b", " + mark,
        lambda mark: b"v0=" + b"a" * 10_000,
    ],
)
def test_a_signature_of_another_form_is_refused(board: SlackBoard, change) -> None:
    before, now = forged(), str(int(time.time()))
    mark = change(signature(SECRET, now, COMMAND).encode())
    headers = [(b"x-slack-request-timestamp", now.encode()), (b"x-slack-signature", mark)]
    check_refused(board, send(board, COMMAND, headers), forged_before=before)


@pytest.mark.parametrize("kept", [[], [TIMESTAMP], [SIGNATURE]])
def test_a_request_that_lacks_a_header_is_refused(board: SlackBoard, kept: list[str]) -> None:
    before, signed = forged(), board.app.sign(COMMAND, FORM)
    headers = [(name.encode(), signed.headers[name].encode()) for name in kept]
    check_refused(board, send(board, COMMAND, headers), forged_before=before)


@pytest.mark.parametrize("doubled", [TIMESTAMP, SIGNATURE])
@pytest.mark.parametrize("is_first", [True, False])
def test_a_header_that_comes_twice_is_refused_even_where_one_is_right(
    board: SlackBoard, doubled: str, is_first: bool
) -> None:
    before, signed = forged(), board.app.sign(COMMAND, FORM)
    headers = [(name.encode(), value.encode()) for name, value in signed.headers.items()]
    other = (doubled.encode(), b"v0=0000" if doubled == SIGNATURE else b"1")
    check_refused(
        board, send(board, COMMAND, [other, *headers] if is_first else [*headers, other]), forged_before=before
    )


@pytest.mark.parametrize("is_signed", [True, False])
def test_a_body_larger_than_slacks_is_refused_unread(board: SlackBoard, is_signed: bool) -> None:
    body = COMMAND + b"x" * (2 * 1024 * 1024)
    request = board.app.sign(body, FORM) if is_signed else SignedRequest(board.app.url, {"Content-Type": FORM}, body)
    assert board.app.send(request).status == 413
    assert board.count("teams") == 0


def test_a_body_that_does_not_say_how_long_it_is_is_stopped_too(board: SlackBoard) -> None:
    pieces = (b"x" * 65_536 for _ in range(32))
    assert board.app.client.post(board.app.url, content=pieces).status_code == 413


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD"])
def test_only_posts_are_taken(board: SlackBoard, method: str) -> None:
    assert board.app.client.request(method, board.app.url).status_code == 405
