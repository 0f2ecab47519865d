import pytest

from core.errors import Conflict, InvalidInput, NotFound
from core.ids import ChannelRef
from core.members import MemberRef
from core.projects import choose_project, create_project, find_project, list_projects, name_lead
from tests.drivers import BoardDriver, refusal

CHANNEL = ChannelRef("slack", "T1", "C1")


@pytest.fixture
def empty_board(board):
    return BoardDriver.open(board.store, now=board.now, project="")


def create(board, key="OTHER", *, name=None, zone="UTC", channel=None):
    return board.do(create_project, key=key, name=name, zone=zone, channel=channel, channel_name="general")


def choose(board, *, key=None, channel=None):
    return board.read(lambda work: choose_project(work, key=key, channel=channel))


def test_a_project_keeps_its_name_and_zone(board):
    made = create(board, name="  Churn\nmodels ", zone="Asia/Tokyo")
    assert (made.key, made.name, made.zone, made.lead, made.home) == ("OTHER", "Churn models", "Asia/Tokyo", None, None)
    assert board.read(lambda work: find_project(work, "OTHER")) == made
    assert board.told()[-1] == "created project OTHER (Churn models)"


def test_a_project_without_a_name_is_called_by_its_key(board):
    assert create(board).name == "Other"


def test_a_project_made_in_a_channel_is_at_home_there(board):
    made = create(board, channel=CHANNEL)
    assert (made.home.ref, made.home.name) == (CHANNEL, "general")
    assert choose(board, channel=CHANNEL).key == "OTHER"


def test_a_key_is_taken_once(board):
    with refusal(Conflict, "already a project CHURN", "lab-admin project list"):
        create(board, "CHURN")
    assert [project.name for project in board.read(list_projects)] == ["Churn"]


@pytest.mark.parametrize(("name", "words"), [("x" * 81, "81 characters"), ("\u200b", "empty"), ("\x00", "U+0000")])
def test_a_name_that_nobody_can_read_is_refused(board, name, words):
    with refusal(InvalidInput, words):
        create(board, name=name)


def test_a_lead_is_named_replaced_and_taken_away(board):
    board.sign_in("bo")
    assert board.do(name_lead, project="CHURN", lead=MemberRef.parse("bo")).lead.name == "bo"
    assert board.told()[-1] == "made bo lead of CHURN"
    assert board.do(name_lead, project="CHURN", lead=MemberRef.parse("me")).lead.name == "ana"
    assert board.do(name_lead, project="CHURN", lead=None).lead is None
    assert board.told()[-1] == "made nobody lead of CHURN"


def test_naming_the_lead_it_has_changes_nothing(board):
    board.do(name_lead, project="CHURN", lead=MemberRef.parse("ana"))
    told = board.told()
    assert board.do(name_lead, project="CHURN", lead=MemberRef.parse("ana")).lead.name == "ana"
    assert board.told() == told


def test_an_unknown_lead_or_project_is_refused(board):
    with refusal(NotFound, "no member “zoe”"):
        board.do(name_lead, project="CHURN", lead=MemberRef.parse("zoe"))
    with refusal(NotFound, "no project NOPE", "Projects: CHURN."):
        board.do(name_lead, project="NOPE", lead=None)


def test_projects_are_listed_by_key(board):
    for key in ("ZED", "ABLE"):
        create(board, key)
    assert [project.key for project in board.read(list_projects)] == ["ABLE", "CHURN", "ZED"]


def test_the_only_project_is_meant_without_being_named(board):
    assert choose(board).key == "CHURN"
    assert choose(board, channel=CHANNEL).key == "CHURN"


def test_a_named_project_is_meant_before_the_channels(board):
    create(board, channel=CHANNEL)
    assert choose(board, key="CHURN", channel=CHANNEL).key == "CHURN"
    assert choose(board, channel=CHANNEL).key == "OTHER"
    with refusal(InvalidInput, "several projects", "CHURN, OTHER"):
        choose(board, channel=ChannelRef("slack", "T1", "C2"))


def test_without_any_project_the_way_to_the_first_is_shown(empty_board):
    with refusal(NotFound, "no project yet", "lab-admin project new CHURN"):
        choose(empty_board)
    with refusal(NotFound, "no project yet", "lab-admin project new ABC"):
        choose(empty_board, key="ABC")
