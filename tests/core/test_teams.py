import pytest

from core.errors import InvalidInput, NotFound
from core.teams import choose_team, open_workspace
from tests.conftest import NOW
from tests.drivers import refusal


def choose(database, name=None):
    return database.write_directory(lambda teams: choose_team(teams, name=name, zone="UTC", now=NOW)).result()


def open_slack(database, workspace="T1", *, platform="slack", name="Acme"):
    return database.write_directory(
        lambda teams: open_workspace(
            teams, platform=platform, workspace=workspace, name=name, zone="Europe/Lisbon", now=NOW
        )
    ).result()


def teams(database):
    return database.read_directory(lambda directory: directory.teams()).result()


def test_the_first_command_makes_the_team(database):
    team = choose(database)
    assert (team.name, team.zone) == ("Team", "UTC")
    assert choose(database) == team
    assert teams(database) == (team,)


def test_the_first_team_takes_the_name_given(database):
    assert choose(database, "  Acme\tML ").name == "Acme ML"
    assert choose(database, "acme ml") == choose(database)
    assert len(teams(database)) == 1


@pytest.mark.parametrize("name", ["x" * 81, "a\x00b", "\u200b"])
def test_a_name_that_no_team_can_have_is_refused(database, name):
    with refusal(InvalidInput, "team name"):
        choose(database, name)
    assert teams(database) == ()


def test_a_team_of_another_name_is_not_found(database):
    choose(database, "Acme")
    with refusal(NotFound, "no team “Other”", "Teams: Acme."):
        choose(database, "Other")


def test_among_several_teams_one_is_named(database):
    first, second = open_slack(database, "T1", name="One"), open_slack(database, "T2", name="Two")
    with refusal(InvalidInput, "several teams", '--team "One"', "Teams: One, Two."):
        choose(database)
    assert choose(database, "two") == second
    assert choose(database, "One") == first


def test_the_first_command_of_a_workspace_makes_its_team(database):
    team = open_slack(database)
    assert (team.name, team.zone) == ("Acme", "Europe/Lisbon")
    assert open_slack(database, name="Renamed") == team
    assert teams(database) == (team,)


def test_a_workspace_that_removed_the_bot_and_took_it_back_has_its_team_again(database):
    team = open_slack(database)
    for removed_at in (NOW, None):
        database.write_directory(lambda teams, at=removed_at: teams.mark_workspace("slack", "T1", at)).result()
        assert open_slack(database) == team
    assert teams(database) == (team,)


def test_workspaces_are_told_apart_by_platform_and_id(database):
    made = [open_slack(database), open_slack(database, "T2"), open_slack(database, platform="discord")]
    assert len({team.id for team in made}) == 3
