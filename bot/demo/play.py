"""The demo: a team in the middle of its month, played onto an empty board before anybody looks."""

from collections.abc import Iterator
from datetime import datetime

from bot.catalogue import Catalogue
from bot.context import Ports
from bot.demo.churn import churn_story
from bot.demo.diary import Diary
from bot.demo.ranking import ranking_story
from bot.demo.stage import Pause, Stage, Step
from bot.demo.team import digests, set_up
from bot.outbox import Notifications
from core.cards import Bold, Bullets, Card, CommandLine, Item, TaskRef, paragraph
from core.local_chat import Persona, open_local_team, welcome
from core.members import zone_info
from core.ports import Store

CHANNELS = ("ml-board", "ml-releases", "stakeholders")
_DAYS = 44
# Hours before now in which nothing is told late.
_WATCHED = 72
_LOOKS = ("09:31", "12:01", "15:01", "18:01")


def play_demo(
    store: Store, *, catalogue: Catalogue, ports: Ports, notifications: Notifications, people: tuple[Persona, ...],
    zone: str, now: datetime,
) -> Card:  # fmt: skip
    """Fills the board; what is pinned in its channel. Raises `StageFright` where the story does not fit the product."""
    diary = Diary(now, zone_info(zone))
    began = diary.at(_DAYS, "08:55")
    team = store.write_directory(lambda teams: open_local_team(teams, zone=diary.zone.key, now=began)).result()
    store.write(lambda work: welcome(work, people=people, now=began), team=team.id).result()
    stage = Stage(store, team, catalogue, ports, notifications, diary.zone.key)
    stage.play([*set_up(diary), *churn_story(diary), *ranking_story(diary), *digests(diary), *_looks(diary)])
    stage.read_by([persona.subject for persona in people], CHANNELS)
    return _note(stage.keys)


def _looks(diary: Diary) -> Iterator[Step]:
    """Now and then, so that what falls due is told at its time."""
    for days in range(_DAYS, 0, -1):
        for clock in _LOOKS:
            yield Pause(diary.at(days, clock))
    yield Pause(diary.last_night)
    for hours in range(_WATCHED, 0, -1):
        yield Pause(diary.ago(hours * 60))


def _note(keys: dict[str, str]) -> Card:
    typos, chats = keys["typos"], keys["chats"]
    things = (
        Item((Bold("Wait a minute or two: "), "the timebox of ", TaskRef(typos), " ends while you watch. Decide it with"
              " the buttons below the question; Mira leads the project, so she may.")),
        Item((Bold("Say something: "), CommandLine(f"lab task done {chats}"), " says that this data is there, and sets"
              " free what waits for it; ", CommandLine("lab task new"), " opens a form.")),
        Item((Bold("Look at the whole board: "), CommandLine("lab board"), ", or any task's key; ",
              CommandLine("lab digest monthly"), " is what stakeholders read. Then be somebody else (below), and try to"
              " decide as Sam.")),
    )  # fmt: skip
    return Card(
        ("A team in the middle of its month: three things to try",),
        (Bullets(things), paragraph("Nothing here lasts: the demo's board is gone when it is stopped.")),
    )
