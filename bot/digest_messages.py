"""The messages of a digest, as it stands when they are sent: its root, its sections, its chart."""

from datetime import datetime

from core.cards import Card, Image
from core.deliveries import Delivery, DeliveryKind, Destination, Picture, Post
from core.digest_posting import LATEST
from core.digest_runs import CHART, ROOT, DigestRun, DigestText, RunState, digest_subject, read_subject
from core.ports import UnitOfWork


def compose_digest(work: UnitOfWork, destination: Destination, head: Delivery, *, now: datetime) -> Post | None:
    """None where it has lost its place: nothing to edit, no thread to stand in; or where it is too late to post it."""
    assert head.subject is not None
    number, part = read_subject(head.subject)
    run, text = work.digests.run(number), work.digests.text(number)
    if run is None or text is None:
        return None
    root = work.messages.line(digest_subject(number), destination.channel_id)
    message = work.messages.line(head.subject, destination.channel_id)
    if root is None and (head.kind is not DeliveryKind.ROOT or _is_over(work, run, now)):
        return None
    if root == "" or message == "":
        return None
    picture = _picture(work, head, text) if part.startswith(CHART) else None
    card = _card(text, part)
    if card is None or (part.startswith(CHART) and picture is None):
        return None
    return Post(
        channel=destination.ref,
        card=card,
        marker=marker_of(destination, head),
        message=message,
        thread=None if part == ROOT else root,
        picture=picture,
    )


def marker_of(destination: Destination, delivery: Delivery) -> str:
    return f"labkeeper-{destination.team_id}-{delivery.id}"


def _is_over(work: UnitOfWork, run: DigestRun, now: datetime) -> bool:
    """Nobody wants last week's plan: it was not posted then, and is not now."""
    if now - (run.due_at or run.created_at) <= LATEST:
        return False
    if run.state is RunState.POSTED:
        work.digests.skip_run(run.id, "the chat did not take it within a day")
    return True


def _card(text: DigestText, part: str) -> Card | None:
    if part == ROOT:
        return text.root
    if part.startswith(CHART):
        chart = text.chart
        return Card((chart.title,), (Image(chart.image, chart.alt),)) if chart else None
    if int(part) > len(text.sections):
        return Card(("There is less to say here since the correction.",))
    return text.sections[int(part) - 1]


def _picture(work: UnitOfWork, head: Delivery, text: DigestText) -> Picture | None:
    png = work.images.get(text.chart.image) if text.chart else None
    if png is None or text.chart is None:
        return None
    return Picture(f"digest-{work.team_id}-{head.id}.png", text.chart.title, text.chart.alt, png)
