"""`labkeeper simulate`: what GitHub would send to the server that runs, signed as GitHub signs it."""

import hmac
import json
import re
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha1, sha256
from typing import TYPE_CHECKING

from bot.board_links import task_path
from bot.demo.github_bodies import Body, Sender
from bot.demo.whereabouts import demo_at
from bot.dispatch import Outcome
from bot.platforms.terminal.session import run_words
from core.clock import Clock
from core.errors import InvalidInput, NotFound, Unavailable
from core.hooks import Hook, list_hooks
from core.ids import TaskKey, TeamId
from core.task_search import TaskFilter, find_task
from core.tasks import Kind, State, Task

if TYPE_CHECKING:
    from bot.app import App
    from bot.settings import Settings

_COMMIT = re.compile(r"/commit/([0-9a-f]{40})$")
_SECONDS = 10


class Deed(StrEnum):
    """What is to be reported."""

    PUSH = "push"
    PR = "pr"
    CI = "ci"
    DEPLOY = "deploy"


# The first one is meant where none is named.
RESULTS: dict[Deed, tuple[str, ...]] = {
    Deed.PUSH: ("",),
    Deed.PR: ("open", "draft", "merged", "closed"),
    Deed.CI: ("success", "failure", "running", "cancelled"),
    Deed.DEPLOY: ("success", "failure", "running"),
}
_EVENTS = {Deed.PUSH: "push", Deed.PR: "pull_request", Deed.CI: "workflow_run", Deed.DEPLOY: "deployment_status"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Empty where the simulation is to choose."""

    deed: Deed
    task: str = ""
    message: str = ""
    branch: str = ""
    environment: str = "production"
    result: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent and where to, and what came back, in words."""

    event: str
    about: str
    url: str
    status: int
    answer: str
    look: str


def board_of(settings: "Settings") -> "Settings":
    """Settings of the board that the server on this port has: a demo's own, if one runs there."""
    url = demo_at(settings.port)
    return settings.model_copy(update={"database_url": url, "secret_key": None}) if url else settings


def simulate(app: "App", wanted: Wanted, *, address: str, team_name: str | None) -> tuple[Sent, ...]:
    """Raises `UserError`: no server, no such task, no project."""
    result = _result(wanted)
    _find_server(address)
    team = _team(app, team_name)
    task = _task(app, team, wanted)
    hook, secret = _hook(app, team, task, team_name)
    repository = hook.repository or f"acme/{task.key.project.lower()}"
    known = _last_commit(app, team, task)
    commit = known or sha1(f"{task.key} {uuid.uuid4()}".encode()).hexdigest()
    post = _Post(f"{address}/webhooks/{hook.provider}/{hook.public_id}", secret, repository, task, wanted)
    if wanted.deed is Deed.PUSH or known is None:
        # What CI, a pull request or a deployment is about must have been pushed.
        commit = sha1(f"{task.key} {uuid.uuid4()}".encode()).hexdigest()
        pushed = post.push(commit)
        return (pushed,) if wanted.deed is Deed.PUSH else (pushed, post.about(commit, result))
    return (post.about(commit, result),)


@dataclass(frozen=True, slots=True)
class _Post:
    url: str
    secret: str
    repository: str
    task: Task
    wanted: Wanted

    @property
    def branch(self) -> str:
        return self.wanted.branch or f"feat/{str(self.task.key).lower()}"

    @property
    def sender(self) -> Sender:
        name = self.task.owner.name if self.task.owner else "Ana Lima"
        login = name.partition(" ")[0].lower() or "ana"
        return Sender(self.repository, login, name, Clock().now())

    @property
    def message(self) -> str:
        said = self.wanted.message or "try a smaller learning rate"
        return said if str(self.task.key) in said else f"{self.task.key} {said}"

    def push(self, commit: str) -> Sent:
        body = self.sender.push(branch=self.branch, message=self.message, commit=commit)
        return self.send(Deed.PUSH, body, f"“{self.message}” on {self.branch}")

    def about(self, commit: str, result: str) -> Sent:
        sender, wanted = self.sender, self.wanted
        match wanted.deed:
            case Deed.PR:
                # One for each branch, so that it can be opened now and merged later.
                number = int(sha1(f"{self.repository} {self.branch}".encode()).hexdigest()[:3], 16) + 100
                body = sender.pull_request(
                    number=number, title=self.message, branch=self.branch, commit=commit, state=result
                )
                return self.send(wanted.deed, body, f"pull request #{number}, {result}")
            case Deed.CI:
                body = sender.workflow_run(branch=self.branch, commit=commit, result=result)
                return self.send(wanted.deed, body, f"tests on {commit[:7]}: {result}")
            case _:
                body = sender.deployment_status(
                    number=sender.number, environment=wanted.environment, commit=commit, result=result,
                    description=wanted.message,
                )  # fmt: skip
                return self.send(wanted.deed, body, f"{commit[:7]} to {wanted.environment}: {result}")

    def send(self, deed: Deed, body: Body, about: str) -> Sent:
        raw = json.dumps(body).encode()
        event = _EVENTS[deed]
        signature = hmac.new(self.secret.encode(), raw, sha256).hexdigest()
        headers = {
            "Content-Type": "application/json", "User-Agent": "GitHub-Hookshot/simulated", "X-GitHub-Event": event,
            "X-GitHub-Delivery": str(uuid.uuid4()), "X-Hub-Signature-256": f"sha256={signature}",
        }  # fmt: skip
        status, answer = _ask(urllib.request.Request(self.url, raw, headers, method="POST"))
        key, server = self.task.key, self.url.partition("/webhooks/")[0]
        channel = f"the channel of {key.project}, " if deed is Deed.DEPLOY else ""
        look = f"See {channel}the thread of {key}, {server}{task_path(key)}"
        return Sent(event, about, self.url, status, answer, look)


def _result(wanted: Wanted) -> str:
    results = RESULTS[wanted.deed]
    if wanted.result and wanted.result not in results:
        raise InvalidInput(f"“{wanted.result}” is no result of {wanted.deed}.", f"Say --result {' or '.join(results)}.")
    return wanted.result or results[0]


def _find_server(address: str) -> None:
    try:
        status, _ = _ask(urllib.request.Request(f"{address}/healthz"))
    except Unavailable:
        status = 0
    if status != 200:
        raise Unavailable(
            f"No server answers at {address}.",
            "Start one in another shell: labkeeper demo, or labkeeper run. Another port: PORT=8001.",
        )


def _ask(request: urllib.request.Request) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:
            return int(answer.status), answer.read(2_000).decode(errors="replace").strip()
    except urllib.error.HTTPError as error:
        return error.code, error.read(2_000).decode(errors="replace").strip()
    except OSError as error:
        raise Unavailable(f"{request.full_url} does not answer.", str(error)) from error


def _team(app: "App", name: str | None) -> TeamId:
    teams = app.store.read_directory(lambda teams: teams.teams()).result()
    found = [team for team in teams if name is None or team.name.casefold() == name.casefold()]
    if len(found) != 1:
        raise NotFound("It is not clear for which team.", "Say --team and its name; there may be none.")
    return found[0].id


def _task(app: "App", team: TeamId, wanted: Wanted) -> Task:
    if wanted.task:
        key = TaskKey.parse(wanted.task)
        return app.store.read(lambda work: find_task(work, key), team=team).result()
    doing = TaskFilter(states=(State.DOING,), kind=Kind.DEPLOY if wanted.deed is Deed.DEPLOY else None, blocked=False)
    filters = (doing, replace(doing, kind=None), TaskFilter())
    for chosen in filters:
        found = _first(app, team, chosen)
        if found is not None:
            return found
    raise NotFound("There is no open task.", "Make one first: labkeeper lab task new Try focal loss box:10d")


def _first(app: "App", team: TeamId, wanted: TaskFilter) -> Task | None:
    return next(iter(app.store.read(lambda work: work.tasks.list(wanted, limit=1), team=team).result()), None)


def _hook(app: "App", team: TeamId, task: Task, team_name: str | None) -> tuple[Hook, str]:
    """One that takes this project's reports, made as the operator would if there is none."""
    project = task.key.project
    hook = _known_hook(app, team, project)
    if hook is None:
        words = ["hook", "new", "github", f"project:{project}", f"repo:acme/{project.lower()}"]
        answer, _ = run_words(app, "lab-admin", words, team_name=team_name)
        hook = _known_hook(app, team, project)
        if answer.outcome is not Outcome.DONE or hook is None:
            raise Unavailable("No hook could be made.", "Try it yourself: labkeeper lab-admin hook new github")
    return hook, app.ports.vault.open(hook.secret, about=f"hook {hook.public_id}")


def _known_hook(app: "App", team: TeamId, project: str) -> Hook | None:
    hooks = app.store.read(list_hooks, team=team).result()
    return next((hook for hook in hooks if hook.project_key == project), None)


def _last_commit(app: "App", team: TeamId, task: Task) -> str | None:
    links = app.store.read(lambda work: work.links.of_task(task.id, limit=100), team=team).result()
    found = (_COMMIT.search(link.url) for link in links if link.kind == "commit")
    return next((match[1] for match in found if match), None)
