"""`/lab board`: a private answer with the way in."""

from bot.board_access import Visitor
from core.cards import LinkButton
from tests.bot.speaker import Speaker
from tests.drivers import PORTS


def test_the_answer_is_a_link_for_whoever_asked(ana: Speaker) -> None:
    said = ana.done("lab board", "Your board", "for 30 minutes", "PUBLIC_URL is not set")
    (button,) = said.card.buttons
    assert button == LinkButton("Open the board", said.facts["url"])
    visitor, path = PORTS.board.enter(said.facts["url"].rpartition("/")[2])
    assert (visitor, path) == (Visitor(ana.board.team, ana.actor.member_id or 0, "ana"), "/board")


def test_nobody_else_is_given_it(ana: Speaker) -> None:
    assert ana.done("lab board").answer.share is None
    assert ana.done("lab task list").answer.share is not None


def test_it_leads_to_a_task(ana: Speaker) -> None:
    task = ana.board.new("Try focal loss", box="10d")
    said = ana.done(f"lab board {task.key}", "Try focal loss", f"Open {task.key}")
    assert PORTS.board.enter(said.facts["url"].rpartition("/")[2])[1] == f"/board/tasks/{task.key}"
    ana.refused("lab board CHURN-9", "There is no task CHURN-9.")
