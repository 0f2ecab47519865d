"""`/lab-admin member …` and `/lab-admin audit`."""

from tests.bot.speaker import Speaker


def test_member_new_and_list(ana: Speaker) -> None:
    said = ana.done(
        "lab-admin member new Ben Li role:research email:Ben@Example.com",
        "▌ Ben Li (@ben-li)",
        "Added.",
        "role           research",
        "time zone      Europe/Lisbon, where it is 10:00 (the team's)",
        "known as       ben@example.com",
        "administrator  no",
    )
    assert said.facts == {"member": "ben-li"}
    ana.done("lab-admin member list", "2 members", "@ben-li  Ben Li  research  the team's")
    ana.done("lab task new Fix it owner:@ben-li", "owner Ben Li")
    ana.done("lab task new Fix it owner:ben li", "owner Ben Li")
    ana.refused("lab-admin member new Ben Li", "There is already a member “Ben Li”.")
    ana.refused("lab-admin member new Bea email:bea", "email: “bea” is neither an e-mail address nor an account.")
    ana.refused("lab-admin member new Bea role:boss", "role: “boss” is not one of them.", "research, ml, data")
    ana.refused(f"lab-admin member new {'x' * 81}", "The name has 81 characters")


def test_member_new_refuses_an_account_that_is_anothers(ana: Speaker) -> None:
    ana.done("lab-admin member new Ben Li email:ben@example.com")
    ana.refused("lab-admin member new Bea email:ben@example.com", "ben@example.com already belongs to Ben Li.")
    ana.refused("lab task list owner:bea", "There is no member “bea”")


def test_member_role(ana: Speaker) -> None:
    ana.done("lab-admin member new Ben Li")
    ana.done("lab-admin member role @ben-li mlops", "Their role is mlops now.")
    ana.done('lab-admin member role "Ben Li" data', "Their role is data now.")
    ana.refused("lab-admin member role @ben-li chief", "role: “chief” is not one of them.")
    ana.refused("lab-admin member role @bob ml", "There is no member “bob”", "@ben-li", "lab-admin member new bob")
    ana.refused("lab-admin member role", "“member” is missing: who.")


def test_member_admin(ana: Speaker) -> None:
    ben = ana.beside("ben")
    ben.refused("lab-admin member list", "Only administrators may do this.", "lab-admin member admin @ben")
    ana.done("lab-admin member admin @ben", "They may configure the team now.", "administrator  yes")
    ana.done("lab-admin member admin @ana no", "They may no longer configure the team.")
    ana.refused("lab-admin member admin @ben no", "ben is the only administrator left.", "Name another one first.")
    ana.refused("lab-admin member admin @ben perhaps", "on: “perhaps” is neither yes nor no.")


def test_audit(ana: Speaker) -> None:
    ben = ana.beside("ben")
    ana.done("lab task new Fix it")
    ben.board.later(hours=1)
    ben.done("lab task start CHURN-1")
    said = ana.done(
        "lab-admin audit",
        "Who changed what, newest first",
        "11:00  ben  test here  CHURN-1  moved it from todo to doing",
        "10:00  ana  test here  CHURN-1  created it: Fix it",
        "created project CHURN (Churn)",
        "added ana to the team",
    )
    assert said.text.index("moved it") < said.text.index("created it")
    assert "created" not in ana.done("lab-admin audit by:@ben", "moved it").text
    assert "project" not in ana.done("lab-admin audit task:CHURN-1", "created it", "moved it").text
    ana.done("lab-admin audit task:CHURN-9", "Nothing has been changed that fits.")
    ana.refused("lab-admin audit by:@bob", "There is no member “bob”")
    ana.refused("lab-admin audit before:yesterday", "before: “yesterday” is not a whole number.")


def test_audit_goes_on_where_it_ended(ana: Speaker) -> None:
    for number in range(1, 31):
        ana.board.new(f"Task {number}")
    said = ana.done("lab-admin audit by:@ana", "created it: Task 30", "created it: Task 11", "Older: labkeeper")
    assert "Task 10" not in said.text
    older = said.text.splitlines()[-1].removeprefix("  Older: labkeeper ")
    assert older.startswith("lab-admin audit by:ana before:")
    said = ana.done(older, "created it: Task 10", "created it: Task 1\n", "added ana to the team")
    assert "Task 11" not in said.text
    assert "Older" not in said.text
