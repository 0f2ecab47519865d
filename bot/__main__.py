"""The `labkeeper` command."""

import atexit
import gc
import json
import sys
from collections.abc import Callable
from typing import Annotated, NoReturn, TypeVar
from zoneinfo import reset_tzpath

import typer

from bot.logs import configure_logs
from bot.settings import BadSettings, Settings
from core.errors import UserError

T = TypeVar("T")

DONE, REFUSED, CONFIGURATION = 0, 1, 78

cli = typer.Typer(
    name="labkeeper",
    help="Keeps an ML team's board inside its chat.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
_ANY_WORDS = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
Json = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]
TeamName = Annotated[str | None, typer.Option("--team", help="Which team, where there are several.")]


@cli.command(context_settings=_ANY_WORDS)
def lab(context: typer.Context, as_json: Json = False, team: TeamName = None) -> None:
    """Any chat command, for example: labkeeper lab task new Try focal loss box:10d"""
    _say("lab", context.args, as_json=as_json, team=team)


@cli.command("lab-admin", context_settings=_ANY_WORDS)
def lab_admin(context: typer.Context, as_json: Json = False, team: TeamName = None) -> None:
    """Any command for those who configure, for example: labkeeper lab-admin project new CHURN"""
    _say("lab-admin", context.args, as_json=as_json, team=team)


@cli.command()
def run(
    only: Annotated[str | None, typer.Option(help="Some parts alone: web, chat, worker, with commas.")] = None,
) -> None:
    """Run the server: all its parts, or some."""
    from bot.run import UnknownPart, parse_parts, run_server

    settings = _settings()
    try:
        parts = parse_parts(only)
    except UnknownPart as error:
        raise typer.BadParameter(str(error), param_hint="--only") from None
    configure_logs()
    _or_exit(lambda: run_server(settings, parts))


@cli.command()
def demo() -> None:
    """Run the server on a throw-away board, with a team in the middle of its month: all of it in a browser."""
    from bot.demo.run import run_demo

    settings = _settings()
    configure_logs()
    _or_exit(lambda: run_demo(settings))


@cli.command()
def simulate(
    deed: Annotated[str, typer.Argument(help="push, pr, ci or deploy.")],
    task: Annotated[str, typer.Option(help="Which task; else one that is being worked on.")] = "",
    message: Annotated[str, typer.Option(help="The commit message; or a deployment's description.")] = "",
    branch: Annotated[str, typer.Option(help="The branch; else feat/ and the task's key.")] = "",
    environment: Annotated[str, typer.Option(help="Where to, of a deployment.")] = "production",
    result: Annotated[str, typer.Option(help="success, failure, running; of a pr open, draft, merged, closed.")] = "",
    team: TeamName = None,
) -> None:
    """Let GitHub report something to the server that runs: a demo, or your own."""
    from bot.app import App
    from bot.demo.simulate import Deed, Wanted, board_of
    from bot.demo.simulate import simulate as send

    if deed not in list(Deed):
        raise typer.BadParameter(f"“{deed}” must be one of: {', '.join(Deed)}", param_hint="deed")
    configure_logs(level=40)
    settings = board_of(_settings())
    wanted = Wanted(
        deed=Deed(deed), task=task, message=message, branch=branch, environment=environment, result=result
    )  # fmt: skip
    address = f"http://{settings.host}:{settings.port}"
    app = _or_exit(lambda: App.open_terminal(settings))
    try:
        sent = _or_exit(lambda: send(app, wanted, address=address, team_name=team), REFUSED)
    finally:
        app.close()
    for one in sent:
        print(f"Sent {one.event}: {one.about}\n  to {one.url}\n  answered {one.status} {one.answer}\n  {one.look}")
    sys.exit(DONE if all(one.status < 300 for one in sent) else REFUSED)


@cli.command()
def migrate() -> None:
    """Bring the database to the schema this version needs."""
    from bot.app import bring_up_to_date

    settings = _settings()
    before, after = _or_exit(lambda: bring_up_to_date(settings))
    print(f"The database has schema {after}" + ("." if before == after else f" (it was {before or 'empty'})."))


@cli.command()
def manifest(
    platform: Annotated[str, typer.Argument(help="Which chat: slack.")],
    socket: Annotated[bool, typer.Option("--socket", help="For Socket Mode, which needs no address.")] = False,
) -> None:
    """Print the app manifest to paste into Slack."""
    from bot.platforms.slack.manifest import make_manifest

    if platform != "slack":
        raise typer.BadParameter("only Slack has a manifest", param_hint="platform")
    settings = _settings()
    by_socket = socket or settings.slack_comes_by_socket
    made = make_manifest(root=settings.labkeeper_command, public_url=settings.public_url, by_socket=by_socket)
    print(json.dumps(made, indent=2, ensure_ascii=False))


@cli.command()
def check() -> None:
    """Say what is configured, what is missing, and what it costs."""
    from rich.table import Table
    from rich.text import Text

    from bot.check import Level, ask_health, check
    from bot.platforms.terminal.render import console_for

    colours = {Level.OK: "green", Level.NOTE: "yellow", Level.PROBLEM: "red"}
    findings = check(_settings(), ask=ask_health)
    table = Table.grid(padding=(0, 2, 0, 0))
    for finding in findings:
        table.add_row(Text(finding.level, style=colours[finding.level]), finding.about, Text(finding.words))
    console_for(sys.stdout).print(table)
    sys.exit(CONFIGURATION if any(finding.level is Level.PROBLEM for finding in findings) else DONE)


def main() -> None:
    # Zones come from the package tzdata, which is locked, and not from what this machine was last updated with.
    reset_tzpath(())
    # A command ends within the second, and a third of it went to looking for garbage among what was just loaded. The
    # server does so again once it is ready; the interpreter's own look at the end finds nothing that is not frozen.
    gc.disable()
    atexit.register(gc.freeze)
    cli()


def _say(root: str, words: list[str], *, as_json: bool, team: str | None) -> NoReturn:
    from bot.app import App
    from bot.dispatch import Outcome
    from bot.platforms.terminal.render import print_card
    from bot.platforms.terminal.session import run_words
    from core.cards import card_to_json
    from core.members import zone_info

    configure_logs(level=40)
    settings = _settings()
    app = _or_exit(lambda: App.open_terminal(settings))
    try:
        answer, zone = _or_exit(lambda: run_words(app, root, words, team_name=team), REFUSED)
    finally:
        app.close()
    is_done = answer.outcome is Outcome.DONE
    stream = sys.stdout if is_done else sys.stderr
    if as_json:
        card = card_to_json(answer.card)
        print(json.dumps({**card, **dict(answer.card.facts)}, ensure_ascii=False, indent=2), file=stream)
    else:
        print_card(answer.card, stream, zone=zone_info(zone), now=app.clock.now())
    sys.exit(DONE if is_done else REFUSED)


def _settings() -> Settings:
    try:
        return Settings.load()
    except BadSettings as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        sys.exit(CONFIGURATION)


def _or_exit(act: Callable[[], T], code: int = CONFIGURATION) -> T:
    """The result, or the reason on stderr and the end of the process."""
    try:
        return act()
    except UserError as error:
        print(f"{error.message} {error.hint}".strip(), file=sys.stderr)
        sys.exit(code)


if __name__ == "__main__":
    main()
