"""Commits that were pushed: linked to the tasks they name, and what they say done on the board, once.

A commit is told by its sha; its rebased, cherry-picked or squashed copy by who wrote what. So the push and the pull
request, the branch and the default branch, two hooks and any number of redeliveries of the same push change nothing
twice. What closes a task waits until the commit is on the default branch.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, cached_property
from hashlib import sha256
from urllib.parse import quote

from core.checks import tell_known_checks
from core.commit_actions import act, action_fingerprint, finish
from core.commits import Action, Done, TaskMention, notebooks, parse_branch, parse_commit
from core.events import LinkAdded
from core.git import Commit, GitPerson, Pushed
from core.git_events import COMMITS_SHOWN, CommitLine, CommitsLinked, short
from core.git_people import actor_of, ask_person, git_actor, shown_name
from core.git_records import Check, CommitTask, NewCommit, merged_branch
from core.ids import TaskKey
from core.journal import Actor, record
from core.links import NewLink, TaskLink
from core.members import Member
from core.message_lines import first_line, without_number
from core.ports import UnitOfWork
from core.projects import project_keys
from core.tasks import Task
from core.watches import Watch, telling_paths

NOTEBOOKS_LINKED = 20
# Of the people of a push: who more than a few names is asked when they are needed.
_ASKED_FIRST = 6
_MERGES = ("Merge pull request #", "Merge branch ", "Merge remote-tracking branch ", "Merge tag ", "Merge commit ")


@dataclass(frozen=True)
class LinkedRest:
    """How many commits of a task a push had that its report left out; what bots wrote is kept apart."""

    task: str
    is_bot: bool
    count: int


@dataclass
class _Linked:
    """The commits of one push that are new to one task, oldest first; what bots wrote is kept apart."""

    task: Task
    is_bot: bool
    commits: list[Commit] = field(default_factory=list)
    copies: list[Commit] = field(default_factory=list)
    actions: list[tuple[Commit, Action]] = field(default_factory=list)

    @property
    def paths(self) -> list[str]:
        return [path for commit in self.commits for path in commit.paths]


def take_push(work: UnitOfWork, *, pushed: Pushed, prefixes: Collection[str], now: datetime) -> None:
    _Push(work, pushed, frozenset(prefixes), now).take()


def take_rest(work: UnitOfWork, *, pushed: Pushed, prefixes: Collection[str], now: datetime) -> tuple[LinkedRest, ...]:
    """As `take_push`, for commits its report left out. That they were linked is said by `tell_rest`, once."""
    push = _Push(work, pushed, frozenset(prefixes), now, is_rest=True)
    push.take()
    return tuple(
        LinkedRest(str(key), is_bot, len(linked.commits)) for (key, is_bot), linked in push.linked.items()
    )  # fmt: skip


def tell_rest(work: UnitOfWork, *, pushed: Pushed, rest: Iterable[LinkedRest], now: datetime) -> None:
    repository = pushed.repository
    actor = git_actor(work, pushed.pusher, host=repository.host, place=repository.name)
    for linked in rest:
        task = work.tasks.get(TaskKey.parse(linked.task))
        if task is not None and linked.count:
            event = CommitsLinked(
                repository.name, pushed.branch, (), linked.count, actor.name, linked.is_bot, pushed.compare_url,
                is_rest=True,
            )  # fmt: skip
            record(work, event, actor=actor, now=now, task=task)


def is_merge(message: str) -> bool:
    """The message that Git and the hosts give a merge; a push does not say how many parents a commit has."""
    return message.startswith(_MERGES)


def commit_fingerprint(commit: Commit) -> str:
    """The same for a copy: neither a rebase nor the squash of a single commit changes who wrote it or what it says."""
    author, words = commit.author.email.lower() or commit.author.name, without_number(commit.message.strip())
    return sha256(f"{author}\0{words}".encode("utf-8", "replace")).hexdigest()


class _Push:
    def __init__(
        self, work: UnitOfWork, pushed: Pushed, prefixes: frozenset[str], now: datetime, *, is_rest: bool = False
    ) -> None:
        self.is_rest = is_rest
        self.work, self.pushed, self.prefixes, self.now = work, pushed, prefixes, now
        self.is_default = pushed.branch == pushed.repository.default_branch
        self.branch_keys = () if self.is_default else parse_branch(pushed.branch, prefixes=prefixes)
        self.repository = 0
        self.tasks: dict[TaskKey, Task] = {}
        self.linked: dict[tuple[TaskKey, bool], _Linked] = {}
        self.closed: dict[TaskKey, str] = {}
        self.members: dict[tuple[str, str], Callable[[], Member | None]] = {}
        self.copies: frozenset[tuple[str, int]] = frozenset()
        self.merged: Mapping[str, int] = {}
        self.watches: dict[int, Callable[[], tuple[Watch, ...]]] = {}

    def take(self) -> None:
        mentions = {commit.sha: self._mentions(commit) for commit in self.pushed.commits}
        kept = [commit for commit in self.pushed.commits if self.is_default or mentions[commit.sha]]
        if not kept:
            return
        pusher, repository = self.pushed.pusher, self.pushed.repository
        for person in [pusher, *dict.fromkeys(commit.author for commit in kept)][:_ASKED_FIRST]:
            self._ask_member(person)
        self.repository = self.work.repositories.ensure(repository, self.now)
        actor = actor_of(pusher, self._member(pusher), host=repository.host, place=repository.name)
        # Asked together: none of them waits for another.
        copies, merged = self._ask_copies(kept), self._ask_merged({*(commit.sha for commit in kept), self.pushed.after})
        tasks = self.work.tasks.ask_several({mention.key for commit in kept for mention in mentions[commit.sha]})
        known = self.work.commits.known(self.repository, [commit.sha for commit in kept])
        self.copies = copies()
        self.merged = {sha: at for sha, at in merged().items() if sha not in known or sha == self.pushed.after}
        self.tasks = {task.key: task for task in tasks()}
        for project in {task.project_id for task in self.tasks.values()}:
            self.watches[project] = self.work.watches.ask_of_project(project)
        ids = {sha: seen.id for sha, seen in known.items()} | self._add(kept, known)
        reached = {sha for sha, seen in known.items() if seen.reached_at is not None}
        for commit, mention, task in self._link(kept, ids, mentions):
            self._note(commit, mention, task, has_reached=self.is_default or commit.sha in reached)
        for project in {linked.task.project_id for linked in self.linked.values()}:
            self.work.repositories.assign(self.repository, project)
        self._tell(actor)
        if self.is_default:
            self._arrive([seen.id for seen in known.values() if seen.reached_at is None])
        for key, source in self.closed.items():
            finish(self.work, key, source=source, actor=actor, now=self.now)

    def _mentions(self, commit: Commit) -> tuple[TaskMention, ...]:
        if is_merge(commit.message):
            return ()
        said = parse_commit(commit.message, prefixes=self.prefixes)
        if said:
            said = parse_commit(commit.message, prefixes=self.prefixes, others=self._others)
        named = {mention.key for mention in said}
        if commit.author.is_bot:
            # What a bot says is shown where it is asked for, and commands nothing.
            said = tuple(TaskMention(key) for key in named)
        # What a merge of the default branch brings along is not about the branch's task.
        branch_keys = self.branch_keys if commit.is_distinct else ()
        return (*said, *(TaskMention(key) for key in branch_keys if key not in named))

    @cached_property
    def _others(self) -> frozenset[str]:
        return project_keys(self.work)

    def _ask_copies(self, commits: list[Commit]) -> Callable[[], frozenset[tuple[str, int]]]:
        """Fingerprints and tasks of those whose original was pushed before: to another branch, or to this one before
        a rebase."""
        not_on = None if self.pushed.is_forced else self.pushed.branch
        fingerprints = [commit_fingerprint(commit) for commit in commits]
        shas = {commit.sha for commit in commits}
        found = self.work.commits.copies(self.repository, fingerprints, not_on=not_on)
        return lambda: frozenset((fingerprint, task) for sha, fingerprint, task in found() if sha not in shas)

    def _ask_merged(self, shas: Collection[str]) -> Callable[[], Mapping[str, int]]:
        if self.is_default:
            return dict
        return self.work.pull_requests.merged_with(self.repository, self.pushed.branch, shas)

    def _branches(self) -> dict[str, str]:
        """The branch of each; where the report comes after the merge, what stands for one that was merged."""
        branch = self.pushed.branch
        branches: dict[str, str] = {}
        for commit in reversed(self.pushed.commits):
            if commit.sha in self.merged:
                branch = merged_branch(self.pushed.branch, self.merged[commit.sha])
            branches[commit.sha] = branch
        return branches

    def _add(self, kept: list[Commit], known: Collection[str]) -> dict[str, int]:
        new = {commit.sha for commit in kept} - set(known)
        branches = self._branches()
        rows = [
            NewCommit(
                sha=commit.sha, title=first_line(commit.message), url=commit.url, author=shown_name(commit.author),
                branch=branches[commit.sha], fingerprint=commit_fingerprint(commit),
                reached_at=self.now if self.is_default else None,
            )
            for commit in kept
            if commit.sha in new
        ]  # fmt: skip
        added = self.work.commits.add(self.repository, rows, self.now) if rows else {}
        # Another unit may have stored them since they were asked for: the same push over another hook.
        beside = self.work.commits.known(self.repository, [row.sha for row in rows if row.sha not in added])
        return added | {sha: seen.id for sha, seen in beside.items()}

    def _link(
        self, kept: list[Commit], ids: Mapping[str, int], mentions: Mapping[str, Iterable[TaskMention]]
    ) -> list[tuple[Commit, TaskMention, Task]]:
        """What is new to a task."""
        named = [
            (commit, mention, task)
            for commit in kept
            for mention in mentions[commit.sha]
            if (task := self.tasks.get(mention.key)) is not None
        ]
        new = self.work.commits.link(
            [CommitTask(ids[commit.sha], task.id, _closes(mention)) for commit, mention, task in named]
        )
        return [entry for entry in named if (ids[entry[0].sha], entry[2].id) in new]

    def _note(self, commit: Commit, mention: TaskMention, task: Task, *, has_reached: bool) -> None:
        is_bot = commit.author.is_bot
        linked = self.linked.setdefault((mention.key, is_bot), _Linked(task, is_bot))
        if _closes(mention) and has_reached:
            self.closed[mention.key] = f"commit {short(commit.sha)}"
        is_copy = (commit_fingerprint(commit), task.id) in self.copies
        # One that was picked to another branch is news there; on the default branch it only arrives.
        is_known = is_copy and self.may_repeat
        (linked.copies if is_known else linked.commits).append(commit)
        for action in mention.actions:
            if not isinstance(action, Done) and self._is_new(task, action, is_copy=is_copy):
                linked.actions.append((commit, action))

    def _is_new(self, task: Task, action: Action, *, is_copy: bool) -> bool:
        """A copy says what its original said, and a squash merge what the commits of its branch did."""
        is_first = self.work.commits.take_action(
            self.repository, task.id, action_fingerprint(action), branch=self.pushed.branch,
            is_rewritten=self.pushed.is_forced, now=self.now,
        )  # fmt: skip
        return is_first or not (is_copy or self.may_repeat)

    @property
    def may_repeat(self) -> bool:
        """Whether what was pushed to other branches before may come again, under other names."""
        return self.is_default or self.pushed.is_forced

    def _tell(self, actor: Actor) -> None:
        # All that is new stands there before the first answer is waited for.
        notebooks = {one: self._keep_links(linked, actor) for one, linked in self.linked.items()}
        checks = self._ask_checks()
        for one, linked in self.linked.items():
            if linked.commits and not self.is_rest:
                self._record_commits(linked, actor)
            for link in notebooks[one]():
                added = LinkAdded(link.id, link.kind, link.url, link.title)
                record(self.work, added, actor=actor, now=self.now, task=linked.task)
            self._tell_checks(linked, checks(), actor)
            for commit, action in linked.actions:
                act(self.work, one[0], action, source=f"commit {short(commit.sha)}", actor=actor, now=self.now)

    def _keep_links(self, linked: _Linked, actor: Actor) -> Callable[[], tuple[TaskLink, ...]]:
        """What is answered are the notebooks that are new."""
        new = [
            NewLink(
                "commit", commit.url, f"{short(commit.sha)} {first_line(commit.message)}", author.id if author else None
            )
            for commit in linked.commits
            for author in (self._member(commit.author),)
        ]
        self.work.links.add_all(linked.task.id, new, self.now)
        address = f"{self.pushed.repository.url}/blob/{quote(self.pushed.branch)}"
        books = [
            NewLink("notebook", f"{address}/{quote(path)}", path, actor.member_id)
            for path in notebooks(linked.paths)[:NOTEBOOKS_LINKED]
        ]
        return self.work.links.ask_each(linked.task.id, books, self.now)

    def _record_commits(self, linked: _Linked, actor: Actor) -> None:
        commits = linked.commits
        event = CommitsLinked(
            repository=self.pushed.repository.name, branch=self.pushed.branch,
            commits=tuple(self._line(commit) for commit in commits[-COMMITS_SHOWN:]), count=len(commits), by=actor.name,
            is_bot=linked.is_bot,
            url=self.pushed.compare_url, paths=self._telling(linked.task, linked.paths),
            authors=tuple(dict.fromkeys(shown_name(commit.author) for commit in commits)),
        )  # fmt: skip
        record(self.work, event, actor=actor, now=self.now, task=linked.task)

    def _telling(self, task: Task, paths: list[str]) -> tuple[str, ...]:
        return telling_paths(self.watches[task.project_id](), list(dict.fromkeys(paths)))

    def _tell_checks(self, linked: _Linked, known: tuple[Check, ...], actor: Actor) -> None:
        """Those that were reported before the push."""
        shas = {commit.sha for commit in (*linked.commits, *linked.copies)}
        checks = [check for check in known if check.sha in shas] if known else []
        tell_known_checks(self.work, checks, task=linked.task, actor=actor, now=self.now)

    def _ask_checks(self) -> Callable[[], tuple[Check, ...]]:
        """Of all that is new to a task: a question for each of a thousand tasks takes too long."""
        linked = (commit for one in self.linked.values() for commit in (*one.commits, *one.copies))
        return cache(self.work.checks.ask_of_commits(self.repository, list({commit.sha: None for commit in linked})))

    def _arrive(self, commit_ids: list[int]) -> None:
        """Commits of another branch are on the default one now: what they close is closed, once."""
        if not commit_ids:
            return
        self.work.commits.mark_reached(commit_ids, self.now)
        for key, closes in self.work.commits.tasks(commit_ids):
            if closes:
                self.closed.setdefault(key, f"the push to {self.pushed.branch}")

    def _member(self, person: GitPerson) -> Member | None:
        return self._ask_member(person)()

    def _ask_member(self, person: GitPerson) -> Callable[[], Member | None]:
        # By what they are found by: the pusher and the author are named in different words.
        known_by = (person.login, person.email)
        if known_by not in self.members:
            self.members[known_by] = cache(ask_person(self.work, person, host=self.pushed.repository.host))
        return self.members[known_by]

    def _line(self, commit: Commit) -> CommitLine:
        member = self._member(commit.author)
        author = member.name if member else shown_name(commit.author)
        return CommitLine(short(commit.sha), first_line(commit.message), commit.url, author)


def _closes(mention: TaskMention) -> bool:
    return any(isinstance(action, Done) for action in mention.actions)
