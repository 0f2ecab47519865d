"""Hooks as cards. A secret is shown once, when it is made, and never again."""

from core.cards import Block, Bullets, Card, CommandLine, Item, Link, Mono, Paragraph, Table, When, paragraph, row
from core.hooks import BOTH_VALID, Hook

_HOURS = int(BOTH_VALID.total_seconds() // 3600)


def made_card(hook: Hook, *, url: str, secret: str, is_reachable: bool) -> Card:
    steps = (
        "Repository → Settings → Webhooks → Add webhook",
        "Payload URL: the address; content type: application/json; secret: the secret",
        "“Let me select individual events”: Pushes, Pull requests, Branch or tag creation, Branch or tag deletion, "
        "Workflow runs, Check suites, Statuses, Deployments, Deployment statuses, Releases",
        "Add webhook. GitHub tries it at once; lab-admin hook list shows when it was last used",
    )
    blocks: tuple[Block, ...] = (
        *_secrets(url, secret),
        paragraph("Keep the secret now: it is not shown again. On GitHub:"),
        Bullets(tuple(Item((step,)) for step in steps)),
    )
    blocks = (*blocks, _other_projects(hook))
    if not is_reachable:
        blocks = (*blocks, paragraph("PUBLIC_URL is not set, so GitHub may not reach this address."))
    only = f", only {hook.repository}" if hook.repository else ""
    title = f"Hook {hook.id}: {hook.provider} for {hook.project_key}{only}"
    return Card((title,), blocks, facts=_facts(hook, url, secret))


def rotated_card(hook: Hook, *, url: str, secret: str) -> Card:
    return Card(
        (f"Hook {hook.id} has a new secret.",),
        (
            *_secrets(url, secret),
            paragraph(f"Put it in on GitHub within {_HOURS} hours; until then the one before is valid too."),
        ),
        facts=_facts(hook, url, secret),
    )


def revoked_card(hook: Hook) -> Card:
    return Card(
        (f"Hook {hook.id} is revoked.",),
        (paragraph("Nothing is taken at its address any more. Delete it on the host too: its deliveries fail there."),),
        facts=(("hook", str(hook.id)),),
    )  # fmt: skip


def hooks_card(hooks: tuple[Hook, ...]) -> Card:
    if not hooks:
        example = CommandLine("lab-admin hook new github project:CHURN")
        return Card(("Nothing reports to this board yet.",), (paragraph("Let GitHub do it: ", example),))
    rows = tuple(
        row(
            str(hook.id), str(hook.provider), hook.project_key, hook.repository or "any",
            When(hook.used_at) if hook.used_at is not None else "never",
        )
        for hook in hooks
    )  # fmt: skip
    return Card(
        ("Who reports to this board",), (Table(("number", "from", "project", "repository", "last used"), rows),)
    )


def _other_projects(hook: Hook) -> Paragraph:
    another = CommandLine(f"lab-admin hook new {hook.provider} project:KEY")
    return paragraph(
        f"It moves tasks of {hook.project_key} and of no other project. Where commits there name another project's "
        "too, make a hook for that one and add it on GitHub beside this: ", another,
    )  # fmt: skip


def _secrets(url: str, secret: str) -> tuple[Paragraph, Paragraph]:
    """Whole lines: people and programs copy them."""
    return paragraph("Address: ", Link(url, url)), paragraph("Secret: ", Mono(secret))


def _facts(hook: Hook, url: str, secret: str) -> tuple[tuple[str, str], ...]:
    return (("hook", str(hook.id)), ("url", url), ("secret", secret))
