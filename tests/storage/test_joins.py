"""Two teams become one and part again: with something in every table, nothing is left behind and nothing is mixed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.blocking import make_wait
from core.errors import Conflict, InvalidInput, NotFound
from core.findings import write_finding
from core.ids import ChannelRef
from core.joining import CODE_LASTS, UNDO_WITHIN, join_team, list_joined, look_at_join, offer_join, undo_join
from core.members import Identity, MemberRef, link_identity
from core.notes import add_note
from core.projects import create_project
from core.watches import add_watch
from storage.columns import metadata
from storage.parting import STAY
from tests.conftest import NOW
from tests.drivers import BoardDriver, refusal
from tests.storage.probes import everything, execute, rows
from tests.storage.walk import make_victim

CODE = "K7QMX-2NARV-H4TWZ-9BCDE"
DISCORD = ChannelRef("discord", "G1", "D1")
EMAIL = Identity("email", "", "ana@example.com")


@pytest.fixture
def slack(database, database_url):
    """A team with something in every table, in a workspace of Slack's."""
    victim = make_victim(database)
    settle(database, victim.board.team, "slack", "T1", "Acme")
    execute(database_url, f"UPDATE identities SET provider = 'slack', realm = 'T1' {chat_of(victim.board)}")
    return victim.board


@pytest.fixture
def discord(database, database_url):
    """Another, with a project and members of its own: also an Ana."""
    board = BoardDriver.open(database, now=NOW, project="")
    settle(database, board.team, "discord", "G1", "Research club")
    board.do(create_project, key="RANK", name=None, zone="UTC", channel=DISCORD, channel_name="club")
    board.sign_in("bea")
    execute(database_url, f"UPDATE identities SET provider = 'discord', realm = 'G1' {chat_of(board)}")
    return board


def chat_of(board):
    return f"WHERE provider = 'test' AND team_id = {board.team}"


def settle(database, team, platform, workspace, name):
    database.write_directory(lambda teams: teams.add_workspace(team, platform, workspace, name, NOW)).result()


def across(board, operation, *, writes=True, **arguments):
    arguments = {"team": board.team, "actor": board.ana, "now": board.now} | arguments
    run = board.store.write_directory if writes else board.store.read_directory
    return run(lambda teams: operation(teams, **arguments)).result()


def offer(board, code=CODE):
    return across(board, offer_join, code=code)


def join(joins, code=CODE, **arguments):
    meeting = across(joins, join_team, code=code, **arguments)
    joins.team = meeting.stays.team.id
    return meeting


def part(board, **arguments):
    return across(board, undo_join, **arguments)


def contents(url, team):
    """Every row of a team, without what is written of the join itself and what does not go back."""
    found = everything(url, team=team)
    names = rows(url, f"SELECT member_id, provider, realm, subject FROM identities WHERE team_id = {team}")
    told = {table: value for table, value in found.items() if table not in {"events", "audit", "identities", *STAY}}
    return told | {"identities": sorted(map(repr, names))}


def test_all_that_a_team_has_becomes_the_others(slack, discord, database_url):
    before = everything(database_url, team=slack.team)
    mine = slack.team
    offer(discord)
    join(slack)
    assert all(not found for found in everything(database_url, team=mine).values())
    after = everything(database_url, team=discord.team)
    assert {table for table, found in before.items() if len(after[table]) < len(found)} == set()
    assert rows(database_url, f"SELECT id FROM teams WHERE id = {mine}") == []


def test_what_was_in_every_table_is_there_for_the_test(slack, database_url):
    """So that the tests here speak of all of them."""
    filled = {table for table, found in everything(database_url, team=slack.team).items() if found}
    team_tables = {table.name for table in metadata.sorted_tables if "team_id" in table.c}
    assert team_tables - filled <= {"joins"}


def test_the_joined_team_finds_its_tasks_on_the_one_board(slack, discord):
    task = slack.new("Ours", project="HOME")
    offer(discord)
    join(slack)
    assert discord.see(task).title == "Ours"
    keys = {project.key for project in discord.read(lambda work: work.projects.list(limit=9))}
    assert keys == {"CHURN", "HOME", "RANK"}
    places, latest = discord.store.read_directory(lambda teams: list_joined(teams, team=discord.team)).result()
    assert [place.name for place in places] == ["Acme", "Research club"]
    assert latest.name == "Acme"


def test_after_parting_each_has_what_it_had(slack, discord, database_url):
    mine = slack.team
    before, theirs = contents(database_url, mine), contents(database_url, discord.team)
    offer(discord)
    join(slack)
    part(discord)
    assert contents(database_url, mine) == before
    assert contents(database_url, discord.team) == theirs


def test_what_was_made_since_goes_with_its_project(slack, discord):
    mine = slack.team
    offer(discord)
    join(slack)
    ours = discord.new("For home", project="HOME", owner=MemberRef.parse("bea"))
    theirs = discord.new("For rank", project="RANK", owner=MemberRef.parse("victor"))
    discord.do(add_note, task=ours.key, text="written by the other Ana")
    discord.do(make_wait, key=ours.key, after=theirs.key)
    discord.do(write_finding, task=ours.key, text="Tails are noise", title="Tails")
    discord.do(
        add_watch, project="HOME", channel=DISCORD, channel_name="club", track=None, kind=None, label=None
    )  # fmt: skip
    part(discord)
    slack.team = mine
    seen = slack.see(ours)
    assert (seen.title, seen.owner.name, seen.is_blocked) == ("For home", "bea", False)
    assert discord.see(theirs).owner.name == "victor"
    assert slack.read(
        lambda work: [finding.page.title for finding in work.findings.list(project_id=None, limit=1)]
    ) == ["Tails"]
    with pytest.raises(NotFound):
        discord.see(ours)
    assert discord.read(lambda work: work.watches.list(limit=9)) == ()


def test_people_are_one_where_an_address_says_so_and_two_again_after(slack, discord, database_url):
    slack.do(link_identity, identity=EMAIL)
    discord.do(link_identity, identity=EMAIL)
    mine, victor = slack.team, slack.ana.member_id
    offer(discord)
    meeting = across(slack, look_at_join, writes=False, code=CODE)
    assert [(match.stays.id, match.joins.id, match.by) for match in meeting.matches] == [
        (discord.ana.member_id, victor, "ana@example.com")
    ]
    join(slack)
    names = [member.name for member in discord.read(lambda work: work.members.list(limit=9))]
    assert names.count("ana") == 1
    known = discord.read(lambda work: work.members.by_identity(Identity("github", "", "octocat")))
    assert known is not None
    assert known.id == discord.ana.member_id
    task = discord.new("Done as one", project="HOME", owner=MemberRef.parse("ana"))
    part(discord)
    slack.team = mine
    assert slack.see(task).owner.id == victor
    for board, member in ((slack, victor), (discord, discord.ana.member_id)):
        assert board.read(lambda work: work.members.by_identity(EMAIL)).id == member
    assert slack.read(lambda work: work.members.by_identity(Identity("github", "", "octocat"))).id == victor


def test_people_are_one_where_somebody_says_so(slack, discord):
    offer(discord)
    meeting = join(slack, same="@victor=@bea, @ana")
    assert {(match.joins.name, match.stays.name, match.by) for match in meeting.matches} == {
        ("victor", "bea", "your word"), ("ana", "ana", "your word"),
    }  # fmt: skip
    assert len(discord.read(lambda work: work.members.list(limit=9))) == 2


def test_namesakes_are_two_people_until_somebody_says_otherwise(slack, discord):
    offer(discord)
    meeting = across(slack, look_at_join, writes=False, code=CODE)
    assert [(stays.name, joins.name) for stays, joins in meeting.namesakes] == [("ana", "ana")]
    join(slack)
    handles = [member.handle for member in discord.read(lambda work: work.members.list(limit=9))]
    assert handles == ["ana", "ana2", "bea", "victor"]


def test_nobody_becomes_one_with_two(slack, discord):
    slack.do(link_identity, identity=EMAIL)
    discord.do(link_identity, identity=EMAIL)
    offer(discord)
    with refusal(Conflict, "ana", "ana@example.com"):
        join(slack, same="@ana=@bea")
    with refusal(InvalidInput, "@nobody"):
        join(slack, same="@nobody")


def test_the_same_key_twice_is_refused_with_the_list_and_the_code_stays_good(slack, discord, database_url):
    discord.do(create_project, key="HOME", name=None, zone="UTC", channel=None, channel_name="")
    before = everything(database_url, team=slack.team)
    offer(discord)
    assert "HOME" in across(slack, look_at_join, writes=False, code=CODE).obstacles[0]
    for _ in range(2):
        with refusal(Conflict, "HOME"):
            join(slack)
    assert everything(database_url, team=slack.team) == before


def test_a_code_is_for_one_use_for_half_an_hour_and_in_any_spelling(slack, discord):
    offer(discord)
    with refusal(NotFound, "no such code"):
        join(slack, "AAAAA-AAAAA-AAAAA-AAAAA")
    with refusal(Conflict, "30 minutes"):
        join(slack, now=NOW + CODE_LASTS + timedelta(seconds=1))
    with refusal(Conflict, "this very board"):
        join(discord)
    join(slack, CODE.lower().replace("-", " "))
    with refusal(NotFound, "no such code"):
        join(slack)


def test_what_is_joined_can_be_undone_for_a_day_and_once(slack, discord):
    with refusal(NotFound, "nothing to undo"):
        part(discord)
    offer(discord)
    join(slack)
    with refusal(Conflict, "more than a day"):
        part(discord, now=NOW + UNDO_WITHIN + timedelta(seconds=1))
    part(discord)
    with refusal(NotFound, "nothing to undo"):
        part(discord)


def test_a_unit_that_still_believes_in_the_old_team_writes_nothing(slack, discord):
    old = replace_team(slack)
    offer(discord)
    join(slack)
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        old.do(create_project, key="LOST", name=None, zone="UTC", channel=None, channel_name="")
    assert discord.read(lambda work: work.projects.by_key("LOST")) is None


def replace_team(board):
    return BoardDriver(board.store, board.team, replace(board.ana, member_id=None), board.now)


def test_findings_keep_one_number_each(slack, discord):
    task = discord.new("Theirs", project="RANK")
    discord.do(write_finding, task=task.key, text="Rank learning", title="Rank")
    offer(discord)
    join(slack)
    found = discord.read(
        lambda work: [(one.number, one.page.title) for one in work.findings.list(project_id=None, limit=9)]
    )
    assert found == [(2, "Secret finding"), (1, "Rank")]
    part(discord)
    assert discord.read(lambda work: [one.number for one in work.findings.list(project_id=None, limit=9)]) == [1]
