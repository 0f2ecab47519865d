"""`/lab glossary …`: what the team's words mean, for those who read its reports."""

from typing import Annotated

from bot.cards.glossary import glossary_card, term_card
from bot.command import Rest, Word, command
from bot.context import Context
from core.cards import Card
from core.glossary import define_term, find_term, forget_term, list_terms

TERM = Word("The term, in quotes where it is several words", "AUC")
MEANING = Rest("What it means", "0.5 is a coin, 1 is always right")


@command("glossary add", help="Explain a term; the monthly report uses it")
async def add(ctx: Context, term: Annotated[str, TERM], meaning: Annotated[str, MEANING]) -> Card:
    defined, is_new = await ctx.do(define_term, term=term, meaning=meaning)
    return term_card(defined, "Kept: reports explain it from now on." if is_new else "Explained anew.")


@command("glossary show", help="What a term means")
async def show(ctx: Context, term: Annotated[str, Rest("The term", "AUC")]) -> Card:
    return term_card(await ctx.read(find_term, term=term))


@command("glossary list", help="All terms that are explained", is_default=True)
async def list_(ctx: Context) -> Card:
    return glossary_card(await ctx.read(list_terms))


@command("glossary remove", help="Take a term out")
async def remove(ctx: Context, term: Annotated[str, Rest("The term", "AUC")]) -> Card:
    gone = await ctx.do(forget_term, term=term)
    return term_card(gone, "Taken out: reports no longer explain it.")
