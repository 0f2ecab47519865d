"""The environment: read once, and everything that is wrong with it said at once."""

import os
import re
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import rights_lacking
from bot.check import Level, check
from bot.settings import BadSettings, Settings
from tests.storage.probes import execute


@pytest.fixture(autouse=True)
def _nothing_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [*os.environ]:
        if name.upper() in {field.upper() for field in Settings.model_fields}:
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def load(monkeypatch: pytest.MonkeyPatch, **environment: str) -> Settings:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return Settings.load()


def problems(monkeypatch: pytest.MonkeyPatch, **environment: str) -> list[str]:
    with pytest.raises(BadSettings) as caught:
        load(monkeypatch, **environment)
    assert str(caught.value).splitlines() == list(caught.value.problems)
    return list(caught.value.problems)


def test_nothing_needs_to_be_set() -> None:
    settings = Settings.load()
    assert settings.database_url == "sqlite:///labkeeper.db"
    assert (settings.host, settings.port, settings.public_url) == ("127.0.0.1", 8000, None)
    assert settings.labkeeper_command == "lab"
    assert settings.now_offset == timedelta(0)
    assert settings.is_sqlite


def test_a_variable_that_is_empty_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(monkeypatch, DATABASE_URL="", PORT="", PUBLIC_URL="", LABKEEPER_NOW_OFFSET="")
    assert settings == Settings.load() == Settings()


def test_a_file_named_env_counts_less_than_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=9001\nHOST=0.0.0.0\nSOMETHING_ELSE=1\n")
    settings = load(monkeypatch, PORT="9002")
    assert (settings.port, settings.host) == (9002, "0.0.0.0")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("postgres://u:p@h/db", "postgresql://u:p@h/db"),
        ("postgresql://u:p@h:5433/db?sslmode=require", "postgresql://u:p@h:5433/db?sslmode=require"),
        ("sqlite:////var/lib/lab.db", "sqlite:////var/lib/lab.db"),
    ],
)
def test_an_address_of_a_database_may_be_written_in_each_usual_way(
    monkeypatch: pytest.MonkeyPatch, given: str, kept: str
) -> None:
    assert load(monkeypatch, DATABASE_URL=given).database_url == kept


@pytest.mark.parametrize(
    "url", ["mysql://h/db", "postgresql", "postgresql://", "sqlite://", "sqlite:///:memory:", "/tmp/x.db", "sqlite:"]
)
def test_what_is_no_address_of_a_database_is_refused(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    (problem,) = problems(monkeypatch, DATABASE_URL=url)
    assert problem.startswith("DATABASE_URL: ")
    assert "sqlite:///labkeeper.db" in problem


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("PORT", "eighty", "must be a number from 0 to 65535, such as 8000"),
        ("PORT", "-1", "must be a number from 0 to 65535, such as 8000"),
        ("PORT", "65536", "must be a number from 0 to 65535, such as 8000"),
        ("PUBLIC_URL", "labkeeper.example.com", "must begin with http:// or https://"),
        ("PUBLIC_URL", "https://", "must begin with http:// or https://"),
        ("LABKEEPER_COMMAND", "Lab", "must be one word of small letters"),
        ("LABKEEPER_COMMAND", "the lab", "must be one word of small letters"),
        ("LABKEEPER_NOW_OFFSET", "3600", "set LABKEEPER_TESTING=1 too"),
        ("LABKEEPER_NOW_OFFSET", "soon", "must be seconds"),
        ("LABKEEPER_TESTING", "perhaps", "must be 1 or 0"),
    ],
)
def test_a_value_that_cannot_be_is_named_with_what_it_must_be(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    (problem,) = problems(monkeypatch, **{name: value})
    assert problem.startswith(f"{name}: ")
    assert says in problem


@pytest.mark.parametrize("value", ["inf", "-inf", "nan", "1e300", "4e9"])
def test_a_clock_cannot_be_moved_beyond_what_dates_can_say(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    (problem,) = problems(monkeypatch, LABKEEPER_NOW_OFFSET=value, LABKEEPER_TESTING="1")
    assert problem == "LABKEEPER_NOW_OFFSET: must be seconds, at most a century of them"


def test_the_clock_can_be_moved_in_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(monkeypatch, LABKEEPER_NOW_OFFSET="-3600.5", LABKEEPER_TESTING="1")
    assert settings.now_offset == timedelta(seconds=-3600.5)


def test_github_is_asked_where_it_is_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings.load().github_api_url == "https://api.github.com"
    (problem,) = problems(monkeypatch, GITHUB_API_URL="api.github.com")
    assert problem == "GITHUB_API_URL: must be a web address, such as https://api.github.com"
    settings = load(monkeypatch, GITHUB_API_URL="https://github.example.com/api/v3", GITHUB_TOKEN="ghp_never_shown")
    assert "ghp_never_shown" not in repr(settings)


def test_through_socket_mode_slack_needs_two_tokens_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(monkeypatch, SLACK_BOT_TOKEN="xoxb-never", SLACK_APP_TOKEN="xapp-shown")
    assert settings.has_slack
    assert settings.slack_comes_by_socket
    assert "never" not in repr(settings)
    assert "shown" not in repr(settings)


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_SIGNING_SECRET: is missing"),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xoxb-2"}, "SLACK_APP_TOKEN: must begin with xapp-"),
        ({"SLACK_APP_TOKEN": "xapp-1"}, "SLACK_APP_TOKEN: is of no use without SLACK_BOT_TOKEN"),
    ],
)
def test_what_slack_still_needs_is_named(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], says: str
) -> None:
    (problem,) = problems(monkeypatch, **environment)
    assert problem.startswith(says)


def test_settings_stay_as_they_were_read(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(monkeypatch, PORT="9000")
    with pytest.raises(ValueError, match="frozen"):
        settings.port = 1  # type: ignore[misc]


def test_check_says_what_is_there_and_what_its_absence_costs(monkeypatch: pytest.MonkeyPatch, sqlite_url: str) -> None:
    findings = {finding.about: finding for finding in check(load(monkeypatch, DATABASE_URL=sqlite_url))}
    assert findings["database"].level is Level.OK
    assert findings["address"].level is Level.NOTE
    assert "PUBLIC_URL" in findings["address"].words
    assert findings["clock"].words == "real time"


def test_check_warns_of_a_moved_clock_and_a_lost_database(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(
        monkeypatch, DATABASE_URL="postgresql://ana:hunter2@127.0.0.1:1/db", PUBLIC_URL="https://lab.example.com",
        LABKEEPER_NOW_OFFSET="60", LABKEEPER_TESTING="1",
    )  # fmt: skip
    findings = {finding.about: finding for finding in check(settings)}
    assert findings["database"].level is Level.PROBLEM
    assert "cannot be reached" in findings["database"].words
    assert "hunter2" not in findings["database"].words
    assert (findings["address"].level, findings["clock"].level) == (Level.OK, Level.NOTE)
    assert "0:01:00" in findings["clock"].words


ADDRESS = "https://labkeeper.example.com"


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_SIGNING_SECRET: is missing"),
        (
            {"SLACK_SIGNING_SECRET": "s"},
            "SLACK_SIGNING_SECRET: is of no use without SLACK_BOT_TOKEN or SLACK_CLIENT_ID",
        ),
        (
            {"SLACK_CLIENT_ID": "1.1", "SLACK_CLIENT_SECRET": "s", "PUBLIC_URL": ADDRESS},
            "SLACK_SIGNING_SECRET: is missing",
        ),
        (
            {"SLACK_CLIENT_ID": "1.1", "SLACK_SIGNING_SECRET": "s", "PUBLIC_URL": ADDRESS},
            "SLACK_CLIENT_SECRET: and SLACK_CLIENT_ID belong together",
        ),
        ({"SLACK_CLIENT_SECRET": "s", "PUBLIC_URL": ADDRESS}, "SLACK_CLIENT_SECRET: and SLACK_CLIENT_ID belong"),
        (
            {"SLACK_CLIENT_ID": "1.1", "SLACK_CLIENT_SECRET": "s", "SLACK_SIGNING_SECRET": "s"},
            "SLACK_CLIENT_SECRET: needs PUBLIC_URL",
        ),
        (
            {"SLACK_CLIENT_ID": "1.1", "SLACK_CLIENT_SECRET": "s", "SLACK_SIGNING_SECRET": "s", "PUBLIC_URL": "here"},
            "PUBLIC_URL: must begin with",
        ),
    ],
)
def test_half_of_what_slack_needs_is_refused_with_the_other_half(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], problem: str
) -> None:
    (found,) = problems(monkeypatch, **given)
    assert found.startswith(problem)


@pytest.mark.parametrize(
    ("given", "installs"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, False),
        ({"SLACK_CLIENT_ID": "1.1", "SLACK_CLIENT_SECRET": "s", "PUBLIC_URL": ADDRESS}, True),
        ({"SLACK_BOT_TOKEN": "x", "SLACK_CLIENT_ID": "1.1", "SLACK_CLIENT_SECRET": "s", "PUBLIC_URL": ADDRESS}, True),
    ],
)
def test_slack_is_connected_by_a_token_by_installations_or_by_both(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], installs: bool
) -> None:
    settings = load(monkeypatch, SLACK_SIGNING_SECRET="s", **given)
    assert (settings.has_slack, settings.installs_slack) == (True, installs)


@pytest.mark.parametrize(
    ("environment", "is_open"),
    [
        ({}, True),
        ({"HOST": "localhost"}, True),
        ({"HOST": "::1"}, True),
        ({"HOST": "0.0.0.0"}, False),
        ({"HOST": "192.168.1.7"}, False),
        ({"HOST": "0.0.0.0", "LABKEEPER_LOCAL_CHAT": "everyone"}, True),
        ({"LABKEEPER_LOCAL_CHAT": "off"}, False),
        ({"DISCORD_TOKEN": "x.y.z"}, False),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s", "LABKEEPER_LOCAL_CHAT": "everyone"}, False),
    ],
)
def test_the_chat_without_passwords_is_open_on_this_machine_alone(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], is_open: bool
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert Settings(_env_file=None).local_chat_is_open is is_open


def test_check_says_what_the_role_of_the_database_may_not_do(
    monkeypatch: pytest.MonkeyPatch, postgres_url: str
) -> None:
    name = "pg_logical_emit_message(boolean, text, text, boolean)"
    settings = load(monkeypatch, DATABASE_URL=postgres_url)
    assert rights_lacking(settings) == ()
    role = "labkeeper_without_rights"
    for statement in (
        f"REVOKE EXECUTE ON FUNCTION {name} FROM public", f"CREATE ROLE {role} LOGIN",
        f"GRANT SELECT ON alembic_version TO {role}",
    ):  # fmt: skip
        execute(postgres_url, statement)
    try:
        limited = re.sub(r"//[^@/]*@", f"//{role}@", postgres_url)
        monkeypatch.setenv("DATABASE_URL", limited)
        found = [one for one in check(Settings.load()) if one.about == "database"]
        assert [(one.level, "may not call pg_logical_emit_message" in one.words) for one in found] == [
            (Level.PROBLEM, True)
        ]
    finally:
        for statement in (
            f"GRANT EXECUTE ON FUNCTION {name} TO public", f"DROP OWNED BY {role}", f"DROP ROLE {role}",
        ):  # fmt: skip
            execute(postgres_url, statement)
