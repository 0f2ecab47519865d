"""Installing Labkeeper from a browser: once, by whoever began it, in time; and what they read."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from pydantic import SecretStr

from bot.platforms.slack.manifest import SCOPES
from bot.vault import Vault
from tests.fakes.slack.faults import hanging, lost_answer, refusal, server_error
from tests.slack.harness import SlackBoard
from tests.slack.installing import CLIENT_ID, another_process, browser, kept, open_board
from tests.storage.probes import at_once


@pytest.fixture
def board(database_url: str) -> Iterator[SlackBoard]:
    with open_board(database_url) as board:
        yield board


@pytest.fixture
def sqlite_board(sqlite_url: str) -> Iterator[SlackBoard]:
    with open_board(sqlite_url) as board:
        yield board


def says(answer: httpx.Response, status: int, title: str) -> None:
    assert (answer.status_code, re.findall("<h1>(.*)</h1>", answer.text)) == (status, [title])


def test_whoever_agrees_reads_what_to_do_next_and_the_workspace_is_served(board: SlackBoard) -> None:
    answer = browser(board).install()
    says(answer, 200, "Labkeeper is installed")
    assert "/lab-admin project new CHURN" in answer.text
    board.admin("project new CHURN name:Churn model")
    board.lab("task new Fix the features")
    assert "CHURN-1 Fix the features" in board.transcript()


def test_slack_is_asked_for_what_the_manifest_asks_for(sqlite_board: SlackBoard) -> None:
    address = urlsplit(browser(sqlite_board).begin())
    asked = parse_qs(address.query)
    assert (f"{address.scheme}://{address.netloc}", address.path) == (
        sqlite_board.slack.base_url,
        "/oauth/v2/authorize",
    )
    assert asked["client_id"] == [CLIENT_ID]
    assert set(asked["scope"][0].split(",")) == set(SCOPES)
    assert asked["redirect_uri"] == [f"{sqlite_board.connection_address}/slack/oauth_redirect"]


def test_what_slack_sends_a_browser_back_with_works_once(board: SlackBoard) -> None:
    one = browser(board)
    back = one.agree(one.begin())
    says(one.open(back), 200, "Labkeeper is installed")
    before = kept(board)
    says(one.open(back), 400, "This was used already")
    again = one.agree(one.begin())
    state = parse_qs(urlsplit(back).query)["state"][0]
    says(one.open(re.sub("state=[^&]*", f"state={state}", again)), 400, "This was used already")
    assert kept(board) == before


def test_of_many_who_use_one_state_at_once_one_installs(board: SlackBoard) -> None:
    one = browser(board)
    back = one.agree(one.begin())
    answers = at_once(*[lambda: one.open(back).status_code] * 4)
    assert sorted(answers) == [200, 400, 400, 400]
    assert len(board.slack.calls("oauth.v2.access")) == 1


def test_another_browser_cannot_finish_what_this_one_began_and_does_not_spoil_it(board: SlackBoard) -> None:
    one, other = browser(board), browser(board)
    back = one.agree(one.begin())
    says(other.open(back), 400, "This was begun in another browser")
    other.begin()
    says(other.open(back), 400, "This was begun in another browser")
    assert kept(board) is None
    says(one.open(back), 200, "Labkeeper is installed")


def test_whoever_takes_longer_than_ten_minutes_begins_again(board: SlackBoard) -> None:
    one = browser(board)
    back = one.agree(one.begin())
    board.later(601)
    says(one.open(back), 400, "That took too long")
    assert kept(board) is None
    assert board.slack.calls("oauth.v2.access") == []
    says(one.install(), 200, "Labkeeper is installed")


@pytest.mark.parametrize("query", ["", "?code=1", "?state=1", "?code=&state=", "?state=1&error="])
def test_an_address_without_its_words_says_so(sqlite_board: SlackBoard, query: str) -> None:
    one = browser(sqlite_board)
    one.begin()
    says(one.open(f"{one.address}/slack/oauth_redirect{query}"), 400, "Something is missing")


@pytest.mark.parametrize("state", ["x", "%00", "%ff%fe", "%ed%a0%80", "%F0%9F%98%80", "a" * 5_000])
def test_a_state_that_was_never_given_out_is_refused(database_url: str, state: str) -> None:
    with open_board(database_url) as board:
        one = browser(board)
        one.begin()
        says(one.open(f"{one.address}/slack/oauth_redirect?code=1&state={state}"), 400, "This was used already")


def test_two_windows_of_one_browser_both_come_to_their_end(board: SlackBoard) -> None:
    one = browser(board)
    first, second = one.agree(one.begin(), "T001"), one.agree(one.begin(), "T002")
    assert [one.open(back).status_code for back in (first, second)] == [200, 200]
    assert kept(board, "T001")
    assert kept(board, "T002")


@pytest.mark.parametrize("rotates", [False, True])
def test_of_two_installations_of_one_workspace_at_once_a_token_remains_that_works(
    database_url: str, rotates: bool
) -> None:
    with open_board(database_url, rotates=rotates) as board:
        browsers = [browser(board) for _ in range(4)]
        backs = [one.agree(one.begin()) for one in browsers]
        answers = at_once(*[lambda o=o, b=b: o.open(b).status_code for o, b in zip(browsers, backs, strict=True)])
        assert answers == [200] * 4
        assert board.count("installations") == 1
        board.admin("project new CHURN name:Churn model")
        board.lab("task new Fix the features")
        assert "CHURN-1" in board.transcript()


def test_whoever_declines_reads_that_nothing_was_installed(sqlite_board: SlackBoard) -> None:
    one = browser(sqlite_board)
    state = parse_qs(urlsplit(one.begin()).query)["state"][0]
    back = f"{one.address}/slack/oauth_redirect?state={state}&error="
    says(one.open(f"{back}access_denied"), 403, "Nothing was installed")
    says(one.open(f"{back}access_denied"), 400, "This was used already")


def test_what_slack_says_is_shown_as_text(sqlite_board: SlackBoard) -> None:
    one = browser(sqlite_board)
    state = parse_qs(urlsplit(one.begin()).query)["state"][0]
    hostile = "%3Cscript%3Ealert(1)%3C/script%3E%22" + "x" * 500
    answer = one.open(f"{one.address}/slack/oauth_redirect?state={state}&error={hostile}")
    says(answer, 502, "Slack refused")
    assert "<script" not in answer.text
    assert "&lt;script&gt;" in answer.text
    assert len(answer.text) < 2_500


def test_the_name_of_a_workspace_is_shown_as_text(sqlite_board: SlackBoard) -> None:
    sqlite_board.slack.add_workspace("T003", "<b>&amp;'\"", is_installed=False)
    answer = browser(sqlite_board).install("T003")
    assert "It is in &lt;b&gt;&amp;amp;&#x27;&quot; now." in answer.text


@pytest.mark.parametrize(
    ("fault", "status", "title"),
    [
        (server_error(503), 502, "Slack refused"),
        (lost_answer(), 502, "Slack did not answer"),
        (refusal("invalid_code"), 400, "Slack does not take this any more"),
        (refusal("code_already_used"), 400, "Slack does not take this any more"),
        (refusal("bad_redirect_uri"), 500, "This server is not set up for it yet"),
        (refusal("internal_error"), 502, "Slack refused"),
    ],
    ids=lambda value: getattr(value, "error", value) or getattr(value, "name", value),
)
def test_what_goes_wrong_at_slack_is_told_and_can_be_begun_again(
    sqlite_board: SlackBoard, fault, status: int, title: str
) -> None:
    sqlite_board.slack.fault("oauth.v2.access", fault)
    one = browser(sqlite_board)
    says(one.install(), status, title)
    assert kept(sqlite_board) is None
    says(one.install(), 200, "Labkeeper is installed")


def test_a_code_that_slack_never_gave_is_told(sqlite_board: SlackBoard) -> None:
    one = browser(sqlite_board)
    back = one.agree(one.begin())
    says(one.open(re.sub("code=[^&]*", "code=made-up", back)), 400, "Slack does not take this any more")


def test_a_wrong_client_secret_leads_to_the_check(sqlite_url: str) -> None:
    with open_board(sqlite_url, slack_client_secret=SecretStr("wrong")) as board:
        answer = browser(board).install()
        says(answer, 500, "This server is not set up for it yet")
        assert "labkeeper check" in answer.text
        assert "bad_client_secret" in answer.text


def test_a_server_without_a_key_sends_nobody_to_slack(postgres_url: str) -> None:
    with open_board(postgres_url, vault=Vault([])) as board:
        answer = browser(board).open(f"{board.connection_address}/slack/install")
        says(answer, 503, "This server has no SECRET_KEY, so it cannot keep a secret.")


def test_the_cookie_and_the_pages_are_for_nobody_else(sqlite_url: str) -> None:
    with open_board(sqlite_url, public_url="https://labkeeper.example.com") as board:
        begun = browser(board).open(f"{board.connection_address}/slack/install")
        cookie = begun.headers["set-cookie"]
        assert cookie.startswith("__Host-labkeeper-install=")
        assert {"httponly", "secure", "samesite=lax", "path=/", "max-age=600"} <= set(cookie.lower().split("; "))
        ended = browser(board).open(f"{board.connection_address}/slack/oauth_redirect")
        for answer in (begun, ended):
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["referrer-policy"] == "no-referrer"
            assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")


def test_no_token_and_no_code_is_kept_in_plain_text(database_url: str) -> None:
    with open_board(database_url, rotates=True) as board:
        one = browser(board)
        url = one.begin()
        stored = repr(board.rows("SELECT * FROM one_time_codes"))
        assert parse_qs(urlsplit(url).query)["state"][0] not in stored
        assert next(iter(one.client.cookies.values())) not in stored
        one.open(one.agree(url))
        assert "xox" not in repr(board.rows("SELECT * FROM installations"))


def test_without_a_client_id_there_is_nothing_to_install(sqlite_url: str) -> None:
    with open_board(
        sqlite_url, slack_client_id=None, slack_client_secret=None, slack_bot_token=SecretStr("xoxb-T001")
    ) as board:
        assert browser(board).open(f"{board.connection_address}/slack/install").status_code == 404


def test_a_hanging_slack_is_waited_for_only_so_long(sqlite_url: str) -> None:
    with open_board(sqlite_url) as board:
        board.connection.renewal.client.timeout = 0.3
        board.slack.fault("oauth.v2.access", hanging(60))
        says(browser(board).install(), 502, "Slack did not answer")
        board.slack.release_hanging()


def test_another_process_finishes_what_one_began(postgres_url: str) -> None:
    with open_board(postgres_url) as board:
        one = browser(board)
        back = one.agree(one.begin())
        with another_process(board.slack, postgres_url, public_url=board.connection_address) as other:
            moved = back.replace(board.connection_address, other.app.url.removesuffix("/slack/events"))
            says(one.open(moved), 200, "Labkeeper is installed")
