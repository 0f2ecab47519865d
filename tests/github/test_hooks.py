"""Hooks: made, used, rotated and revoked, by whoever configures the board."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.intake import Intake, Reply
from bot.vault import Vault
from bot.webhooks.github import GITHUB
from core.hooks import BOTH_VALID
from tests.github.conftest import FirstPush, connected_repository
from tests.github.host import Delivery, GitHub, HookAddress, repository, signed
from tests.github_push import CHURN
from tests.slack.harness import ANA, BEN, SlackBoard


def ping() -> Delivery:
    return Delivery.of("ping", {"zen": "Keep it simple.", "hook": {"id": 1}, "repository": repository(CHURN)})


def answered(board: SlackBoard, line: str) -> HookAddress:
    answer = board.admin(line)
    return HookAddress(*(re.search(rf"^{name}: (\S+)$", answer, re.M)[1] for name in ("Address", "Secret")))


def test_a_new_hook_says_where_and_with_what_once(board: SlackBoard) -> None:
    hook = answered(board, "hook new github project:CHURN")
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/webhooks/github/[\w-]{24}", hook.url)
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", hook.secret)
    assert hook.secret not in board.admin("hook list")
    assert hook.secret not in " ".join(board.audit())


def test_a_new_hook_says_what_to_do_where_two_projects_share_a_repository(board: SlackBoard) -> None:
    said = board.admin("hook new github project:CHURN")
    assert "It moves tasks of CHURN and of no other project." in said
    assert "/lab-admin hook new github project:KEY" in said


def test_what_is_kept_of_a_secret_is_sealed(board: SlackBoard) -> None:
    hook = answered(board, "hook new github project:CHURN")
    stored = json.dumps(board.rows("SELECT secret, old_secret FROM hooks"))
    assert hook.secret not in stored


def test_an_answer_with_a_secret_cannot_be_shared(board: SlackBoard) -> None:
    board.admin("hook new github project:CHURN")
    (answer,) = [seen for seen in board.slack.ephemerals(ANA, "C1") if "Secret" in board.person().reads(seen)]
    assert "[Share]" not in board.person().reads(answer)


def test_only_administrators_make_hooks(board: SlackBoard) -> None:
    assert "Only administrators" in board.admin("hook new github project:CHURN", by=BEN)
    assert board.count("hooks") == 0


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("hook new gitea project:CHURN", "“gitea” is not one of them."),
        ("hook new github project:NOPE", "There is no project NOPE"),
        ("hook rotate 99", "There is no hook 99."),
        ("hook revoke 99", "There is no hook 99."),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(board: SlackBoard, line: str, words: str) -> None:
    assert words in board.admin(line)


def test_a_hook_without_a_project_asks_for_it(board: SlackBoard) -> None:
    board.person().command("hook new github", "C1", "/lab-admin")
    assert "To which project" in board.person().form.labels
    assert board.count("hooks") == 0


def test_the_ping_of_a_new_hook_is_taken_and_changes_nothing(github: GitHub, board: SlackBoard) -> None:
    events = board.count("events")
    assert github.send(ping()) == 202
    assert board.count("events") == events


def test_a_hook_shows_when_it_was_last_used(github: GitHub, board: SlackBoard) -> None:
    assert "never" not in board.admin("hook list")
    board.admin("hook new github project:CHURN")
    assert "never" in board.admin("hook list")


def number(board: SlackBoard) -> int:
    """Of the newest hook."""
    return int(board.rows("SELECT max(id) FROM hooks")[0][0])


def test_after_a_rotation_both_secrets_are_valid_for_a_day(github: GitHub, board: SlackBoard) -> None:
    old, new = github.hook, answered(board, f"hook rotate {number(board)}")
    assert (old.url, old.secret == new.secret) == (new.url, False)
    for hook in (old, new):
        github.hook = hook
        assert github.send(ping()) == 202
    board.clock.moved += BOTH_VALID + timedelta(minutes=1)
    assert github.send(ping()) == 202
    github.hook = old
    assert github.send(ping()) == 401


def test_a_second_rotation_within_the_day_would_lose_deliveries_and_is_refused(
    github: GitHub, board: SlackBoard
) -> None:
    board.admin(f"hook rotate {number(board)}")
    assert "got a new secret less than a day ago" in board.admin(f"hook rotate {number(board)}")


def test_nothing_is_taken_at_a_revoked_hook(github: GitHub, board: SlackBoard) -> None:
    assert "is revoked" in board.admin(f"hook revoke {number(board)}")
    assert github.send(ping()) == 404
    assert board.rows("SELECT secret, old_secret FROM hooks") == [("", "")]
    assert "Nothing reports to this board yet." in board.admin("hook list")


def test_a_hook_for_one_repository_takes_no_other(board: SlackBoard, first_push: FirstPush, tmp_path: Path) -> None:
    github = connected_repository(board, first_push, tmp_path, "hook new github project:CHURN repo:Lab/Other")
    board.lab("task new Weigh tail classes")
    github.git.commit("CHURN-1 #start")
    assert github.push() == 202
    assert board.task().state == "todo"


def test_a_renamed_repository_is_still_the_same(github: GitHub, board: SlackBoard) -> None:
    board.lab("task new Weigh tail classes")
    github.commit("CHURN-1 one", files={"a": "1"})
    github.hosted = type(github.hosted)(name="churn-models")
    github.commit("CHURN-1 two", files={"a": "2"})
    assert board.rows("SELECT name FROM repositories") == [("lab/churn-models",)]
    assert board.count("commit_tasks") == 2


def test_two_hooks_of_two_projects_for_one_repository_each_take_their_own(
    board: SlackBoard, first_push: FirstPush, tmp_path: Path
) -> None:
    board.make_project("FRAUD", "C2")
    board.lab("task new Weigh tail classes")
    board.lab("task new Look at refunds project:FRAUD")
    github = connected_repository(board, first_push, tmp_path)
    other = answered(board, "hook new github project:FRAUD")
    github.git.commit("CHURN-1, FRAUD-1 #start")
    assert github.push() == 200
    assert [board.task(key).state for key in ("CHURN-1", "FRAUD-1")] == ["doing", "todo"]
    github.hook = other
    assert github.send_again() == [200, 200]
    assert board.task("FRAUD-1").state == "doing"
    assert board.count("commits") == 2


def test_a_secret_is_sealed_anew_when_it_is_used_after_the_keys_were_exchanged(
    github: GitHub, board: SlackBoard
) -> None:
    old, new = "the key of all tests until today", "the key of all tests from now on"
    vault = Vault([new, old])
    (hook,) = board.read(lambda work: work.hooks.list(limit=9))
    about = f"hook {hook.public_id}"
    sealed = replace(hook, secret=Vault([old]).seal(github.hook.secret, about=about))
    board.write(lambda work: work.hooks.save(sealed))
    intake = Intake(board.database, board.clock, vault, {"github": GITHUB}, lambda: None)
    delivery = ping()
    headers = {name.lower(): value for name, value in signed(delivery, github.hook).items()}
    found = board.run(intake.find("github", hook.public_id))
    assert found is not None
    assert board.run(intake.receive(found, headers, delivery.body)) is Reply.NOT_NEEDED
    (hook,) = board.read(lambda work: work.hooks.list(limit=9))
    assert Vault([new]).open(hook.secret, about=about) == github.hook.secret


def test_a_hook_for_one_repository_goes_on_when_that_is_renamed(
    board: SlackBoard, first_push: FirstPush, tmp_path: Path
) -> None:
    github = connected_repository(board, first_push, tmp_path, "hook new github project:CHURN repo:lab/churn")
    board.lab("task new Weigh tail classes")
    github.hosted = type(github.hosted)(name="churn-models")
    github.commit("CHURN-1 #start", files={"a": "1"})
    assert board.task().state == "doing"
    assert "lab/churn-models" in board.admin("hook list")


def test_the_address_and_the_secret_can_be_copied_from_the_text_of_the_message_too(board: SlackBoard) -> None:
    board.admin("hook new github project:CHURN")
    (said,) = [seen for seen in board.slack.ephemerals(ANA, "C1") if "Secret" in seen.text]
    assert re.search(r"^Address: http://127\.0\.0\.1:\d+/webhooks/github/[A-Za-z0-9]{24}$", said.text, re.M)
    assert re.search(r"^Secret: [A-Za-z0-9]{43}$", said.text, re.M)
