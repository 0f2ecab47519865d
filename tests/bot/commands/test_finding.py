"""Findings by command: written, revised, read and found; and what is asked before research is made."""

from contextlib import suppress

import pytest

from bot.buttons import carried, line_of
from bot.dispatch import Outcome
from core.cards import Button, Paragraph
from core.decisions import Verdict, decide
from core.errors import InvalidInput
from core.task_search import TaskFilter
from core.tasks import State
from core.text import clean_text, clip
from core.timebox_records import Call
from tests.bot.speaker import CATALOGUE
from tests.hostile import HOSTILE


@pytest.fixture
def told(ana):
    """A task that was dropped, with what was learned."""
    ana.done("lab task new Try focal loss on tail classes box:5d owner:me")
    ana.done("lab box drop CHURN-1 learned:Tails are label noise")
    return ana


def button(said):
    return next(button for button in said.card.buttons if isinstance(button, Button))


def test_a_finding_is_written_read_and_revised(ana):
    ana.done("lab task new Tails kind:data")
    ana.done("lab finding write CHURN-1 # Half is noise\n\n- one\n- `two`", "Kept.", "Finding 1: Half is noise")
    shown = ana.done("lab finding show 1", "Half is noise", "• one", "• two", "ana, ")
    assert shown.facts == {"finding": "1", "task": "CHURN-1", "revision": "1"}
    ana.done("lab finding edit 1 All of it is noise", "Revised.", "All of it is noise", "revision 2 of 2 by ana")
    ana.done("lab finding edit 1 All of it is noise", "nothing was changed")
    earlier = ana.done("lab finding show 1 revision:1", "• one", "revision 1 of 2", "revision:2")
    assert earlier.card.buttons == ()


def test_findings_are_listed_and_found(told):
    told.done("lab finding", "1 finding", "CHURN-1", "Try focal loss on tail classes")
    told.done("lab finding list CHURN", "1 finding")
    told.done("lab finding search noise focal", "1 finding", "lab finding show 1")
    told.done("lab finding search gain", "No finding has all of these words.", "lab finding write")


def test_a_decision_says_where_its_learning_is_kept(ana):
    ana.done("lab task new Try focal loss box:5d owner:me")
    said = ana.done("lab box drop CHURN-1 learned:noise why:no gain", "Kept as labkeeper lab finding show 1.")
    assert said.facts["finding"] == "1"
    ana.done("lab finding show 1", "CHURN-1 Try focal loss · dropped", "noise", "Why", "no gain")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("lab finding write CHURN-9 x", ("There is no task CHURN-9.",)),
        ("lab finding write CHURN-1", ("“text” is missing",)),
        ("lab finding show 9", ("There is no finding 9.", "lab finding list")),
        ("lab finding show x", ("not a whole number",)),
        ("lab finding edit 9 x", ("There is no finding 9.",)),
        ("lab finding search", ("“words” is missing",)),
        ("lab finding search --", ("There is no word in that",)),
        ("lab finding list NOPE", ("NOPE",)),
    ],
)
def test_what_cannot_be_done_is_refused_with_what_to_do(ana, line, words):
    ana.done("lab task new Tails")
    ana.refused(line, *words)


def test_research_that_looks_like_what_was_tried_is_not_made_before_it_was_shown(told):
    before = told.board.told()
    said = told.done(
        "lab task new Focal loss for rare classes box:5d", "Tried before? Nothing was made yet.",
        "CHURN-1 Try focal loss on tail classes", "dropped", ", ana", "Learned: Tails are label noise",
        "lab finding show 1", "sure:yes",
    )  # fmt: skip
    assert said.facts["tried"] == "CHURN-1"
    assert told.board.told() == before


def test_the_button_and_the_line_make_it_with_everything_that_was_said(told):
    said = told.done(
        'lab task new Focal loss: rare classes box:5d labels:a,b about:"one: two" sure:no', "Tried before?"
    )
    pressed = line_of(CATALOGUE, button(said).action, button(said).value)
    made = told.done(f"lab {pressed}", "Created.")
    task = told.board.read(lambda work: work.tasks.list(TaskFilter(), limit=9))[0]
    assert made.facts["task"] == str(task.key)
    assert (task.title, task.labels, task.description) == ("Focal loss: rare classes", ("a", "b"), "one: two")


def test_production_work_and_what_carries_research_on_are_never_asked(told):
    told.done("lab task new Focal loss on tail classes kind:feature", "Created.")
    told.done("lab task new Another question box:5d owner:me", "Created.")
    told.done(
        "lab box split CHURN-3 first:Focal loss on tails second:Focal loss on classes learned:two things", "Split."
    )
    told.done("lab task new Something wholly different box:5d", "Created.")


def test_what_would_be_refused_is_refused_before_anybody_is_asked(told):
    told.refused("lab task new Focal loss on tail classes kind:investigate", "needs a timebox")
    told.refused("lab task new Focal loss on tail classes box:5d points:3", "not estimated")


def test_a_line_that_no_button_carries_is_said_again_in_words(told):
    said = told.say(f"lab task new Focal loss on tail classes box:5d about:{'word ' * 500}")
    assert said.answer.outcome is Outcome.DONE
    assert said.card.buttons == ()
    assert "say it with sure:yes" in said.text


def test_text_of_several_lines_comes_back_whole_from_a_button(told):
    said = told.done('lab task new Focal loss on tail classes box:5d about:"first\n\nsecond"', "Tried before?")
    value = button(said).value
    assert value.isprintable()
    told.done(f"lab {line_of(CATALOGUE, 'task.new', value)}", "Created.")
    assert told.board.read(lambda work: work.tasks.list(TaskFilter(), limit=1))[0].description == "first\n\nsecond"
    assert line_of(CATALOGUE, "task.note", carried("CHURN-1 one\ntwo")) == "task note CHURN-1 one\ntwo"


@pytest.mark.parametrize("texts", [HOSTILE[::6], pytest.param(HOSTILE, marks=pytest.mark.soak)], ids=["some", "all"])
def test_anything_that_was_learned_is_shown_as_it_was_written(ana, texts):
    for text in texts:
        ana.board.later(seconds=1)
        task, verdict = ana.board.new("Embeddings quickly", box="5d"), Verdict(call=Call.DROP, learned=text)
        with suppress(InvalidInput):
            decided = ana.board.do(decide, task=task.key, verdict=verdict, today=ana.board.today)
            asked = ana.done("lab task new Embeddings quickly box:5d", "Tried before?")
            learned = clip(clean_text(text, what="learning", limit=2_000), 300)
            assert Paragraph(("Learned: ", learned)) in asked.card.blocks
            assert ana.say(f"lab finding show {decided.finding}").answer.outcome is Outcome.DONE


def test_a_dropped_production_task_was_tried(ana):
    ana.done("lab task new Cache the embeddings")
    ana.board.move(ana.board.read(lambda work: work.tasks.list(TaskFilter(), limit=1))[0], State.DROPPED)
    ana.done("lab task new Cache embeddings? box:2d", "Tried before?", "CHURN-1 Cache the embeddings", "dropped")
