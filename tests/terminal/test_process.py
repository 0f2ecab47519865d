"""The `labkeeper` command as a shell and an operator see it."""

import json
import re
import signal
import socket
import sqlite3
import sys
import time
from contextlib import closing
from importlib import resources
from pathlib import Path

import httpx
import psycopg
import pytest

from storage.database import open_database
from storage.migrate import migrate
from tests.conftest import NOW
from tests.drivers import BoardDriver, PostgresAddress
from tests.terminal.shell import PATIENCE, Shell

DONE, REFUSED, USAGE, CONFIGURATION = 0, 1, 2, 78
WRITING_SERVER = Path(__file__).with_name("writing_server.py")


def test_a_project_begins_with_nothing_but_a_folder(shell: Shell) -> None:
    made = shell.installed("lab-admin", "project", "new", "CHURN", "name:Churn", "model")
    assert (made.code, made.err) == (DONE, "")
    assert made.out.startswith("▌ CHURN Churn model\n")
    # The key is in front for a program, wherever `--json` stands; quotes of the shell hold a text together.
    task = shell.installed("lab", "task", "new", "Note: fix owner:ana", "points:3", "--json")
    assert (task.code, task.err) == (DONE, "")
    assert (task.json["task"], task.json["state"], task.json["type"]) == ("CHURN-1", "todo", "Card")
    assert task.json["title"] == [{"type": "TaskRef", "key": "CHURN-1"}, " ", "Note: fix owner:ana"]
    shown = shell.run([sys.executable, "-m", "bot", "lab", "--json", "task show CHURN-1"])
    assert shown.json["task"] == "CHURN-1"
    assert sorted(path.name for path in shell.directory.iterdir()) == ["labkeeper.db"]


def test_a_refusal_is_said_on_stderr_and_ends_with_1(board_shell: Shell) -> None:
    refused = board_shell.labkeeper("lab", "task", "show", "CHURN-9")
    assert (refused.code, refused.out) == (REFUSED, "")
    assert refused.err == (
        "▌ There is no task CHURN-9.\n  See what there is:\n  labkeeper lab task list project:CHURN\n"
    )
    refused = board_shell.labkeeper("lab", "--json", "task", "new")
    assert (refused.code, refused.out) == (REFUSED, "")
    assert json.loads(refused.err)["tone"] == "warning"


def test_zones_are_those_of_the_installation_whatever_the_machine_has(board_shell: Shell) -> None:
    machine = board_shell.directory / "zoneinfo"
    machine.mkdir()
    (machine / "Lab").write_bytes((resources.files("tzdata.zoneinfo") / "Asia" / "Tokyo").read_bytes())
    refused = board_shell.labkeeper("lab", "me", "zone", "Lab", PYTHONTZPATH=str(machine))
    assert refused.code == REFUSED
    assert "is not a time zone" in refused.err
    known = board_shell.labkeeper("lab", "me", "zone", "Europe/Lisbon", PYTHONTZPATH=str(machine / "none"))
    assert known.code == DONE


def test_what_shells_can_pass_ends_in_an_answer(board_shell: Shell) -> None:
    # An argument that is not UTF-8, and options that are text.
    refused = board_shell.labkeeper("lab", "task", "note", "CHURN-1", b"\xff\xfe".decode(errors="surrogateescape"))
    assert refused.code == REFUSED
    assert "Traceback" not in refused.err
    made = board_shell.labkeeper("lab", "task", "new", "Try", "--lr", "-1", "and", "-x")
    assert "CHURN-1 Try --lr -1 and -x\n" in made.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["banana"], "No such command 'banana'"),
        (["run", "--only", "banana"], "“banana” must be some of: web, chat, worker"),
    ],
)
def test_a_wrong_use_ends_with_2(shell: Shell, words: list[str], said: str) -> None:
    used = shell.installed(*words)
    assert (used.code, used.out) == (USAGE, "")
    assert said in re.sub(r"[\s│]+", " ", used.err)


def test_all_that_is_wrong_with_the_environment_is_said_at_once(shell: Shell) -> None:
    wrong = shell.installed(
        "lab", DATABASE_URL="mysql://localhost/x", PORT="99999", PUBLIC_URL="example.com", LABKEEPER_COMMAND="Lab!",
        LABKEEPER_NOW_OFFSET="5",
    )  # fmt: skip
    assert (wrong.code, wrong.out) == (CONFIGURATION, "")
    assert [line.partition(":")[0] for line in wrong.err.splitlines()] == [
        "DATABASE_URL", "PORT", "PUBLIC_URL", "LABKEEPER_COMMAND", "LABKEEPER_NOW_OFFSET",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://ana:hunter2@localhost:port/db", "DATABASE_URL cannot be read."),
        ("sqlite:///no-database.db", "The database cannot be opened."),
    ],
)
def test_a_database_that_cannot_be_used_ends_with_78(shell: Shell, url: str, said: str) -> None:
    (shell.directory / "no-database.db").write_text("This is no database. " * 500)
    used = shell.labkeeper("lab", "task", "list", DATABASE_URL=url)
    assert (used.code, used.out) == (CONFIGURATION, "")
    assert said in used.err
    assert "Traceback" not in used.err
    assert "hunter2" not in used.err


def test_of_several_teams_one_is_named(shell: Shell, sqlite_url: str) -> None:
    database = open_database(sqlite_url, is_server=True)
    acme = BoardDriver.open(database, now=NOW)
    database.write_directory(lambda teams: teams.add_team("Bolt & Co", "Europe/Berlin", NOW)).result()
    acme.new("Fix it")
    database.close()
    shell.environment["DATABASE_URL"] = sqlite_url
    unnamed = shell.labkeeper("lab", "task", "list")
    assert (unnamed.code, unnamed.out) == (REFUSED, "")
    assert 'There are several teams here. Say which: --team "Acme".' in unnamed.err
    assert "CHURN-1" in shell.labkeeper("lab", "task", "list", "--team", "acme").out
    assert "No task fits." in shell.labkeeper("lab", "--team", "Bolt & Co", "task", "list").out


def test_the_operator_is_the_user_of_the_machine_and_an_administrator(board_shell: Shell) -> None:
    me = board_shell.labkeeper("lab", "me", USER="ben")
    assert "▌ ben (@ben)" in me.out
    assert "known as       terminal:ben" in me.out
    assert "administrator  yes" in me.out


def test_the_boards_clock_can_be_moved_in_tests_alone(board_shell: Shell) -> None:
    board_shell.environment.update(LABKEEPER_TESTING="1", LABKEEPER_NOW_OFFSET=str(40 * 365 * 86_400))
    assert board_shell.labkeeper("lab", "task", "new", "Fix it").code == DONE
    shown = board_shell.labkeeper("lab", "--json", "task", "show", "CHURN-1")
    assert shown.json["footer"][-1]["at"] > "2060"


def test_a_mistake_of_ours_leads_from_the_answer_to_the_log(shell: Shell, sqlite_url: str) -> None:
    database = open_database(sqlite_url, is_server=True)
    BoardDriver.open(database, now=NOW).new("Fix it")
    database.close()
    path = sqlite_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("ALTER TABLE notes RENAME TO nots")
    failed = shell.labkeeper("lab", "task", "note", "CHURN-1", "confidential", DATABASE_URL=sqlite_url)
    assert (failed.code, failed.out) == (REFUSED, "")
    logged, _, answer = failed.err.partition("▌")
    reference = json.loads(logged)["reference"]
    assert "no such table" in json.loads(logged)["exception"]
    assert f"Tell whoever runs Labkeeper this reference: {reference}." in answer
    assert "table" not in answer


def test_migrate_brings_an_empty_database_up_and_check_says_where_it_stands(
    shell: Shell, postgres_server: PostgresAddress
) -> None:
    name = f"empty_{shell.directory.parent.name}".lower().replace("-", "_")[:60]
    postgres_server.execute(f'CREATE DATABASE "{name}"')
    try:
        shell.environment["DATABASE_URL"] = postgres_server.url(name)
        before = shell.labkeeper("check")
        assert before.code == CONFIGURATION
        assert "PostgreSQL: schema none, needed" in before.out
        assert "Run: labkeeper migrate" in before.out
        refused = shell.labkeeper("lab", "help")
        assert (refused.code, refused.out) == (CONFIGURATION, "")
        assert re.fullmatch(r"The database is empty; this version needs \d+\. Run: labkeeper migrate\n", refused.err)
        migrated = shell.labkeeper("migrate")
        assert migrated.code == DONE
        assert re.fullmatch(r"The database has schema \d{4} \(it was empty\)\.\n", migrated.out)
        keyless = shell.labkeeper("check")
        assert keyless.code == CONFIGURATION
        assert "SECRET_KEY is not set" in keyless.out
        shell.environment["SECRET_KEY"] = "long enough to be a key of an operator"
        after = shell.labkeeper("check")
        assert after.code == DONE
        assert re.search(r"ok +database +PostgreSQL, schema \d{4}; any number of processes", after.out)
    finally:
        postgres_server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_on_sqlite_too(shell: Shell) -> None:
    before = shell.installed("check", PUBLIC_URL="https://[fe80::1]:8000/[/red]")
    assert before.code == DONE
    assert "note  database  SQLite: not there yet; it is made at the first start" in before.out
    assert "from outside https://[fe80::1]:8000/[/red]" in before.out
    assert list(shell.directory.iterdir()) == []
    first, second = shell.installed("migrate"), shell.installed("migrate")
    assert "(it was empty)" in first.out
    assert re.fullmatch(r"The database has schema \d{4}\.\n", second.out)


def test_a_database_of_a_newer_version_is_left_alone(shell: Shell, sqlite_url: str) -> None:
    set_schema(sqlite_url, "9999")
    shell.environment["DATABASE_URL"] = sqlite_url
    for words in (["lab", "help"], ["migrate"]):
        used = shell.labkeeper(*words)
        assert used.code == CONFIGURATION
        assert "9999" in used.out + used.err
    assert schema(sqlite_url) == "9999"


def test_the_server_answers_and_ends_when_it_is_told(each_board_shell: Shell) -> None:
    server = each_board_shell.start("run")
    address = server.wait_until_ready()
    greeting = "".join(server.said).partition("{")[0]
    assert f"Labkeeper is starting on {address} " in greeting
    with httpx.Client(base_url=address, timeout=PATIENCE) as http:
        assert http.get("/healthz").json() == {"status": "ok"}
        ready = http.get("/readyz")
        assert (ready.status_code, ready.json()["status"]) == (200, "ready")
        assert ready.json()["database"].startswith("schema ")
        assert "Labkeeper" in http.get("/").text
        assert http.get("/nowhere").status_code == 404
        metrics = http.get("/metrics")
        assert metrics.headers["content-type"].startswith("text/plain")
        wait_for_metric(http, "labkeeper_database_up 1.0")
        assert "process_resident_memory_bytes" in metrics.text
        # Told to stop while a connection is open, and half a request has come on another.
        with socket.create_connection((httpx.URL(address).host, httpx.URL(address).port)) as half:
            half.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n")
            assert server.end(signal.SIGTERM) == DONE
    assert '"stopped"' in server.wait_for('"stopped"')


def test_ready_means_that_the_database_answers_and_has_the_right_schema(shell: Shell, sqlite_url: str) -> None:
    server = shell.start("run", DATABASE_URL=sqlite_url)
    address = server.wait_until_ready()
    current = schema(sqlite_url)
    set_schema(sqlite_url, "0000")
    answer = httpx.get(f"{address}/readyz", timeout=PATIENCE)
    assert answer.status_code == 503
    assert answer.json()["status"] == "not ready"
    assert answer.json()["problem"] == f"The database has schema 0000; this version needs {current}."
    assert httpx.get(f"{address}/healthz", timeout=PATIENCE).status_code == 200
    set_schema(sqlite_url, current)
    assert httpx.get(f"{address}/readyz", timeout=PATIENCE).status_code == 200
    assert server.end(signal.SIGINT) == DONE


def test_a_server_whose_database_is_gone_is_not_ready_but_alive(shell: Shell, postgres_server: PostgresAddress) -> None:
    name = f"gone_{shell.directory.parent.name}".lower().replace("-", "_")[:60]
    postgres_server.execute(f'CREATE DATABASE "{name}"')
    migrate(postgres_server.url(name), NOW)
    server = shell.start("run", DATABASE_URL=postgres_server.url(name))
    address = server.wait_until_ready()
    assert httpx.get(f"{address}/readyz", timeout=PATIENCE).status_code == 200
    postgres_server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    answer = httpx.get(f"{address}/readyz", timeout=PATIENCE)
    assert (answer.status_code, answer.json()["database"]) == (503, "unreachable")
    assert answer.json()["problem"]
    assert httpx.get(f"{address}/healthz", timeout=PATIENCE).status_code == 200
    assert server.end(signal.SIGTERM) == DONE


def test_one_sqlite_database_has_one_server(shell: Shell, sqlite_url: str) -> None:
    shell.environment["DATABASE_URL"] = sqlite_url
    server = shell.start("run")
    server.wait_until_ready()
    second = shell.labkeeper("run", PORT="0")
    assert second.code == CONFIGURATION
    assert f"Another server uses this database already (process {server.process.pid})." in second.err
    assert "PostgreSQL" in second.err
    server.kill()
    third = shell.start("run")
    third.wait_until_ready()
    assert third.end(signal.SIGTERM) == DONE


def test_a_port_that_is_taken_ends_with_78(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        used = shell.labkeeper("run", PORT=str(port))
    assert used.code == CONFIGURATION
    assert f"127.0.0.1:{port} cannot be used: Address already in use." in used.err
    assert "PORT or HOST" in used.err


@pytest.mark.parametrize(
    ("part", "ending"), [("worker", signal.SIGTERM), ("chat", signal.SIGINT)], ids=["worker", "chat"]
)
def test_a_part_runs_alone_and_listens_nowhere(
    shell: Shell, sqlite_url: str, part: str, ending: signal.Signals
) -> None:
    server = shell.start("run", "--only", part, DATABASE_URL=sqlite_url)
    assert server.wait_until_ready() == ""
    assert server.end(ending) == DONE
    assert not any("Traceback" in line for line in server.said)


def test_the_terminal_speaks_beside_a_server_and_a_crash_loses_nothing(each_board_shell: Shell) -> None:
    server = each_board_shell.start_command([sys.executable, str(WRITING_SERVER)])
    server.wait_for("made CHURN-1")
    made = []
    for number in range(2):
        answer = each_board_shell.labkeeper("lab", "task", "new", f"Task {number} of the terminal", "--json")
        assert answer.code == DONE, answer.err
        made.append(answer.json["task"])
        server.wait_for("made")
    server.kill()
    server.wait_for_end()
    told = [line.split()[1] for line in server.said if line.startswith("made ")]
    url = each_board_shell.environment["DATABASE_URL"]
    kept = titles(url)
    assert {key: kept[key] for key in made} == {
        key: f"Task {number} of the terminal" for number, key in enumerate(made)
    }
    assert all(kept[key].endswith("of the server") for key in told)
    # The one it was about to tell may be there too, and nothing is there twice.
    assert len(kept) - len(told) - len(made) in (0, 1)
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    after = each_board_shell.labkeeper("lab", "task", "new", "After the crash", "--json")
    assert after.json["task"] not in kept


def wait_for_metric(http: httpx.Client, words: str) -> None:
    """Until these words are in the metrics: a tick at the start writes them."""
    deadline = time.monotonic() + PATIENCE
    while words not in (text := http.get("/metrics").text):
        assert time.monotonic() < deadline, f"no “{words}” in:\n{text}"


def schema(url: str) -> str:
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        version: str = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        return version


def set_schema(url: str, version: str) -> None:
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (version,))


def titles(url: str) -> dict[str, str]:
    """Every task of the database, by key."""
    query = "SELECT projects.key || '-' || tasks.number, title FROM tasks JOIN projects ON projects.id = project_id"
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            return dict(connection.execute(query).fetchall())
    with psycopg.connect(url) as connection:
        return dict(connection.execute(query).fetchall())


def test_a_hooks_address_and_secret_stand_on_lines_of_their_own_and_in_the_json(shell: Shell) -> None:
    shell.labkeeper("lab-admin", "project", "new", "CHURN")
    told = shell.labkeeper("lab-admin", "hook", "new", "github", "project:CHURN").out
    assert re.search(r"^\s*Address: http://127\.0\.0\.1:8000/webhooks/github/[\w-]+$", told, re.M)
    assert re.search(r"^\s*Secret: [A-Za-z0-9_-]{43}$", told, re.M)
    shell.environment["PUBLIC_URL"] = "https://labkeeper.example.com/"
    made = json.loads(shell.labkeeper("lab-admin", "hook", "new", "github", "project:CHURN", "--json").out)
    assert re.fullmatch(r"https://labkeeper\.example\.com/webhooks/github/[\w-]+", made["url"])
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", made["secret"])
