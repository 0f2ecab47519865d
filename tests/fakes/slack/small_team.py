"""A workspace to begin with: T001, where the bot is in C1, C3 (archived) and G1, and not in C2 and G2."""

from tests.fakes.slack.records import User
from tests.fakes.slack.slack import Slack

ADMIN, MEMBER, GUEST, FORMER, OTHER_BOT = "U1", "U2", "U3", "U4", "U5"


def add_small_team(slack: Slack, team: str = "T001") -> None:
    slack.add_workspace(team)
    for user in (
        User(ADMIN, team, "ana", "Ana Admin", "ana@example.com", is_admin=True),
        User(MEMBER, team, "ben", "Ben Member", "ben@example.com", tz="America/New_York"),
        User(GUEST, team, "gus", "Gus Guest", "gus@example.com", is_restricted=True),
        User(FORMER, team, "fay", "Fay Former", "fay@example.com", is_deleted=True),
        User(OTHER_BOT, team, "deploybot", "Deploy Bot", is_bot=True),
    ):
        slack.add_user(user)
    slack.add_channel("C1", "general", team, members=(ADMIN, MEMBER, GUEST))
    slack.add_channel("C2", "random", team, members=(ADMIN, MEMBER), has_bot=False)
    slack.add_channel("C3", "attic", team, members=(ADMIN,))
    slack.archive("C3")
    slack.add_channel("G1", "leads", team, "private", members=(ADMIN,))
    slack.add_channel("G2", "board", team, "private", members=(ADMIN,), has_bot=False)
