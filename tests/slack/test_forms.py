"""Forms: what opens one, what stands in it, and what becomes of it when it is sent well, badly, twice or late."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode

import pytest

from core.clock import Clock
from core.journal import Actor
from core.members import MemberRef, name_admin
from tests.fakes.slack.open_views import Form, NotSent
from tests.hostile import HOSTILE
from tests.slack.harness import BEN, GUS, SlackBoard


def form(board: SlackBoard, line: str = "task new", *, by: str = "U1", command: str = "/lab") -> Form:
    answer = board.person(by).command(line, "C1", command)
    assert (answer.status, answer.problems, answer.text) == (200, (), ""), answer
    return board.person(by).form


def private(board: SlackBoard, *, by: str = "U1", before: int = 0) -> str:
    seen = board.slack.wait_until(lambda: board.slack.ephemerals(by, "C1")[before:])[-1]
    return board.person(by).reads(seen)


def test_a_missing_argument_opens_the_form_and_says_nothing(churn: SlackBoard) -> None:
    opened = form(churn)
    assert opened.title == "Make a task"
    assert opened.labels == [
        "What is to be done",
        "What kind of work",
        "Research: its timebox, 3h, 10d, 2w or a date",
        "Who does it",
        "How soon",
    ]
    assert churn.count("tasks") == 0


@pytest.mark.both_ways
def test_a_sent_form_is_the_command_it_asks_for(churn: SlackBoard) -> None:
    before = len(churn.slack.ephemerals("U1", "C1"))
    opened = form(churn)
    sent = opened.submit({"title": "Try focal loss", "kind": "investigate", "box": "10d"})
    assert (sent.status, sent.problems, opened.is_open) == (200, (), False)
    assert private(churn, before=before).splitlines()[:2] == ["CHURN-1 Try focal loss", "Created."]
    task = churn.task()
    assert (task.title, str(task.kind), str(task.box)) == ("Try focal loss", "investigate", "10d")


def test_what_was_typed_stands_in_the_form_and_what_it_does_not_ask_for_is_kept(churn: SlackBoard) -> None:
    churn.lab("task new Clean the labels")
    opened = form(churn, "task block CHURN-1 cause:DATA")
    assert (opened.value("task")["value"], opened.value("cause")["value"]) == ("CHURN-1", "data")
    opened.submit({"why": "labels are late"})
    assert churn.task().is_blocked
    opened = form(churn, "task new version:churn@v2.0 about:all of it")
    opened.submit({"title": "Try focal loss"})
    task = churn.task("CHURN-2")
    assert (task.version, task.description) == ("churn@v2.0", "all of it")


@pytest.mark.both_ways
def test_wrong_values_are_told_at_their_fields_all_at_once(churn: SlackBoard) -> None:
    opened = form(churn, "task set")
    churn.lab("task new Clean the labels")
    assert churn.person().form.seen.id == opened.seen.id
    opened.type_in("task", "CHURN-1")
    opened.submit({"task": "CHURN-1", "points": "many", "version": "v2"})
    assert opened.is_open
    assert set(opened.errors) == {"Production: the estimate", "Model version"}
    assert "is not a whole number" in opened.errors["Production: the estimate"]
    opened.submit({"points": "3", "version": "churn@v2.0"})
    assert not opened.is_open
    assert churn.task().points == 3


@pytest.mark.both_ways
def test_what_the_board_refuses_stands_above_the_fields_which_stay_filled_in(churn: SlackBoard) -> None:
    opened = form(churn)
    opened.submit({"title": "Ship it", "kind": "deploy", "box": "10d"})
    assert opened.is_open
    assert "Only research is timeboxed." in opened.text
    assert opened.value("title") == "Ship it"
    opened.submit({"box": ""})
    assert churn.task().title == "Ship it"


def test_slack_asks_for_what_must_be_given_and_so_do_we(churn: SlackBoard) -> None:
    opened = form(churn)
    with pytest.raises(NotSent):
        opened.submit({})
    opened.submit({"title": " \n "}, is_checked=False)
    assert opened.errors == {"What is to be done": "This is needed."}


@pytest.mark.both_ways
def test_a_form_that_is_sent_twice_does_it_once(churn: SlackBoard) -> None:
    opened = form(churn)
    opened.fill({"title": "Only once"})
    _, request = opened.prepare_submission()
    with ThreadPoolExecutor(4) as senders:
        answers = list(senders.map(churn.receiver.send, [request] * 4))
    assert {answer.status for answer in answers} == {200}
    assert churn.count("tasks") == 1
    late = [json.loads(answer.body or b"{}").get("response_action") for answer in answers]
    assert sorted(late) == ["clear", "update", "update", "update"]


def test_a_form_that_lay_open_for_an_hour_still_works_and_is_answered_in_the_channel(churn: SlackBoard) -> None:
    before = len(churn.slack.ephemerals("U1", "C1"))
    opened = form(churn)
    churn.later(3_700)
    opened.submit({"title": "Slept over it"})
    assert "Created." in private(churn, before=before)
    assert churn.task().title == "Slept over it"


def test_a_form_that_cannot_be_opened_is_asked_for_in_words(churn: SlackBoard) -> None:
    _, request = churn.person().prepare_command("task new", "C1")
    churn.slack.advance(4)
    answer = churn.receiver.send(request)
    assert "“title” is missing" in json.dumps(answer.decoded, ensure_ascii=False)


@pytest.mark.both_ways
def test_tasks_and_members_are_found_while_somebody_types(churn: SlackBoard) -> None:
    churn.lab("task new Clean the labels")
    churn.lab("task new Try focal loss owner:me")
    churn.lab("task list", by=BEN)
    opened = form(churn, "task block")
    assert opened.type_in("task", "").labels == ["CHURN-2 Try focal loss", "CHURN-1 Clean the labels"]
    assert opened.type_in("task", "label").labels == ["CHURN-1 Clean the labels"]
    assert opened.type_in("task", "churn-2").labels == ["CHURN-2 Try focal loss"]
    assert form(churn).type_in("owner", "be").labels == ["ben (@ben)"]


def test_a_guest_finds_nothing_and_is_refused(churn: SlackBoard) -> None:
    churn.lab("task new Clean the labels")
    opened = form(churn, "task block", by=GUS)
    assert opened.type_in("task", "").labels == []
    opened.fill({"why": "because"})
    opened.submit({"why": "because"}, is_checked=False)
    assert churn.count("blockers") == 0


def test_somebody_who_lost_the_right_meanwhile_is_refused_in_the_form(churn: SlackBoard) -> None:
    churn.lab("me", by=BEN)
    operator, now = Actor(None, "operator", True, "terminal", ""), Clock(timedelta()).now()

    def rights(is_admin: bool) -> None:
        churn.write(
            lambda work: name_admin(work, actor=operator, member=MemberRef("ben"), is_admin=is_admin, now=now)
        )  # fmt: skip

    rights(True)
    opened = form(churn, "project new", by=BEN, command="/lab-admin")
    rights(False)
    opened.submit({"key": "OTHER"})
    assert opened.is_open
    assert "Only administrators may do this." in opened.text
    assert churn.count("projects") == 1


def test_who_may_not_configure_is_told_so_instead_of_being_asked(churn: SlackBoard) -> None:
    assert "Only administrators may do this." in churn.lab("project new", by=BEN, command="/lab-admin")


def test_a_form_of_another_version_is_told_so(churn: SlackBoard) -> None:
    opened = form(churn)
    opened.fill({"title": "Old"})
    _, request = opened.prepare_submission()
    for metadata in ("", "{", "[]", '{"v": 9}', json.dumps({"root": "lab", "name": "task explode", "kept": {}})):
        body = _with_metadata(request.body, metadata)
        answer = churn.receiver.send(churn.receiver.sign(body, "application/x-www-form-urlencoded"))
        assert "This form is from another version." in json.dumps(answer.decoded), metadata
    assert churn.count("tasks") == 0


def test_a_line_too_long_for_a_form_is_answered_in_words(churn: SlackBoard) -> None:
    assert "“title” is missing" in churn.lab("task new about:" + "long " * 900)


@pytest.mark.parametrize("start", range(0, len(HOSTILE), 40))
def test_hostile_text_in_every_field_stays_text(sqlite_churn: SlackBoard, start: int) -> None:
    """Whatever Slack lets through comes back as an answer Slack takes."""
    for text in HOSTILE[start : start + 40]:
        opened = form(sqlite_churn)
        sent = opened.submit({"title": text, "box": text}, is_checked=False)
        assert (sent.status, sent.problems) == (200, ())
        sent = opened.submit({"title": text, "box": ""}, is_checked=False)
        assert (sent.status, sent.problems) == (200, ())


@pytest.mark.parametrize("size", [2_999, 3_001, 40_000])
def test_oversized_text_is_refused_at_its_field_or_in_the_form(sqlite_churn: SlackBoard, size: int) -> None:
    opened = form(sqlite_churn)
    sent = opened.submit({"title": "x" * size}, is_checked=False)
    assert (sent.status, sent.problems) == (200, ())
    assert "characters" in opened.text


def _with_metadata(body: bytes, metadata: str) -> bytes:
    payload = json.loads(dict(parse_qsl(body.decode()))["payload"])
    payload["view"]["private_metadata"] = metadata
    return urlencode({"payload": json.dumps(payload)}).encode()


@pytest.mark.parametrize(
    "state",
    [None, [], "x", {"values": []}, {"values": {"field.title": "x"}}, {"values": {"field.title": {"title": 1}}}],
)
def test_a_form_whose_state_is_none_of_slacks_lacks_its_values(sqlite_churn: SlackBoard, state: object) -> None:
    opened = form(sqlite_churn)
    opened.fill({"title": "Try focal loss"})
    _, request = opened.prepare_submission()
    payload = json.loads(dict(parse_qsl(request.body.decode()))["payload"])
    payload["view"]["state"] = state
    body = urlencode({"payload": json.dumps(payload)}).encode()
    answer = sqlite_churn.app.send(sqlite_churn.app.sign(body, "application/x-www-form-urlencoded"))
    assert (answer.status, answer.decoded["errors"]) == (200, {"field.title": "This is needed."})
    assert sqlite_churn.count("tasks") == 0
