"""Whole stories, compared word for word on both databases, and played in each chat.

In a transcript, `ana$` and `ben$` say a line, `# 2 days later` moves the clock and does what fell due by then, any
other `#` is for the reader, and all the rest are the answers. `LABKEEPER_WRITE_TRANSCRIPTS=1` writes the answers anew;
then read what changed.
"""

import os
import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from core.timeboxes import expire_due_timeboxes
from storage.database import Database
from tests.bot.differences import TERMINAL, Comparison
from tests.bot.speaker import Speaker
from tests.bot.stages import STAGES, Stage
from tests.conftest import NOW
from tests.drivers import BoardDriver

TRANSCRIPTS = Path(__file__).parent / "transcripts"
_SAID = re.compile(r"(\w+)\$ (lab.*)")
_LATER = re.compile(r"# (\d+) (minute|hour|day)s? later")


@pytest.mark.parametrize("name", sorted(path.stem for path in TRANSCRIPTS.glob("*.txt")))
def test_the_story_goes_as_it_is_written(name: str, database: Database) -> None:
    path = TRANSCRIPTS / f"{name}.txt"
    written = path.read_text(encoding="utf-8")
    told = _play(written, BoardDriver.open(database, now=NOW, project=""))
    if os.environ.get("LABKEEPER_WRITE_TRANSCRIPTS"):
        path.write_text(told, encoding="utf-8")
    assert told == written


@pytest.mark.parametrize("chat", STAGES)
def test_the_stories_go_the_same_in_a_chat(chat: str, stage_urls: list[str]) -> None:
    """But for the differences that are stated, each of which there is."""
    comparison = Comparison(chat, set())
    for path, url in zip(sorted(TRANSCRIPTS.glob("*.txt")), stage_urls, strict=True):
        with STAGES[chat](url, NOW, "Europe/Lisbon") as stage:
            for who, line, answer in _told(path.read_text(encoding="utf-8"), stage):
                shown = comparison.common(chat, line, stage.say(who, line))
                assert shown == comparison.common(TERMINAL, line, answer), f"{path.stem}: {line}"
    assert comparison.in_vain() == []


@pytest.fixture
def stage_urls(migrated_sqlite: Path, tmp_path: Path) -> list[str]:
    """A database for each story."""
    names = [path.stem for path in TRANSCRIPTS.glob("*.txt")]
    for name in names:
        shutil.copy(migrated_sqlite, tmp_path / f"{name}.db")
    return [f"sqlite:///{tmp_path / name}.db" for name in names]


def _told(story: str, stage: Stage) -> Iterator[tuple[str, str, str]]:
    """Who says what, and what the terminal answers; the stage's clock goes along."""
    for part in re.split(r"\n\n(?=\w+\$ |# )", story):
        first, _, answer = part.partition("\n")
        if said := _SAID.fullmatch(first):
            yield said[1], said[2], answer
        elif later := _LATER.fullmatch(first):
            stage.later(timedelta(**{f"{later[2]}s": float(later[1])}))


def _play(story: str, board: BoardDriver) -> str:
    """The story with the answers that are given now."""
    ana = Speaker(board, board.ana)
    people = {"ana": ana}
    parts: list[str] = []
    for line in story.splitlines():
        if said := _SAID.fullmatch(line):
            person = people.get(said[1]) or people.setdefault(said[1], ana.beside(said[1]))
            parts.append(f"{line}\n{person.say(said[2]).text}")
        elif line.startswith("#"):
            later = _LATER.fullmatch(line)
            if later:
                board.later(**{f"{later[2]}s": float(later[1])})
                board.write(lambda work: expire_due_timeboxes(work, now=board.now))
            parts.append(f"{line}\n")
    return "\n".join(parts)
