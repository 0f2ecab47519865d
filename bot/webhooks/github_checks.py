"""What GitHub tells of CI and of deployments."""

from bot.webhook import (
    Json,
    Malformed,
    link,
    moment,
    number,
    optional_flag,
    optional_part,
    optional_text,
    part,
    parts,
    text,
)
from bot.webhooks.github_objects import person, repository, sha
from core.git import CheckReported, DeploymentReported, Fact, GitPerson, NotNeeded, Result, is_production

MOST_ATTEMPTS = 999  # the last three digits of a run's order

_RUNS = {
    "requested": Result.WAITING,
    "queued": Result.WAITING,
    "pending": Result.WAITING,
    "waiting": Result.WAITING,
    "in_progress": Result.RUNNING,
    "action_required": Result.WAITING,
    "success": Result.SUCCESS,
    "failure": Result.FAILURE,
    "timed_out": Result.FAILURE,
    "startup_failure": Result.FAILURE,
    "cancelled": Result.CANCELLED,
    "stale": Result.CANCELLED,
    "skipped": Result.SKIPPED,
    "neutral": Result.SKIPPED,
}
_STATUSES = {
    "pending": Result.RUNNING,
    "success": Result.SUCCESS,
    "failure": Result.FAILURE,
    "error": Result.FAILURE,
}
_DEPLOYMENTS = {
    "queued": Result.WAITING,
    "pending": Result.WAITING,
    "waiting": Result.WAITING,
    "in_progress": Result.RUNNING,
    "success": Result.SUCCESS,
    "failure": Result.FAILURE,
    "error": Result.FAILURE,
    "inactive": Result.INACTIVE,
}


def workflow_run(payload: Json) -> Fact:
    run, action = part(payload, "workflow_run"), text(payload, "action")
    if "deployment" in payload:
        raise Malformed("a deployment, which names its workflow_run")
    result = _progress(run)
    if result is None or action not in ("requested", "in_progress", "completed"):
        return NotNeeded("a workflow is in a state that is not known")
    attempt = number(run, "run_attempt") if "run_attempt" in run else 1
    return CheckReported(
        repository=repository(payload),
        sha=sha(run, "head_sha"),
        name=_workflow_name(payload, run),
        result=result,
        url=link(run, "html_url"),
        # Runs are numbered for each workflow, and two workflows may have one name: their ids are of one sequence.
        order=number(run, "id") * (MOST_ATTEMPTS + 1) + min(attempt, MOST_ATTEMPTS),
        at=moment(run, "updated_at"),
        branch=optional_text(run, "head_branch"),
    )


def _workflow_name(payload: Json, run: Json) -> str:
    """A run may carry a title of its own in place of the workflow's name."""
    workflow = optional_part(payload, "workflow")
    return optional_text(workflow, "name") or optional_text(run, "name") or text(run, "path")


def check_suite(payload: Json) -> Fact:
    suite, action = part(payload, "check_suite"), text(payload, "action")
    app = part(suite, "app")
    if optional_text(app, "slug") == "github-actions":
        return NotNeeded("workflow_run tells it")
    # Asked for anew, it still carries the result it had.
    result = Result.WAITING if action == "rerequested" else _progress(suite)
    if result is None:
        return NotNeeded("a check is in a state that is not known")
    found, commit = repository(payload), sha(suite, "head_sha")
    return CheckReported(
        repository=found,
        sha=commit,
        name=text(app, "name"),
        result=result,
        url=f"{found.url}/commit/{commit}/checks" if found.url else "",
        order=number(suite, "id"),
        at=moment(suite, "updated_at"),
        branch=optional_text(suite, "head_branch"),
    )


def _progress(run: Json) -> Result | None:
    state = text(run, "status")
    return _RUNS.get(text(run, "conclusion") if state == "completed" else state)


def status(payload: Json) -> Fact:
    result = _STATUSES.get(text(payload, "state"))
    if result is None:
        return NotNeeded("a status is in a state that is not known")
    commit = sha(payload, "sha")
    return CheckReported(
        repository=repository(payload),
        sha=commit,
        name=text(payload, "context"),
        result=result,
        url=link(payload, "target_url") or link(part(payload, "commit"), "html_url"),
        order=number(payload, "id"),
        at=moment(payload, "updated_at"),
        branch=_tip(payload, commit),
    )


def _tip(payload: Json, commit: str) -> str:
    """The branch that ends in the commit: GitHub lists all that contain it."""
    for branch in parts(payload, "branches"):
        if sha(part(branch, "commit"), "sha") == commit:
            return text(branch, "name")
    return ""


def deployment(payload: Json) -> Fact:
    action, of = text(payload, "action"), part(payload, "deployment")
    if "deployment_status" in payload:
        raise Malformed("a status, which names its deployment")
    return _report(payload, of, {}, Result.WAITING) if action == "created" else NotNeeded(f"a deployment was {action}")


def deployment_status(payload: Json) -> Fact:
    of, news = part(payload, "deployment"), part(payload, "deployment_status")
    result = _DEPLOYMENTS.get(text(news, "state"))
    if result is None:
        return NotNeeded("a deployment is in a state that is not known")
    return _report(payload, of, news, result)


def _report(payload: Json, of: Json, news: Json, result: Result) -> DeploymentReported:
    environment = optional_text(news, "environment") or text(of, "environment")
    return DeploymentReported(
        repository=repository(payload),
        external_id=str(number(of, "id")),
        environment=environment,
        sha=sha(of, "sha"),
        ref=text(of, "ref"),
        result=result,
        order=number(news, "id") if news else 0,
        at=moment(news or of, "created_at"),
        creator=_deployer(payload, of),
        url=link(news, "log_url", "target_url", "environment_url"),
        description=optional_text(news, "description") or optional_text(of, "description"),
        is_production=_is_production(of, environment),
    )


def _deployer(payload: Json, of: Json) -> GitPerson:
    """Where a program made the deployment, whoever started the workflow that it ran in."""
    creator = person(optional_part(of, "creator"))
    run = optional_part(payload, "workflow_run")
    started = (person(optional_part(run, name)) for name in ("triggering_actor", "actor"))
    people = (one for one in started if one.login and not one.is_bot)
    return next(people, creator) if creator.is_bot else creator


def _is_production(of: Json, environment: str) -> bool:
    """Only true is somebody's word: false is the default of every name but `production`, and tools send it unasked.

    https://github.com/chrnorm/deployment-action/issues/61
    """
    return optional_flag(of, "production_environment") or is_production(environment)
