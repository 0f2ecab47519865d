"""One command from the terminal, as the operator."""

import asyncio
import getpass
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tzlocal import get_localzone_name

from bot.context import Context
from bot.dispatch import Answer, run_line
from bot.platforms.terminal.line import join_words
from core.ids import TeamId
from core.journal import Actor
from core.members import Identity, Member, sign_in
from core.ports import Store
from core.teams import Team, choose_team

if TYPE_CHECKING:
    from bot.app import App

PLATFORM = "terminal"


def run_words(app: "App", root: str, words: Sequence[str], *, team_name: str | None) -> tuple[Answer, str]:
    """The answer, and the operator's time zone. Raises `UserError` when the team cannot be told."""
    team = _team(app, team_name)
    member, actor = _operator(app, team.id)
    zone = member.zone or _local_zone()
    context = Context(app.store, team, actor, zone, app.clock.now(), app.catalogue, app.ports)
    return asyncio.run(run_line(context, root, join_words(words, app.catalogue.keys(root, words)))), zone


def _team(app: "App", name: str | None) -> Team:
    now, zone = app.clock.now(), _local_zone()
    if app.store.read_directory(lambda teams: teams.teams()).result():
        return app.store.read_directory(lambda teams: choose_team(teams, name=name, zone=zone, now=now)).result()
    return app.store.write_directory(lambda teams: choose_team(teams, name=name, zone=zone, now=now)).result()


def _operator(app: "App", team: TeamId) -> tuple[Member, Actor]:
    name = _user_name()
    identity = Identity(PLATFORM, "", name)
    known = app.store.read(lambda work: work.members.by_identity(identity), team=team).result()
    if known is not None:
        return known, Actor(known.id, known.name, True, PLATFORM, "")
    return _join(app.store, team, identity, name, app)


def _join(store: Store, team: TeamId, identity: Identity, name: str, app: "App") -> tuple[Member, Actor]:
    now = app.clock.now()
    return store.write(
        lambda work: sign_in(work, identity, name=name, is_admin=True, place="", now=now), team=team
    ).result()


def _user_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # A container may run as a user that has no name.
        return "operator"


def _local_zone() -> str:
    try:
        return get_localzone_name() or "UTC"
    except Exception:
        # A broken TZ or /etc/localtime must not keep anybody from their board.
        return "UTC"
