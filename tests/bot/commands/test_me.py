"""`/lab me …`."""

from datetime import date, timedelta

from tests.bot.speaker import Speaker


def test_me(ana: Speaker) -> None:
    for line in ("lab me", "lab me show"):
        ana.done(
            line,
            "▌ ana (@ana)",
            "role           none yet",
            "time zone      Europe/Lisbon, where it is 10:00 (the team's)",
            "away           not that anybody knows",
            "quiet hours    none",
            "known as       test:ana",
            "administrator  yes",
        )
    ana.refused(
        "lab me CHURN-1", "There is no “churn-1” here.", "show, zone, away, back, quiet, link", "labkeeper lab help me"
    )


def test_me_zone(ana: Speaker) -> None:
    ana.done("lab me zone asia/tokyo", "Times are shown in your zone", "Asia/Tokyo, where it is 19:00\n")
    ana.done('lab me zone "America/New York"', "America/New_York, where it is 05:00")
    ana.refused("lab me zone Tokio", "zone: “Tokio” is not a time zone.", "Asia/Tokyo")
    ana.refused("lab me zone Middle-earth/Shire", "is not a time zone.")
    ana.refused("lab me zone ../../etc/passwd", "is not a time zone.")
    ana.refused("lab me zone", "“zone” is missing: IANA name.", "labkeeper lab me zone Europe/Lisbon")


def test_me_link(ana: Speaker) -> None:
    ben = ana.beside("ben")
    ana.done("lab me link GitHub:Ana-L", "github:ana-l is you.", "known as       test:ana, github:ana-l")
    ana.done("lab me link Ana@Example.com", "ana@example.com is you.")
    told = ana.board.told()
    ana.done("lab me link github:ana-l", "github:ana-l is you.")
    assert ana.board.told() == told
    ben.refused("lab me link github:ana-l", "github:ana-l already belongs to ana.", "Ask them")
    ana.refused("lab me link ana", "“ana” is neither an e-mail address nor an account.", "github:ana")
    ana.refused("lab me link", "“account” is missing")


def test_me_away_and_back(ana: Speaker) -> None:
    ana.done(
        "lab me away 2026-12-21 2027-01-03",
        "You are away: 2026-12-21 to 2027-01-03.",
        "Until you are back nobody asks you",
        "away           2026-12-21 to 2027-01-03",
    )
    assert ana.board.told()[-1] == "changed ana: away none → 2026-12-21 to 2027-01-03"
    told = ana.board.told()
    ana.done("lab me away 2026-12-21 2027-01-03", "You are away")
    assert ana.board.told() == told
    ana.done("lab me away 2026-11-20", "You are away: 2026-11-20.", "2026-11-20; 2026-12-21 to 2027-01-03")
    ana.done(
        "lab me away first:2026-12-21 last:2026-12-31",
        "This takes the place of 2026-12-21 to 2027-01-03.",
        "away           2026-11-20; 2026-12-21 to 2026-12-31\n",
    )
    ana.done("lab me back 2026-12-28", "ends earlier; you are away until 2026-12-27.", "2026-12-21 to 2026-12-27")
    ana.done("lab me back 2026-12-21", "Your leave (2026-12-21 to 2026-12-27) is taken back.")
    ana.refused("lab me back", "You are not away on 2026-11-18.", "from 2026-11-20", "labkeeper lab me back 2026-11-20")
    ana.done("lab me back 2026-11-20", "away           not that anybody knows")
    ana.refused("lab me back", "You are not away on 2026-11-18.", "labkeeper lab me away")


def test_leave_that_began_before_it_was_said(ana: Speaker) -> None:
    ana.done("lab me away 2026-11-16 2026-11-20", "away           2026-11-16 to 2026-11-20")
    ana.done("lab me back", "ends earlier; you are away until 2026-11-17.", "not that anybody knows")


def test_leave_that_cannot_be_meant(ana: Speaker) -> None:
    for line, *words in (
        ("", "“first” is missing", "labkeeper lab me away 2026-12-21 2027-01-03"),
        ("2026-11-17", "2026-11-17 is over.", "labkeeper lab me away 2026-12-21 2027-01-03"),
        ("2026-12-20 2026-12-01", "cannot end on 2026-12-01", "first day and then the last"),
        ("2026-12-20 2027-12-21", "it is 367 days: more than a year.", "owner:@ben"),
        ("2029-12-20", "more than two years ahead"),
        ("02:30", "first: “02:30” is not a day.", "2026-12-20"),
        ("2026-02-30", "first: “2026-02-30” is not a day."),
        ("2026-12-20 soon", "last: “soon” is not a day."),
    ):
        ana.refused(f"lab me away {line}".strip(), *words)


def test_leave_is_a_sensible_number(ana: Speaker) -> None:
    for number in range(50):
        ana.done(f"lab me away {date(2027, 1, 1) + timedelta(days=10 * number)}")
    ana.refused("lab me away 2026-12-24", "You have 50 times of leave", "labkeeper lab me back 20")
    ana.done("lab me away 2027-01-01 2027-01-20", "This takes the place of 2027-01-01, 2027-01-11.", "and 44 more")
    ana.done("lab me away 2026-12-24", "You are away")


def test_me_quiet(ana: Speaker) -> None:
    ana.done("lab me quiet 20:00-08:00", "Nobody asks you in these hours.", "quiet hours    20:00-08:00")
    assert ana.board.told()[-1] == "changed ana: quiet hours none → 20:00-08:00"
    ana.done("lab me quiet hours:21-7", "quiet hours    21:00-07:00")
    ana.done("lab me quiet none", "You have no quiet hours.", "quiet hours    none")
    ana.refused("lab me quiet 02:30", "hours: “02:30” is not from one clock time to another.", "20:00-08:00. Or none")
    ana.refused("lab me quiet 08:00-08:00", "would never end", "say that you are away")
    ana.refused("lab me quiet", "“hours” is missing", "labkeeper lab me quiet 20:00-08:00")
