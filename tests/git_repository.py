"""A real Git repository with a remote, driven through the `git` program: the same steps give the same hashes anywhere.

Every commit is a minute later than the one before; nothing of the machine's own Git configuration is read.
"""

import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

ZERO = "0" * 40
DEFAULT_BRANCH = "main"


@dataclass(frozen=True, slots=True)
class Author:
    name: str
    email: str


ANA = Author("Ana Núñez", "ana@lab.example")


@dataclass(frozen=True, slots=True)
class Push:
    """One ref of the remote was moved. `other_refs` are the remote's other ones at that time, with what they name."""

    ref: str
    before: str
    after: str
    other_refs: Mapping[str, str]

    @property
    def is_created(self) -> bool:
        return self.before == ZERO

    @property
    def is_deleted(self) -> bool:
        return self.after == ZERO


class GitFailed(Exception):
    """With what Git said."""


class GitRepository:
    def __init__(self, directory: Path) -> None:
        self._place(directory)
        self.work.mkdir(parents=True)
        self._now = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
        new = ("init", "--quiet", "--template=", "--initial-branch", DEFAULT_BRANCH)
        self.git(*new, "--bare", str(self.remote))
        self.git(*new)
        # Seen from the work tree, so that both can be copied together.
        self.git("remote", "add", "origin", f"../{self.remote.name}")

    def copy_to(self, directory: Path) -> "GitRepository":
        """Another one, with the same history and the same time, as if the same steps had been taken there."""
        made = copy(self)
        made._place(directory)
        for source, target in ((self.work, made.work), (self.remote, made.remote)):
            shutil.copytree(source, target)
        return made

    def _place(self, directory: Path) -> None:
        self.work, self.remote, self._home = directory / "work", directory / "remote.git", directory

    def git(self, *words: str, at: Path | None = None, stdin: str = "", author: Author = ANA) -> str:
        """What the command prints, without the line's end."""
        result = subprocess.run(
            ["git", *words],
            cwd=at or self.work,
            env=self._environment(author),
            input=stdin.encode("utf-8", "surrogateescape"),
            capture_output=True,
            timeout=60,
            check=False,
        )
        if result.returncode:
            raise GitFailed(f"git {' '.join(words)}: {result.stderr.decode(errors='replace')}")
        return result.stdout.decode("utf-8", "surrogateescape").removesuffix("\n")

    def sha(self, name: str = "HEAD") -> str:
        return self.git("rev-parse", "--verify", name)

    def commit(self, message: str, files: Mapping[str, str | None] | None = None, *, author: Author = ANA) -> str:
        """The hash. A file whose text is None is removed; without files, one of the commit's own is written."""
        for path, text in (files or {f"notes/{self._now:%m%dT%H%M}.txt": message}).items():
            self._write(path, text)
        self.git("add", "--all")
        return self._commit("--file", "-", message=message, author=author)

    def commit_many(self, messages: Iterable[str], *, author: Author = ANA) -> list[str]:
        """One commit after the other on the current branch, in one process of Git; the hashes in that order."""
        branch = self.git("symbolic-ref", "HEAD")
        has_commits = bool(self.git("for-each-ref", branch))
        stream, count = [f"reset {branch}\nfrom {branch}^0\n\n" if has_commits else f"reset {branch}\n\n"], 0
        for count, message in enumerate(messages, start=1):
            self._tick()
            who = f"{author.name} <{author.email}> {int(self._now.timestamp())} +0000"
            size = len(message.encode("utf-8", "surrogateescape"))
            stream.append(
                f"commit {branch}\nmark :{count}\nauthor {who}\ncommitter {who}\ndata {size}\n{message}\n"
                f"M 100644 inline counter.txt\ndata {len(str(count))}\n{count}\n\n"
            )
        marks = self._home / "marks"
        self.git("fast-import", "--quiet", f"--export-marks={marks}", stdin="".join(stream))
        self.git("reset", "--quiet", "--hard")
        shas = dict(line.split() for line in marks.read_text(encoding="ascii").splitlines())
        return [shas[f":{number}"] for number in range(1, count + 1)]

    def amend(self, message: str) -> str:
        return self._commit("--amend", "--file", "-", message=message)

    def branch(self, name: str, *, start: str = "HEAD") -> None:
        """Makes the branch and works on it from now on."""
        self.git("checkout", "--quiet", "-b", name, start)

    def switch(self, name: str) -> None:
        self.git("checkout", "--quiet", name)

    def merge(self, name: str, message: str = "") -> str:
        self._tick()
        self.git("merge", "--quiet", "--no-ff", "-m", message or f"Merge branch '{name}'", name)
        return self.sha()

    def squash_merge(self, name: str, message: str) -> str:
        self.git("merge", "--quiet", "--squash", name)
        return self._commit("--file", "-", message=message)

    def revert(self, sha: str) -> str:
        self._tick()
        self.git("revert", "--no-edit", sha)
        return self.sha()

    def rebase(self, onto: str) -> str:
        self._tick()
        self.git("rebase", "--quiet", onto)
        return self.sha()

    def cherry_pick(self, sha: str) -> str:
        self._tick()
        self.git("cherry-pick", sha)
        return self.sha()

    def tag(self, name: str, message: str = "", *, start: str = "HEAD") -> str:
        """With a message an object of its own, whose hash this is; without one just a name of the commit."""
        self._tick()
        self.git("tag", *(("-m", message) if message else ()), name, start)
        return self.sha(f"refs/tags/{name}")

    def push(self, name: str = DEFAULT_BRANCH, *, force: bool = False) -> Push:
        """A branch or a tag, by the name it has here."""
        ref = self.git("rev-parse", "--symbolic-full-name", name)
        return self._push(ref, f"{'+' if force else ''}{ref}:{ref}")

    def delete(self, ref: str) -> Push:
        """On the remote only, by its whole name: refs/heads/tails."""
        return self._push(ref, f":{ref}")

    def remote_refs(self) -> dict[str, str]:
        lines = self.git("for-each-ref", "--format=%(refname) %(objectname)", at=self.remote).splitlines()
        return dict(line.split() for line in lines)

    def _push(self, ref: str, refspec: str) -> Push:
        before = self.remote_refs()
        self.git("push", "--quiet", "origin", refspec)
        others = {name: sha for name, sha in before.items() if name != ref}
        return Push(ref, before.get(ref, ZERO), self.remote_refs().get(ref, ZERO), others)

    def _commit(self, *options: str, message: str, author: Author = ANA) -> str:
        self._tick()
        # Verbatim: nothing is stripped from the message, neither blank lines nor those that begin with #.
        self.git(
            "commit", "--quiet", "--allow-empty", "--allow-empty-message", "--cleanup=verbatim", *options,
            stdin=message, author=author,
        )  # fmt: skip
        return self.sha()

    def _write(self, path: str, text: str | None) -> None:
        file = self.work / path
        if text is None:
            file.unlink()
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")

    def _tick(self) -> None:
        self._now += timedelta(minutes=1)

    def _environment(self, author: Author) -> dict[str, str]:
        """Nothing else of this process: a test run started from a Git hook has GIT_DIR set."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self._home),
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_AUTHOR_NAME": author.name,
            "GIT_AUTHOR_EMAIL": author.email,
            "GIT_AUTHOR_DATE": self._now.isoformat(),
            "GIT_COMMITTER_NAME": author.name,
            "GIT_COMMITTER_EMAIL": author.email,
            "GIT_COMMITTER_DATE": self._now.isoformat(),
        }
