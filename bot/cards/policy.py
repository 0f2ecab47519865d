"""A project's policy as a card."""

from core.cards import Block, Bullets, Card, Item, TaskRef, paragraph
from core.deciding import Cost
from core.projects import Project

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_WORDS = {
    Cost.SENTENCE: "a sentence",
    Cost.EVIDENCE: "a sentence, and a run, commit or note newer than the last decision",
    Cost.PERSON: "a sentence, a newer run, commit or note, and another person who agrees",
}


def policy_card(project: Project, costs: tuple[Cost, ...], said: str = "") -> Card:
    blocks: list[Block] = [paragraph(said)] if said else []
    blocks.append(
        Bullets(
            tuple(
                Item((f"the {_ORDINALS[place]} extension{' and every later one' if is_last else ''}: {_WORDS[cost]}",))
                for place, cost in enumerate(costs)
                for is_last in (place == len(costs) - 1,)
            )
        )
    )
    return Card((TaskRef(project.key), ": what more time for research costs"), tuple(blocks))
