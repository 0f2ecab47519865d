"""What comes to a webhook address and is not what GitHub sends: each has its answer, and nothing is half done."""

import gzip
import hmac
import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from storage.engine import is_sqlite
from tests.github.host import Delivery, GitHub, HookAddress, repository, signed
from tests.github_push import CHURN
from tests.slack.harness import SlackBoard

PUSH = {
    "ref": "refs/heads/main", "before": "a" * 40, "after": "b" * 40, "created": False, "deleted": False,
    "forced": False, "compare": "", "repository": repository(CHURN),
    "pusher": {"name": "ana", "email": "a@a.example"},
    "sender": {"login": "ana", "id": 1, "type": "User"},
    "commits": [
        {
            "id": "b" * 40, "message": "CHURN-1 #start", "url": "https://github.com/lab/churn/commit/b",
            "author": {"name": "Ana", "email": "ana@lab.example"}, "added": [], "modified": [], "removed": [],
        }
    ],
}  # fmt: skip


@pytest.fixture(autouse=True)
def task(board: SlackBoard) -> None:
    board.lab("task new Weigh tail classes")


def untouched(board: SlackBoard) -> bool:
    return board.task().state == "todo" and board.count("commit_tasks") == 0


def raw(body: bytes, event: str = "push") -> Delivery:
    return replace(Delivery.of(event, {}), body=body)


def post(github: GitHub, delivery: Delivery, headers: dict[str, str] | None = None) -> int:
    given = signed(delivery, github.hook) if headers is None else headers
    return github._client.post(github.hook.url, content=delivery.body, headers=given).status_code


def test_the_body_of_these_tests_is_one_that_moves_the_board(github: GitHub, board: SlackBoard) -> None:
    assert github.send(Delivery.of("push", PUSH)) == 200
    assert board.task().state == "doing"


FORGERIES: dict[str, Callable[[dict[str, str]], dict[str, str]]] = {
    "no signature": lambda h: {k: v for k, v in h.items() if k != "X-Hub-Signature-256"},
    "another secret": lambda h: h | {"X-Hub-Signature-256": "sha256=" + "0" * 64},
    "empty": lambda h: h | {"X-Hub-Signature-256": ""},
    "no prefix": lambda h: h | {"X-Hub-Signature-256": h["X-Hub-Signature-256"].removeprefix("sha256=")},
    "not ASCII": lambda h: h | {"X-Hub-Signature-256": "sha256=\u00fc".encode().decode("latin-1")},
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
def test_what_is_not_signed_is_refused_and_not_read(
    github: GitHub, board: SlackBoard, forge: Callable[[dict[str, str]], dict[str, str]]
) -> None:
    delivery = Delivery.of("push", PUSH)
    headers = {name: value.encode("latin-1") for name, value in forge(signed(delivery, github.hook)).items()}
    answer = github._client.post(github.hook.url, content=delivery.body, headers=headers)
    assert answer.status_code == 401
    assert untouched(board)


def test_the_right_sha_1_signature_alone_is_refused(github: GitHub, board: SlackBoard) -> None:
    delivery = Delivery.of("push", PUSH)
    headers = signed(delivery, github.hook)
    del headers["X-Hub-Signature-256"]
    digest = hmac.new(github.hook.secret.encode(), delivery.body, "sha1").hexdigest()
    assert post(github, delivery, headers | {"X-Hub-Signature": f"sha1={digest}"}) == 401
    assert untouched(board)


MALFORMED = {
    "nothing": b"",
    "a bracket": b"{",
    "a list": b"[]",
    "not UTF-8": b'{"ref": "\xff"}',
    "nested deeply": b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "NaN": json.dumps(PUSH | {"size": float("nan")}).encode(),
    "a key twice": json.dumps(PUSH).encode()[:-1] + b', "ref": "refs/heads/other"}',
    "NUL": json.dumps(PUSH | {"compare": "\0"}).encode(),
    "half a pair": json.dumps(PUSH).encode()[:-1] + b', "x": "\\ud800"}',
    "another shape": json.dumps(PUSH | {"commits": {"id": 1}}).encode(),
    "nobody's": json.dumps({"zen": "?"}).encode(),
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
def test_what_github_never_sends_is_not_understood(github: GitHub, board: SlackBoard, body: bytes) -> None:
    assert post(github, raw(body)) == 400
    assert untouched(board)


def test_a_body_of_another_event_is_not_understood(github: GitHub, board: SlackBoard) -> None:
    assert github.send(Delivery.of("pull_request", PUSH)) == 400
    assert untouched(board)


@pytest.mark.parametrize("event", ["star", "watch", "gollum", "made_up"])
def test_a_signed_event_that_nobody_needs_is_accepted(github: GitHub, board: SlackBoard, event: str) -> None:
    assert github.send(Delivery.of(event, {"action": "created", "repository": repository(CHURN)})) == 202
    assert untouched(board)


def test_a_compressed_body_is_refused(github: GitHub, board: SlackBoard) -> None:
    delivery = raw(gzip.compress(json.dumps(PUSH).encode()))
    assert post(github, delivery, signed(delivery, github.hook) | {"Content-Encoding": "gzip"}) == 415
    assert untouched(board)


def test_a_body_beyond_25_mib_is_refused(github: GitHub, board: SlackBoard) -> None:
    assert post(github, raw(b" " * (25 * 2**20 + 1))) == 413
    assert untouched(board)


def test_a_body_of_25_mb_is_taken(github: GitHub, board: SlackBoard) -> None:
    commit = PUSH["commits"][0] | {"message": "CHURN-1 #start\n" + "x" * 24_000_000}
    assert github.send(Delivery.of("push", PUSH | {"commits": [commit]})) == 200
    assert board.task().state == "doing"


def test_a_message_of_a_megabyte_names_what_it_names(github: GitHub, board: SlackBoard) -> None:
    words = "UTF-8 PEP-8 SHA-256 https://x.example/CHURN-1 `CHURN-1` " * 18_000
    commit = PUSH["commits"][0] | {"message": f"Tidy\n\n{words}\n> CHURN-1 #done"}
    assert github.send(Delivery.of("push", PUSH | {"commits": [commit]})) == 200
    assert untouched(board)
    named = commit | {"id": "c" * 40, "message": f"{commit['message']}\nCHURN-1 #start"}
    assert github.send(Delivery.of("push", PUSH | {"after": "c" * 40, "commits": [named]})) == 200
    assert board.task().state == "doing"


@pytest.mark.parametrize(
    "address",
    [
        "/webhooks/github/unknown",
        "/webhooks/gitlab/unknown",
        "/webhooks/github/",
        "/webhooks/github/%00",
        "/webhooks/github/" + "x" * 99,
    ],
)
def test_an_address_that_nobody_made_is_not_there(github: GitHub, address: str) -> None:
    base = github.hook.url.partition("/webhooks/")[0]
    github.hook = HookAddress(base + address, github.hook.secret)
    assert post(github, Delivery.of("push", PUSH)) == 404


def test_reading_an_address_is_not_allowed(github: GitHub) -> None:
    assert github._client.get(github.hook.url).status_code == 405


def test_the_same_delivery_five_times_is_done_once(github: GitHub, board: SlackBoard) -> None:
    delivery = Delivery.of("push", PUSH)
    answers = [github.post(delivery) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200] * 5
    # By its id already: what it says is not looked at again.
    assert [answer.json()["status"] for answer in answers] == ["taken"] + ["known already"] * 4
    board.settle()
    assert [board.audit().count(line) for line in ("moved it from todo to doing: commit bbbbbbb",)] == [1]


def test_while_the_disk_is_full_github_is_told_to_come_again_and_nothing_is_half_done(
    github: GitHub, board: SlackBoard
) -> None:
    if not is_sqlite(board.database_url):
        pytest.skip("PostgreSQL's disk is not ours to fill")
    give_pages(board, 1)
    commits = [PUSH["commits"][0] | {"id": f"{number:040x}"} for number in range(300)]
    delivery = Delivery.of("push", PUSH | {"commits": commits, "after": commits[-1]["id"]})
    assert github.send(delivery) == 503
    assert untouched(board)
    give_pages(board, 100_000)
    assert github.send(delivery) == 200
    assert board.task().state == "doing"


def give_pages(board: SlackBoard, count: int) -> None:
    board.write(lambda work: work.connection.exec_driver_sql(f"PRAGMA max_page_count = {count}"))


@pytest.mark.parametrize("name", ["x" * 255, "x" * 500])
def test_long_names_are_kept_and_longer_ones_not_understood(github: GitHub, board: SlackBoard, name: str) -> None:
    sha = github.commit("CHURN-1 one", files={"a": "1"})
    assert github.status(sha, "failure", context=name) == 200
    assert github.status(sha, "failure", context=name + "x" * 300) == 400
    assert board.rows("SELECT name FROM checks") == [(name,)]
