"""Tasks in messages lead to their pages, where these can be reached."""

from bot.board_links import lead_to_board
from core.cards import Bold, Bullets, Card, Item, Link, TaskRef, paragraph

CARD = Card(
    (TaskRef("CHURN-12"), " is done"),
    (paragraph(Bold("x"), TaskRef("not a key")), Bullets((Item((TaskRef("RANK-3"),)),))),
)


def test_a_task_is_a_link_to_its_page() -> None:
    shown = lead_to_board(CARD, "https://lab.example.com/labkeeper/")
    assert shown.title == (Link("CHURN-12", "https://lab.example.com/labkeeper/board/tasks/CHURN-12"), " is done")
    assert shown.blocks[1] == Bullets(
        (Item((Link("RANK-3", "https://lab.example.com/labkeeper/board/tasks/RANK-3"),)),)
    )
    # What only looks like one stays as it is.
    assert shown.blocks[0] == CARD.blocks[0]


def test_without_an_address_that_others_reach_it_leads_nowhere() -> None:
    assert lead_to_board(CARD, None) == CARD
