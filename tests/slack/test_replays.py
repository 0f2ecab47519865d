"""The same request again, byte by byte, within the five minutes that its signature holds."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.fakes.slack.records import Ephemeral, Message
from tests.fakes.slack.signing import Answer, AppUnderTest, SignedRequest
from tests.slack.harness import ANA, BEN, SlackBoard, connected
from tests.slack.socketing import same_way
from tests.storage.probes import at_once

pytestmark = pytest.mark.both_ways

EIGHT = range(8)


@dataclass(frozen=True, slots=True)
class Held(AppUnderTest):
    """Signs requests and keeps them, for tests that send them themselves."""

    def send(self, request: SignedRequest) -> Answer:
        return Answer(request, 200, b"", 0.0)


def pressing(board: SlackBoard, seen: Message | Ephemeral, label: str, by: str = ANA) -> SignedRequest:
    held = Held(board.app.url, board.app.signing_secret, board.app.client)
    return board.slack.person(by, held).press(seen, label).request


def typing(board: SlackBoard, text: str, by: str = ANA, command: str = "/lab") -> SignedRequest:
    return board.person(by).prepare_command(text, "C1", command)[1]


def sent(board: SlackBoard, *requests: SignedRequest) -> list[Answer]:
    """All at the same moment; each is taken."""
    sending: list[Callable[[], Answer]] = [lambda request=request: board.receiver.send(request) for request in requests]
    answers = at_once(*sending)
    assert [answer.status for answer in answers] == [200] * len(requests)
    return answers


def test_a_command_that_arrives_again_is_answered_and_does_nothing_twice(churn: SlackBoard) -> None:
    request = typing(churn, "task new Fix the features")
    first, second = churn.receiver.send(request), churn.receiver.send(request)
    assert (first.status, second.status) == (200, 200)
    assert "CHURN-1" in str(first.decoded)
    assert "This was done already." in str(second.decoded)
    assert churn.count("tasks") == 1
    assert churn.audit().count("created it: Fix the features") == 1


def test_the_same_words_typed_again_are_another_command(churn: SlackBoard) -> None:
    assert "CHURN-1" in churn.lab("task new Fix the features")
    assert "CHURN-2" in churn.lab("task new Fix the features")


def test_of_one_command_eight_times_at_once_one_counts(churn: SlackBoard) -> None:
    request = typing(churn, "task new Fix the features")
    answers = sent(churn, *(request for _ in EIGHT))
    assert sum("CHURN-1" in str(answer.decoded) for answer in answers) == 1
    assert sum("This was done already." in str(answer.decoded) for answer in answers) == 7
    assert churn.count("tasks") == 1


def test_a_reading_command_that_arrives_again_is_answered_again(churn: SlackBoard) -> None:
    churn.lab("task new Fix the features")
    request = typing(churn, "task list")
    assert all("Fix the features" in str(churn.receiver.send(request).decoded) for _ in range(2))


def test_a_refused_command_may_arrive_again(churn: SlackBoard) -> None:
    request = typing(churn, "task start CHURN-7")
    assert all("CHURN-7" in str(churn.receiver.send(request).decoded) for _ in range(2))


def test_of_one_press_eight_times_at_once_one_counts(churn: SlackBoard) -> None:
    churn.lab("task new Fix the features")
    churn.settle()
    request = pressing(churn, churn.channel().roots[0], "Start")
    sent(churn, *(request for _ in EIGHT))
    assert churn.audit().count("moved it from todo to doing") == 1
    churn.settle()
    assert churn.channel().texts[1:] == ["ana moved it from todo to doing"]


def test_of_two_people_who_press_one_button_one_wins_and_the_other_is_told_who(churn: SlackBoard) -> None:
    churn.lab("task new Fix the features")
    churn.lab("me", by=BEN)
    churn.settle()
    root = churn.channel().roots[0]
    sent(churn, pressing(churn, root, "Start", ANA), pressing(churn, root, "Start", BEN))
    told = churn.slack.wait_until(lambda: _last_words(churn))
    assert churn.audit().count("moved it from todo to doing") == 1
    winner = "ana" if "Started." in told[ANA] else "ben"
    loser = BEN if winner == "ana" else ANA
    assert f"CHURN-1 is doing already: {winner} moved it." in told[loser]


def _last_words(board: SlackBoard) -> dict[str, str]:
    """Once both have read an answer to their press."""
    words = {user: board.person(user).reads(board.person(user).sees("C1")[-1]) for user in (ANA, BEN)}
    return words if all("CHURN-1" in text and "Created." not in text for text in words.values()) else {}


def test_of_one_share_eight_times_at_once_one_is_posted(churn: SlackBoard) -> None:
    churn.lab("task new Fix the features")
    churn.settle()
    churn.lab("task show CHURN-1")
    request = pressing(churn, churn.person().sees("C1")[-1], "Share")
    sent(churn, *(request for _ in EIGHT))
    churn.settle()
    assert len(churn.channel().roots) == 2
    assert churn.channel().texts[-1].endswith("Shared by ana")


def test_of_one_invitation_eight_times_at_once_one_counts(churn: SlackBoard) -> None:
    churn.slack.leave("C1", "UBOTT001")
    churn.lab("task new Fix the features")
    churn.settle()
    assert [state for _, state, _ in churn.deliveries()] == ["parked"]
    churn.slack.join("C1", "UBOTT001")
    event = {"type": "member_joined_channel", "user": "UBOTT001", "channel": "C1", "channel_type": "C", "team": "T001"}
    retries = [churn.events.prepare(event, "Ev0042", retry=retry) for retry in EIGHT]
    sent(churn, *retries)
    assert churn.count("receipts WHERE source = 'slack' AND key = 'Ev0042'") == 1
    churn.settle()
    assert len(churn.channel().roots) == 1


def test_of_eight_first_commands_at_once_each_is_answered_and_one_team_is_made(board: SlackBoard) -> None:
    answers = sent(board, *(typing(board, "me", by) for by in (ANA, BEN) for _ in range(4)))
    assert all("time zone" in str(answer.decoded) for answer in answers)
    assert (board.count("teams"), board.count("members")) == (1, 2)


def test_a_command_that_arrives_again_after_a_restart_still_does_nothing_twice(churn: SlackBoard) -> None:
    request = typing(churn, "task new Fix the features")
    assert churn.receiver.send(request).status == 200
    churn.stop_socket()
    churn.slack.wait_until(lambda: not churn.slack.connections())
    with connected(churn.slack, churn.database_url, **same_way(churn)) as again:
        answer = again.receiver.send(SignedRequest(again.app.url, request.headers, request.body))
        assert "This was done already." in str(answer.decoded)
        assert again.count("tasks") == 1
