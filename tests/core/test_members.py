import pytest

from core.errors import Conflict, InvalidInput, NotAllowed, NotFound
from core.journal import Actor
from core.members import (
    Identity,
    MemberRef,
    create_member,
    ensure_member,
    find_member,
    give_role,
    link_identity,
    list_members,
    name_admin,
    parse_identity,
    parse_zone,
    set_zone,
    sign_in,
    view_member,
    zone_info,
)
from core.tasks import Role
from tests.drivers import refusal

SLACK = Identity("slack", "T1", "U1")
NOBODY = Actor(None, "terminal", True, "terminal", "")


def arrive(board, identity=SLACK, name="Bo Li", *, is_admin=False):
    return board.write(
        lambda work: sign_in(work, identity, name=name, is_admin=is_admin, place="#churn", now=board.now)
    )  # fmt: skip


def find(board, text, actor=None):
    return board.read(lambda work: find_member(work, MemberRef.parse(text), actor=actor or board.ana))


def create(board, name, *, role=None, identity=None):
    return board.do(create_member, name=name, role=role, identity=identity).member


def test_a_person_is_made_a_member_on_first_sight_and_known_from_then_on(board):
    member, actor = arrive(board)
    assert (member.name, member.handle, member.role, member.zone, member.is_admin) == (
        "Bo Li", "bo-li", None, None, False,
    )  # fmt: skip
    assert actor == Actor(member.id, "Bo Li", False, "slack", "#churn")
    assert board.told()[-1] == "added Bo Li to the team"
    again, _ = arrive(board, name="Another name")
    assert again == member
    assert len(board.told()) == 3


def test_the_first_sight_is_told_as_the_persons_own_doing(board):
    arrive(board)
    (line,) = board.read(lambda work: work.audit.list(limit=1))
    assert (line.actor, line.platform, line.place) == ("Bo Li", "slack", "#churn")


@pytest.mark.parametrize(
    "other", [Identity("slack", "T2", "U1"), Identity("discord", "T1", "U1"), Identity("slack", "T1", "u1")]
)
def test_another_workspace_or_platform_is_another_identity(board, other):
    assert arrive(board)[0].id != arrive(board, other)[0].id


def test_who_is_an_administrator_stays_one_however_they_sign_in(board):
    member, actor = arrive(board, is_admin=True)
    assert member.is_admin
    assert actor.is_admin
    assert arrive(board, is_admin=False)[1].is_admin


def test_the_operator_acts_as_administrator_without_being_made_one(board):
    member, _ = arrive(board)
    assert arrive(board, is_admin=True)[1].is_admin
    assert not find(board, member.handle).is_admin


def test_equal_names_get_handles_of_their_own(board):
    handles = [arrive(board, Identity("slack", "T1", f"U{n}"), "Bo Li")[0].handle for n in range(4)]
    assert handles == ["bo-li", "bo-li2", "bo-li3", "bo-li4"]
    assert arrive(board, Identity("slack", "T1", "U9"), "bo li2")[0].handle == "bo-li2" + "2"


@pytest.mark.parametrize(
    ("name", "handle"),
    [
        ("Ana", "ana2"), ("Élodie Martin", "élodie-martin"), ("Weiß, Hans (ML)", "weiss-hans-ml"), ("@all!", "all"),
        ("山田 太郎", "山田-太郎"), ("🦆", "member"), ("J. R. Doe", "j.-r.-doe"), ("<!channel>", "channel"),
        ("a_b%c", "a_b-c"),
    ],
)  # fmt: skip
def test_a_handle_is_made_of_the_name(board, name, handle):
    assert arrive(board, name=name)[0].handle == handle


@pytest.mark.parametrize("name", ["ß" * 80, "ﬃ" * 80, "x" * 80, "İ" * 80])
def test_the_longest_names_have_handles_that_fit(board, name):
    first = arrive(board, name=name)[0]
    second = arrive(board, Identity("slack", "T1", "U2"), name)[0]
    assert find(board, first.handle).id == first.id
    assert find(board, second.handle).id == second.id
    assert first.handle != second.handle


def test_a_member_is_found_by_handle_or_name_in_any_case(board):
    bo = arrive(board)[0]
    for text in ("bo-li", "@bo-li", "@BO-LI", "Bo Li", "bo li", "BO LI"):
        assert find(board, text).id == bo.id


@pytest.mark.parametrize("name", ["Élodie Martin", "Hans Weiß", "ΣΊΣΥΦΟΣ", "Ольга Ж.", "İpek"])
def test_a_name_with_other_letters_is_found_in_any_case(board, name):
    member = arrive(board, name=name)[0]
    for text in (name, name.lower(), name.casefold(), f"@{member.handle}"):
        assert find(board, text).id == member.id


def test_a_name_without_letters_is_nobody_elses(board):
    arrive(board, name="Member")
    with refusal(NotFound, "no member “🦆”"):
        find(board, "🦆")


def test_the_exact_name_is_meant_before_one_that_only_looks_alike(board):
    arrive(board, name="Bo Li")
    exact = arrive(board, Identity("slack", "T1", "U2"), "bo_li")[0]
    other = arrive(board, Identity("slack", "T1", "U3"), "Bo, Li")[0]
    assert find(board, "bo_li").id == exact.id
    assert find(board, "Bo, Li").id == other.id


def test_a_handle_is_meant_before_a_name(board):
    first = arrive(board, name="Bo")[0]
    arrive(board, Identity("slack", "T1", "U2"), "bo")
    assert find(board, "bo").id == first.id
    assert find(board, "bo2").id != first.id


def test_me_is_the_actor_and_nobody_without_one(board):
    bo = board.sign_in("bo")
    assert find(board, "me", bo).id == bo.member_id
    assert find(board, "ME", bo).id == bo.member_id
    with refusal(NotFound, "no member “me”"):
        find(board, "me", NOBODY)


def test_a_reference_from_a_chat_is_meant_by_identity(board):
    member = arrive(board, name="Bo")[0]
    ref = MemberRef("Somebody else", SLACK)
    assert board.read(lambda work: find_member(work, ref, actor=board.ana)).id == member.id
    with refusal(NotFound, "no member “Zoe”"):
        board.read(lambda work: find_member(work, MemberRef("Zoe", Identity("slack", "T1", "U8")), actor=board.ana))


def test_an_unknown_name_is_refused_with_the_nearest_or_with_some(board):
    for name in ("Anton", "Zoe"):
        arrive(board, Identity("slack", "T1", name), name)
    with refusal(NotFound, "no member “antn”", "@anton", "lab-admin member new antn"):
        find(board, "antn")
    with pytest.raises(NotFound) as caught:
        find(board, "antn")
    assert "@zoe" not in caught.value.hint
    with refusal(NotFound, "Members: @ana, @anton, @zoe."):
        find(board, "qqqqqqq")


@pytest.mark.parametrize("text", ["", "\u200b", "x" * 81, "a\x00"])
def test_what_cannot_be_a_name_is_refused(text):
    with refusal(InvalidInput, "name"):
        MemberRef.parse(text)


def ensure(board, ref):
    return board.do(ensure_member, ref=ref)


def test_somebody_whom_the_chat_knows_becomes_a_member_when_they_are_named(board):
    made = ensure(board, MemberRef("Bo Li", SLACK))
    assert (made.name, made.handle) == ("Bo Li", "bo-li")
    assert board.told()[-1] == "added Bo Li to the team"
    assert ensure(board, MemberRef("Renamed", SLACK)) == made
    assert arrive(board)[0].id == made.id
    assert len(board.told()) == 3


def test_a_name_that_the_chat_did_not_resolve_makes_nobody(board):
    with refusal(NotFound, "no member “Zoe”"):
        ensure(board, MemberRef("Zoe"))
    assert ensure(board, MemberRef("me")).name == "ana"


def test_a_person_is_made_with_the_zone_their_chat_says(board):
    def arrive_from(zone, subject):
        return board.write(
            lambda work: sign_in(
                work, Identity("slack", "T1", subject), name=subject, is_admin=False, place="", now=board.now, zone=zone
            )
        )[0]

    assert arrive_from("Asia/Tokyo", "U1").zone == "Asia/Tokyo"
    assert find(board, "U1").zone == "Asia/Tokyo"
    assert arrive_from("Mars/Olympus", "U2").zone is None
    assert arrive_from("Europe/Lisbon", "U1").zone == "Asia/Tokyo"


def test_a_member_can_be_made_before_they_speak(board):
    made = create(board, "@Bo Li", role=Role.DATA, identity=Identity("email", "", "bo@example.com"))
    assert (made.name, made.handle, made.role) == ("Bo Li", "bo-li", Role.DATA)
    assert board.told()[-1] == "added Bo Li to the team"
    assert arrive(board, Identity("email", "", "bo@example.com"))[0].id == made.id


def test_a_member_of_that_name_is_not_made_twice(board):
    create(board, "Bo Li")
    for name in ("bo li", "@bo-li", "BO LI"):
        with refusal(Conflict, "already a member"):
            create(board, name)


def test_a_member_with_somebody_elses_account_is_not_made_at_all(board):
    arrive(board, Identity("github", "", "bo"), "Bo")
    with refusal(Conflict, "github:bo already belongs to Bo"):
        create(board, "Zoe", identity=Identity("github", "", "bo"))
    assert [member.handle for member in board.read(list_members)] == ["ana", "bo"]


def test_members_are_listed_by_handle(board):
    for name in ("zoe", "bo"):
        board.sign_in(name)
    assert [member.name for member in board.read(list_members)] == ["ana", "bo", "zoe"]


def test_a_role_is_given_and_taken(board):
    board.sign_in("bo")
    bo = MemberRef.parse("bo")
    assert board.do(give_role, member=bo, role=Role.MLOPS).member.role is Role.MLOPS
    assert find(board, "bo").role is Role.MLOPS
    assert board.told()[-1] == "changed bo: role none → mlops"
    board.do(give_role, member=bo, role=None)
    assert find(board, "bo").role is None
    assert board.told()[-1] == "changed bo: role mlops → none"


def test_giving_the_role_they_have_changes_nothing(board):
    told = board.told()
    board.do(give_role, member=MemberRef.parse("ana"), role=None)
    assert board.told() == told


def test_an_administrator_is_named_and_unnamed(board):
    board.sign_in("bo")
    bo = MemberRef.parse("bo")
    assert board.do(name_admin, member=bo, is_admin=True).member.is_admin
    assert board.told()[-1] == "changed bo: administrator no → yes"
    assert not board.do(name_admin, member=bo, is_admin=False).member.is_admin
    assert not find(board, "bo").is_admin


def test_the_last_administrator_stays(board):
    board.sign_in("bo")
    ana, bo = MemberRef.parse("ana"), MemberRef.parse("bo")
    with refusal(NotAllowed, "ana is the only administrator left", "lab-admin member admin"):
        board.do(name_admin, member=ana, is_admin=False)
    board.do(name_admin, member=bo, is_admin=False)
    board.do(name_admin, member=bo, is_admin=True)
    assert not board.do(name_admin, member=ana, is_admin=False).member.is_admin


def test_a_zone_is_set_and_told(board):
    assert board.do(set_zone, zone="Asia/Tokyo").member.zone == "Asia/Tokyo"
    assert find(board, "ana").zone == "Asia/Tokyo"
    assert board.told()[-1] == "changed ana: zone none → Asia/Tokyo"


def test_an_account_is_linked_once(board):
    github = Identity("github", "", "ana")
    shown = board.do(link_identity, identity=github)
    assert github in shown.identities
    assert board.told()[-1] == "changed ana: identity none → github:ana"
    told = board.told()
    assert board.do(link_identity, identity=github) == shown
    assert board.told() == told
    assert board.read(lambda work: view_member(work, actor=board.ana)) == shown


def test_an_account_belongs_to_one_member(board):
    bo = board.sign_in("bo")
    board.do(link_identity, identity=Identity("github", "", "ana"))
    with refusal(Conflict, "github:ana already belongs to ana", "Ask them"):
        board.do(link_identity, actor=bo, identity=Identity("github", "", "ana"))


@pytest.mark.parametrize("operation", [set_zone, link_identity])
def test_what_is_about_oneself_needs_somebody(board, operation):
    argument = {"zone": "UTC"} if operation is set_zone else {"identity": SLACK}
    with refusal(NotAllowed, "nobody is signed in", "your own chat account"):
        board.do(operation, actor=NOBODY, **argument)


@pytest.mark.parametrize(
    ("text", "identity"),
    [
        (" Ana@Example.COM ", Identity("email", "", "ana@example.com")),
        ("GitHub:Ana-B.c", Identity("github", "", "ana-b.c")),
        ("gitlab:ana_1", Identity("gitlab", "", "ana_1")),
    ],
)
def test_an_account_is_read(text, identity):
    assert parse_identity(text) == identity


@pytest.mark.parametrize(
    "text",
    [
        "ana", "ana@", "@example.com", "ana@example", "github:", ":ana", "git hub:ana", "a b@example.com", "<a@b.cc>",
        "github:" + "x" * 101, "x" * 65 + "@example.com", "İ" * 60 + "@" + "İ" * 100 + ".com",
    ],
)  # fmt: skip
def test_what_is_no_account_is_refused(text):
    with pytest.raises(InvalidInput):
        parse_identity(text)


def test_the_longest_account_fits(board):
    for identity in (parse_identity("x" * 64 + "@" + "y" * 130 + ".com"), parse_identity("g" * 20 + ":" + "x" * 100)):
        assert identity in board.do(link_identity, identity=identity).identities


def test_an_account_is_written_as_it_is_typed():
    assert str(parse_identity("ana@example.com")) == "ana@example.com"
    assert str(parse_identity("GITHUB:ana")) == "github:ana"


@pytest.mark.parametrize(
    ("text", "zone"),
    [("europe/lisbon", "Europe/Lisbon"), (" UTC ", "UTC"), ("america/new york", "America/New_York"), ("utc", "UTC")],
)
def test_a_zone_is_typed_in_any_case(text, zone):
    assert parse_zone(text) == zone


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Europe/Lisbn", "Europe/Lisbon"),
        ("qqqqqqqqqq", "IANA name"),
        ("../etc/passwd", "is not a time zone"),
        ("+01:00", ""),
    ],
)
def test_an_unknown_zone_is_refused_with_the_nearest(text, words):
    with refusal(InvalidInput, "is not a time zone", words):
        parse_zone(text)


def test_a_zone_that_this_machine_does_not_know_is_utc():
    assert zone_info("Europe/Lisbon").key == "Europe/Lisbon"
    assert zone_info("Mars/Olympus").key == "UTC"
    assert zone_info("../x").key == "UTC"
