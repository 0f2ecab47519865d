"""`/lab-admin calendar …`."""

import pytest

from tests.bot.speaker import Speaker


def test_calendar_show(ana: Speaker) -> None:
    ana.done(
        "lab-admin calendar show CHURN",
        "CHURN: when work is done",
        "working days     mon-fri",
        "hours            09:00-18:00",
        "zone             Europe/Lisbon",
        "public holidays  none",
        "calendar set CHURN country:PT",
    )
    ana.refused("lab-admin calendar show NONE", "There is no project NONE.", "Projects: CHURN.")
    ana.beside("ben").refused("lab-admin calendar show CHURN", "Only administrators")


def test_calendar_set(ana: Speaker) -> None:
    ana.done(
        "lab-admin calendar set churn days:sun-thu hours:8-16:30 zone:asia/tokyo country:jp",
        "Kept. What runs is timed by it.",
        "sun-thu",
        "08:00-16:30",
        "Asia/Tokyo",
        "public holidays  JP",
        "The next days off:",
        "Mon 2026-11-23: Labor Thanksgiving Day",
    )
    assert "hours 09:00-18:00 → 08:00-16:30; zone Europe/Lisbon → Asia/Tokyo" in ana.board.told()[-1]
    told = ana.board.told()
    ana.done("lab-admin calendar set CHURN hours:08:00-16:30 country:JP")
    assert ana.board.told() == told
    ana.done(
        "lab-admin calendar set CHURN country:DE region:bayern", "public holidays  DE-BY", "Wed 2027-01-06: Epiphany"
    )
    ana.done("lab-admin calendar set CHURN region:BE", "public holidays  DE-BE")
    assert "Epiphany" not in ana.say("lab-admin calendar holidays CHURN").text
    ana.done("lab-admin calendar set CHURN region:none", "public holidays  DE\n")
    ana.done("lab-admin calendar set CHURN country:none", "public holidays  none", "hours            08:00-16:30")
    ana.done("lab-admin calendar holidays CHURN", "keeps no public holidays", "country:PT")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ("", ("Nothing was said to change.", "hours:09:00-18:00")),
        ("days:weekdays", ("days: “weekdays” is not a day of the week.", "mon-fri, mon-thu or mon,wed,fri")),
        ("hours:22:00-06:00", ("hours: Working hours cannot end at 06:00", "09:00 to 18:00")),
        ("hours:02:30", ("hours: “02:30” is not from one clock time to another.", "hours:09:00-18:00")),
        ("zone:Lissabon", ("zone: “Lissabon” is not a time zone.",)),
        ("country:Atlantis", ("There is no country “Atlantis”", "such as PT, DE or US")),
        ("country:PT region:Bayern", ("PT has no part “Bayern”", "or one of its parts, such as")),
        ("region:BY", ("A region needs its country.", "country:DE region:BY")),
    ],
)
def test_a_calendar_that_cannot_be_meant_is_answered_with_one_that_can(ana: Speaker, values, words) -> None:
    ana.refused(f"lab-admin calendar set CHURN {values}", *words)


def test_days_off_and_days_worked(ana: Speaker) -> None:
    ana.done("lab-admin calendar set CHURN country:PT", "Tue 2026-12-01: Restoration of Independence Day")
    ana.done(
        "lab-admin calendar off CHURN 2026-12-24 until:2026-12-28 why:closed over Christmas",
        "Nobody works there then.",
        "Thu 2026-12-24: closed over Christmas",
        "Fri 2026-12-25: Christmas Day",
        "Mon 2026-12-28: closed over Christmas",
    )
    # Neither the holiday among them nor the weekend became a day off of its own.
    assert "2026-12-24 working day → day off (closed over Christmas); 2026-12-28" in ana.board.told()[-1]
    ana.done("lab-admin calendar work CHURN 2026-12-28", "2026-12-28 is a working day.")
    said = ana.done("lab-admin calendar work CHURN 2026-12-08", "Public holidays that are worked on:")
    assert "2026-12-28:" not in said.text
    ana.done("lab-admin calendar holidays CHURN", "Immaculate Conception", "worked on", "own day off")
    ana.done("lab-admin calendar off CHURN 2026-12-08", "Tue 2026-12-08: Immaculate Conception")
    assert "worked on" not in ana.say("lab-admin calendar show CHURN").text


def test_days_that_cannot_be_taken_off_or_worked(ana: Speaker) -> None:
    ana.done("lab-admin calendar set CHURN country:PT")
    for line, *words in (
        ("off CHURN 2026-11-17", "2026-11-17 is over.", "from 2026-11-18 on"),
        ("off CHURN 2026-12-25", "2026-12-25 (Christmas Day) is no working day anyway."),
        ("off CHURN 2026-12-26", "2026-12-26 is no working day anyway."),
        ("off CHURN 2026-12-26 until:2026-12-27", "None from 2026-12-26 to 2026-12-27 is a working day."),
        ("off CHURN 2026-12-24 until:2026-12-20", "cannot end on 2026-12-20"),
        ("off CHURN 2026-12-01 until:2027-12-01", "is too long", "at most 62 days"),
        ("off CHURN 24.12.2026", "day: “24.12.2026” is not a day.", "2026-12-20"),
        ("off CHURN", "“day” is missing"),
        ("work CHURN 2026-12-26", "is a Saturday, and CHURN works mon-fri", "calendar set CHURN days:mon-sat"),
        ("work CHURN 2026-12-24", "is a working day already"),
        ("work CHURN 2026-02-30", "is not a day"),
    ):
        ana.refused(f"lab-admin calendar {line}", *words)
