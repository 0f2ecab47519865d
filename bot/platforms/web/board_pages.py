"""The pages of the board: read-only, and a page of each at a time."""

from collections.abc import Sequence
from itertools import groupby

from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from bot.cards.timebox import used_text
from bot.platforms.web.board_filters import Choices, Filters, choices_of, project_id
from bot.platforms.web.board_site import BoardSite, Look
from bot.platforms.web.board_wording import lasted, linked, share_used
from bot.platforms.web.markdown import plain_words, render_markdown
from core.board_pages import BoardView, Column, ListView, view_board, view_list
from core.errors import InvalidInput, NotFound
from core.events import Cause, describe
from core.finding_records import Finding
from core.ids import TaskKey
from core.members import list_members
from core.metrics import judge
from core.pages import (
    BlockedPage,
    BoxesPage,
    FindingsPage,
    page_of_blocked,
    page_of_finding,
    page_of_findings,
    page_of_task,
    page_of_timeboxes,
)
from core.ports import UnitOfWork
from core.projects import Project, list_projects
from core.tasks import State, Track
from core.timebox_events import CALLED
from core.timebox_records import Timebox

_EXCERPT = 280
_REVISIONS = 12
_CAUSES = {
    Cause.DATA: "Waits for data",
    Cause.INFRA: "Waits for infrastructure",
    Cause.REVIEW: "Waits for review",
    Cause.PEOPLE: "Waits for people",
    Cause.OTHER: "Waits for something else",
}


def board_routes(site: BoardSite) -> Sequence[BaseRoute]:
    return [
        site.entry(),
        site.route("", show_board),
        site.route("/list", show_list),
        site.route("/tasks/{key}", show_task),
        site.route("/blocked", show_blocked),
        site.route("/timeboxes", show_timeboxes),
        site.route("/findings", show_findings),
        site.route("/findings/{number:int}", show_finding),
    ]


async def show_board(look: Look) -> Response:
    filters = Filters.of(look.request.query_params)
    if tidy := _tidier(look, filters.board):
        return tidy

    def read(work: UnitOfWork) -> tuple[BoardView, dict[int, Timebox], Choices]:
        view = view_board(work, wanted=filters.wanted(work, member_id=look.visitor.member_id))
        shown = [task.id for column in view.columns for task in column.tasks]
        return view, work.timeboxes.open_ones(shown), choices_of(work)

    view, boxes, choices = await look.read(read)
    return look.page(
        "board.html", section="", project=filters.project, filters=filters, choices=choices, boxes=boxes,
        view=view, tracks=_by_track(view), address_of=lambda kept: kept.board,
    )  # fmt: skip


async def show_list(look: Look) -> Response:
    filters = Filters.of(look.request.query_params)
    after = look.asked("after")
    if not after and (tidy := _tidier(look, filters.list)):
        return tidy

    def read(work: UnitOfWork) -> tuple[ListView, dict[int, Timebox], Choices]:
        view = view_list(work, wanted=filters.wanted(work, member_id=look.visitor.member_id), page=after)
        return view, work.timeboxes.open_ones([task.id for task in view.tasks]), choices_of(work)

    view, boxes, choices = await look.read(read)
    return look.page(
        "board_list.html", section="", project=filters.project, view=view, filters=filters, choices=choices,
        boxes=boxes, states=tuple(State), is_first=not after, address_of=lambda kept: kept.list,
    )  # fmt: skip


async def show_task(look: Look) -> Response:
    try:
        key = TaskKey.parse(look.request.path_params["key"])
    except InvalidInput as error:
        raise NotFound("There is no such task.", error.hint) from None
    before = look.asked("before")
    found = await look.read(page_of_task, key=key, before=before, now=look.now)
    return look.page(
        "board_task.html", section="none", project=key.project, found=found, describe=describe, judge=judge,
        called=CALLED, is_first=not before, used=used_text, linked=linked,
    )  # fmt: skip


async def show_blocked(look: Look) -> Response:
    key, word = look.asked("project"), look.asked("cause")
    if word and word not in list(Cause):
        raise InvalidInput(f"“{word[:40]}” is no cause.", f"Causes are: {', '.join(Cause)}.")
    cause = Cause(word) if word else None

    def read(work: UnitOfWork) -> tuple[BlockedPage, tuple[Project, ...]]:
        where = project_id(work, key)
        return page_of_blocked(work, project_id=where, cause=cause, after=look.asked("after")), list_projects(work)

    found, projects = await look.read(read)
    return look.page(
        "board_blocked.html", section="/blocked", project=key, found=found, projects=projects, causes=_CAUSES,
        cause=cause, is_first=not look.asked("after"), lasted=lasted,
    )  # fmt: skip


async def show_timeboxes(look: Look) -> Response:
    filters = Filters(project=look.asked("project"), owner=look.asked("owner"))
    after = look.asked("after")

    def read(work: UnitOfWork) -> tuple[BoxesPage, Choices]:
        wanted = filters.wanted(work, member_id=look.visitor.member_id)
        found = page_of_timeboxes(work, project_id=wanted.project_id, owner_id=wanted.owner_id, after=after)
        return found, Choices(projects=list_projects(work), members=list_members(work), versions=())

    found, choices = await look.read(read)
    return look.page(
        "board_timeboxes.html", section="/timeboxes", project=filters.project, found=found, choices=choices,
        filters=filters, is_first=not after, share=share_used,
    )  # fmt: skip


async def show_findings(look: Look) -> Response:
    key, search, before = look.asked("project"), look.asked("q"), look.asked("before")

    def read(work: UnitOfWork) -> tuple[FindingsPage, tuple[Project, ...]]:
        found = page_of_findings(work, project_id=project_id(work, key), search=search, before=before)
        return found, list_projects(work)

    found, projects = await look.read(read)
    return look.page(
        "board_findings.html", section="/findings", project=key, found=found, projects=projects, search=search,
        called=CALLED, is_first=not before, excerpt=lambda text: plain_words(text, limit=_EXCERPT),
    )  # fmt: skip


async def show_finding(look: Look) -> Response:
    number, word = look.request.path_params["number"], look.asked("revision")
    if word and not (word.isascii() and word.isdigit() and len(word) < 10):
        raise NotFound("There is no such revision.", "Revisions are counted from 1.")
    finding, task = await look.read(page_of_finding, number=number, revision=int(word) if word else None)
    return look.page(
        "board_finding.html", section="/findings", project=finding.task_key.project, finding=finding, task=task.task,
        called=CALLED, markdown=render_markdown, revisions=_revisions(finding),
    )  # fmt: skip


def _by_track(view: BoardView) -> list[tuple[Track, list[Column]]]:
    return [(track, list(columns)) for track, columns in groupby(view.columns, key=lambda column: column.track)]


def _revisions(finding: Finding) -> tuple[int, ...]:
    """The newest ones, and the one that is shown."""
    newest = range(max(1, finding.last_revision - _REVISIONS), finding.last_revision + 1)
    return tuple(sorted({finding.revision, *newest}))


def _tidier(look: Look, address: str) -> RedirectResponse | None:
    """A form's address has a word for each of its fields; one to share has only those that say something."""
    asked = look.request.query_params
    return RedirectResponse(address, 303) if any(not text.strip() for text in asked.values()) else None
