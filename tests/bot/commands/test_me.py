"""`/lab me …`."""

from tests.bot.speaker import Speaker


def test_me(ana: Speaker) -> None:
    for line in ("lab me", "lab me show"):
        ana.done(
            line,
            "▌ ana (@ana)",
            "role           none yet",
            "time zone      Europe/Lisbon, where it is 10:00 (the team's)",
            "known as       test:ana",
            "administrator  yes",
        )
    ana.refused("lab me CHURN-1", "There is no “churn-1” here.", "show, zone, link", "labkeeper lab help me")


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
