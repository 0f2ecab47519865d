"""The same story over HTTP and through Socket Mode, word for word."""

import shutil
from pathlib import Path

from tests.slack.harness import ANA, BEN, SlackBoard, slack_board
from tests.slack.socketing import BY_SOCKET


def story(board: SlackBoard) -> str:
    """What everybody reads: a command, its refusal, a form with its errors, buttons, a mention, a slow answer."""
    ana, ben = board.person(ANA), board.person(BEN)
    told = [board.admin("project new CHURN name:Churn model zone:UTC"), board.lab("task new Try focal loss owner:me")]
    told += [board.lab("task start CHURN-9", by=BEN), board.lab("rocket start"), board.admin("channel check")]
    ana.command("task new", "C1")
    ana.form.submit({"title": "Ship it", "kind": "deploy", "box": "10d"})
    told += [ana.form.text, *ana.form.labels]
    before = len(board.slack.ephemerals(ANA, "C1"))
    ana.form.submit({"box": ""})
    told.append(ana.reads(board.slack.wait_until(lambda: board.slack.ephemerals(ANA, "C1")[before:])[0]))
    board.settle()
    root = board.channel().roots[0]
    told += [board.press(root, "Start", by=BEN), board.press(root, "Details")]
    board.settle()
    mention = "<@UBOTT001> note lr 3e-4 diverges"
    board.reply_to(lambda: ana.says("C1", mention, root.ts, events=("app_mention",))[1][0])
    board.settle()
    told += [ben.reads(seen) for seen in ben.sees()] + [ana.reads(seen) for seen in ana.sees()]
    return "\n".join([*told, board.transcript(), *board.audit()])


def test_the_same_story_is_told_word_for_word_over_http_and_through_socket_mode(
    sqlite_url: str, migrated_sqlite: Path, tmp_path: Path
) -> None:
    with slack_board(sqlite_url) as board:
        over_http = story(board)
    another = shutil.copy(migrated_sqlite, tmp_path / "another.db")
    with slack_board(f"sqlite:///{another}", **BY_SOCKET) as board:
        through_socket = story(board)
    assert through_socket == over_http
