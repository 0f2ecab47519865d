"""The body of a push against what Git itself answers."""

import json
import os

import pytest

from core.commits import parse_commit
from tests.git_repository import ANA, ZERO, Author, GitFailed, GitRepository
from tests.github_push import MOST_COMMITS, Account, push_payload

BO = Author("Bo", "bo@lab.example")


@pytest.fixture
def repository(tmp_path):
    return GitRepository(tmp_path / "git")


def body(repository, push, **options):
    made = push_payload(repository, push, **options)
    assert json.loads(json.dumps(made)) == made
    return made


def ids(payload):
    return [commit["id"] for commit in payload["commits"]]


def flags(payload):
    return payload["created"], payload["deleted"], payload["forced"]


def test_the_same_steps_give_the_same_hashes(tmp_path):
    shas = []
    for place in ("one", "two"):
        repository = GitRepository(tmp_path / place)
        repository.commit("First")
        repository.branch("tails")
        repository.commit_many(["Second", "Third"])
        repository.switch("main")
        shas.append((repository.merge("tails"), repository.tag("v1", "The first")))
    assert shas[0] == shas[1]


def test_nothing_of_the_machine_is_read(repository, monkeypatch, tmp_path):
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Somebody else")
    repository.commit("First")
    assert repository.git("log", "--format=%an <%ae> %aI") == "Ana Núñez <ana@lab.example> 2026-11-18T10:01:00+00:00"
    assert "GIT_AUTHOR_DATE" not in os.environ


@pytest.mark.parametrize("message", ["", "#done CHURN-1\n\n\n# not a comment\n  x  ", "a\r\nb", "Ünïcode 🔬", "-m x"])
def test_a_message_is_kept_as_it_was_given(repository, message):
    one = repository.commit(message)
    (two,) = repository.commit_many([message])
    kept = [repository.git("log", "-1", "--format=%B", sha).rstrip("\n") for sha in (one, two)]
    assert kept == [message.rstrip("\n")] * 2


def test_what_git_refuses_is_told(repository):
    with pytest.raises(GitFailed, match="git rev-parse"):
        repository.sha("nowhere")


def test_the_first_push_of_a_branch_has_all_its_commits_from_the_oldest_on(repository):
    first = repository.commit("First\n\nBecause.\n", {"a.txt": "1", "nb/ü x.ipynb": "{}"})
    second = repository.commit("Second", {"a.txt": "2", "nb/ü x.ipynb": None, "b.txt": ""}, author=BO)
    made = body(repository, repository.push())
    assert (made["ref"], made["before"], made["after"]) == ("refs/heads/main", ZERO, second)
    assert flags(made) == (True, False, False)
    assert made["compare"] == f"https://github.com/lab/churn/compare/{first[:12]}^...{second[:12]}"
    assert made["commits"] == [
        {
            "id": first,
            "tree_id": repository.sha(f"{first}^{{tree}}"),
            "distinct": True,
            "message": "First\n\nBecause.",
            "timestamp": "2026-11-18T10:01:00Z",
            "url": f"https://github.com/lab/churn/commit/{first}",
            "author": {"name": ANA.name, "email": ANA.email, "username": "ana-lab"},
            "committer": {"name": ANA.name, "email": ANA.email, "username": "ana-lab"},
            "added": ["a.txt", "nb/ü x.ipynb"],
            "removed": [],
            "modified": [],
        },
        made["head_commit"],
    ]
    head = made["head_commit"]
    assert (head["added"], head["removed"], head["modified"]) == (["b.txt"], ["nb/ü x.ipynb"], ["a.txt"])
    assert head["author"] == {"name": "Bo", "email": "bo@lab.example"}


def test_an_update_has_what_is_new(repository):
    repository.commit("First")
    before = repository.push().after
    new = repository.commit_many(["Second", "Third"])
    made = body(repository, repository.push())
    assert (made["before"], made["after"], flags(made)) == (before, new[-1], (False, False, False))
    assert ids(made) == new == repository.git("rev-list", "--reverse", f"{before}..{new[-1]}").split()
    assert made["compare"] == f"https://github.com/lab/churn/compare/{before[:12]}...{new[-1][:12]}"


def test_a_merge_brings_its_branch_along_which_is_distinct_only_when_it_was_not_pushed(repository):
    repository.commit("First")
    repository.push()
    repository.branch("tails")
    known = repository.commit("CHURN-1 #start", {"tails.txt": "1"})
    repository.push("tails")
    unknown = repository.commit("CHURN-1 #review", {"tails.txt": "2"})
    repository.switch("main")
    own = repository.commit("Else")
    merge = repository.merge("tails")
    made = body(repository, repository.push())
    assert {commit["id"]: commit["distinct"] for commit in made["commits"]} == {
        known: False, unknown: True, own: True, merge: True,
    }  # fmt: skip
    assert made["commits"][-1] == made["head_commit"]
    assert made["head_commit"]["message"] == "Merge branch 'tails'"
    assert made["head_commit"]["added"] == ["tails.txt"]


def test_a_squash_merge_is_one_commit(repository):
    repository.commit("First")
    repository.push()
    repository.branch("tails")
    repository.commit("wip", {"tails.txt": "1"})
    repository.commit("wip", {"tails.txt": "2"})
    repository.switch("main")
    sha = repository.squash_merge("tails", "CHURN-1: tails (#7)\n\n* wip\n\n* wip")
    made = body(repository, repository.push())
    assert ids(made) == [sha]
    assert len(repository.git("rev-list", "--parents", "-1", sha).split()) == 2
    assert made["head_commit"]["added"] == ["tails.txt"]


def test_a_new_branch_without_commits_of_its_own_names_its_base(repository):
    sha = repository.commit("First")
    repository.push()
    repository.branch("feat/churn-1")
    made = body(repository, repository.push("feat/churn-1"))
    assert (made["commits"], made["base_ref"], made["after"]) == ([], "refs/heads/main", sha)
    assert made["head_commit"]["id"] == sha
    assert made["head_commit"]["distinct"] is False
    assert made["compare"] == "https://github.com/lab/churn/compare/feat/churn-1"


def test_a_rebased_branch_is_forced_and_has_the_new_commits_only(repository):
    repository.commit("First")
    repository.push()
    repository.branch("tails")
    old = repository.commit("CHURN-1 #start", {"tails.txt": "1"})
    repository.push("tails")
    repository.switch("main")
    base = repository.commit("Else")
    repository.push()
    repository.switch("tails")
    new = repository.rebase("main")
    with pytest.raises(GitFailed, match="rejected"):
        repository.push("tails")
    made = body(repository, repository.push("tails", force=True))
    assert (made["before"], made["after"], flags(made)) == (old, new, (False, False, True))
    assert ids(made) == [base, new]
    assert [commit["distinct"] for commit in made["commits"]] == [False, True]


def test_an_amended_commit_is_forced(repository):
    repository.commit("First")
    old = repository.commit("CHURN-1 #strat")
    repository.push()
    new = repository.amend("CHURN-1 #start")
    made = body(repository, repository.push(force=True))
    assert (made["before"], made["forced"], ids(made)) == (old, True, [new])


def test_taking_commits_back_is_forced_and_has_none(repository):
    first = repository.commit("First")
    repository.commit("Second")
    repository.push()
    repository.git("reset", "--quiet", "--hard", first)
    made = body(repository, repository.push(force=True))
    assert (made["after"], made["forced"], made["commits"]) == (first, True, [])
    assert made["head_commit"]["id"] == first


def test_a_deleted_branch_has_neither_commits_nor_a_head(repository):
    repository.commit("First")
    repository.push()
    repository.branch("tails")
    sha = repository.commit("Second")
    repository.push("tails")
    made = body(repository, repository.delete("refs/heads/tails"))
    assert (made["before"], made["after"], flags(made)) == (sha, ZERO, (False, True, False))
    assert (made["commits"], made["head_commit"]) == ([], None)
    assert made["compare"] == f"https://github.com/lab/churn/compare/{sha[:12]}...000000000000"


@pytest.mark.parametrize("message", ["", "The first version"])
def test_a_tag_names_a_commit_and_brings_none(repository, message):
    sha = repository.commit("First")
    repository.push()
    tag = repository.tag("v1", message)
    made = body(repository, repository.push("v1"))
    assert (made["ref"], made["after"], made["base_ref"]) == ("refs/tags/v1", tag, "refs/heads/main")
    assert (made["commits"], made["head_commit"]["id"]) == ([], sha)
    assert (tag == sha) is (not message)


def test_git_writes_the_revert_that_the_commit_grammar_knows(repository):
    done = repository.commit("CHURN-1 #done", {"tails.txt": "1"})
    reverted = repository.revert(done)
    repository.revert(reverted)
    messages = [commit["message"] for commit in body(repository, repository.push())["commits"]]
    assert messages[1] == f'Revert "CHURN-1 #done"\n\nThis reverts commit {done}.'
    assert [len(parse_commit(message, prefixes=["CHURN"])) for message in messages] == [1, 0, 0]


def test_a_cherry_picked_commit_is_another_with_the_same_message(repository):
    repository.commit("First")
    repository.branch("tails")
    sha = repository.commit("CHURN-1 #start", {"tails.txt": "1"})
    repository.switch("main")
    repository.commit("Else")
    picked = repository.cherry_pick(sha)
    head = body(repository, repository.push())["head_commit"]
    assert (head["id"], head["message"], picked != sha) == (picked, "CHURN-1 #start", True)


def test_a_body_made_later_is_the_same(repository):
    repository.commit("First")
    push = repository.push()
    made = body(repository, push)
    repository.branch("tails")
    repository.commit("Second")
    repository.push("tails")
    assert body(repository, push) == made


def test_whoever_pushed_is_the_sender(repository):
    repository.commit("First")
    bot = Account(41, "churn[bot]", "41+churn[bot]@users.noreply.github.com", kind="Bot")
    made = body(repository, repository.push(), pusher=bot)
    assert made["pusher"] == {"name": bot.login, "email": bot.email}
    assert (made["sender"]["login"], made["sender"]["id"], made["sender"]["type"]) == ("churn[bot]", 41, "Bot")


def test_no_more_commits_are_sent_than_github_sends(repository):
    shas = repository.commit_many(f"CHURN-{number} #start" for number in range(1, MOST_COMMITS + 11))
    made = body(repository, repository.push())
    assert ids(made) == shas[-MOST_COMMITS:]
    assert made["commits"][0]["message"] == "CHURN-11 #start"
    assert made["commits"][0]["modified"] == ["counter.txt"]
    assert made["compare"].endswith(f"/{shas[0][:12]}^...{shas[-1][:12]}")
