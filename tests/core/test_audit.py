from core.audit import PAGE, read_audit
from core.errors import Conflict, NotFound
from core.ids import TaskKey
from core.members import MemberRef
from core.moves import move_task
from core.tasks import State
from tests.drivers import refusal


def audit(board, *, task=None, by=None, before=None):
    who = MemberRef.parse(by) if by else None
    return board.read(lambda work: read_audit(work, actor=board.ana, task=task, by=who, before=before))


def test_the_audit_log_tells_newest_first_who_did_what_from_where(board):
    board.later(minutes=1)
    task = board.new("First")
    newest, *older = audit(board)
    assert (newest.actor, newest.platform, newest.place, newest.at) == ("ana", "test", "here", board.now)
    assert (newest.subject, newest.summary) == (str(task.key), "created it: First")
    assert [line.summary for line in older] == ["created project CHURN (Churn)", "added ana to the team"]
    assert [line.subject for line in older] == ["", ""]


def test_the_audit_log_of_one_task_or_one_member(board):
    bo = board.sign_in("bo")
    first, second = board.new("First"), board.new("Second")
    board.do(move_task, actor=bo, key=first.key, to=State.DOING)
    board.do(move_task, actor=bo, key=second.key, to=State.DOING)
    assert [line.summary for line in audit(board, task=first.key)] == [
        "moved it from todo to doing", "created it: First",
    ]  # fmt: skip
    assert {line.actor for line in audit(board, by="@bo")} == {"bo"}
    assert len(audit(board, by="@bo")) == 3
    assert len(audit(board, by="@bo", task=first.key)) == 1


def test_the_audit_log_goes_on_from_its_last_line(board):
    for _ in range(PAGE):
        board.new()
    first = audit(board)
    assert len(first) == PAGE
    rest = audit(board, before=first[-1].id)
    assert [line.summary for line in rest] == ["created project CHURN (Churn)", "added ana to the team"]


def test_the_audit_log_of_an_unknown_task_is_empty_and_of_an_unknown_member_refused(board):
    assert audit(board, task=TaskKey("CHURN", 99)) == ()
    with refusal(NotFound, "no member “nobody”"):
        audit(board, by="nobody")


def test_a_refused_command_leaves_no_line(board):
    task = board.new()
    board.move(task, State.DOING)
    lines = audit(board)
    with refusal(Conflict, "doing already"):
        board.move(task, State.DOING)
    assert audit(board) == lines
