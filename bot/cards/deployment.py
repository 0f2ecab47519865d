"""Deployments as a list: what went where, and what came of it."""

from bot.cards.spans import length_text
from core.cards import Card, CommandLine, Table, When, paragraph, row
from core.git import Result
from core.git_events import short
from core.git_records import Deployment

_WORDS = {Result.SUCCESS: "succeeded", Result.FAILURE: "failed", Result.INACTIVE: "replaced"}


def deployments_card(deployments: tuple[Deployment, ...]) -> Card:
    if not deployments:
        hook = CommandLine("lab-admin hook new github project:CHURN")
        return Card(("No deployment was reported yet.",), (paragraph("Let GitHub report them: ", hook),))
    rows = tuple(
        row(
            When(deployment.started_at), deployment.environment, short(deployment.sha), _result(deployment),
            deployment.by,
            deployment.repository,
        )
        for deployment in deployments
    )  # fmt: skip
    count = f"{len(deployments)} deployment" + ("s" if len(deployments) != 1 else "")
    return Card((count,), (Table(("when", "where", "commit", "result", "by", "repository"), rows),))


def _result(deployment: Deployment) -> str:
    words = _WORDS.get(deployment.result, str(deployment.result))
    if deployment.seconds:
        words += f" in {length_text(deployment.seconds)}"
    return f"{words}, a rollback" if deployment.is_rollback else words
