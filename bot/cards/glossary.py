"""The glossary as cards."""

from core.cards import Card, CommandLine, Table, paragraph, row
from core.glossary import Term


def term_card(term: Term, said: str = "") -> Card:
    blocks = (paragraph(said),) if said else ()
    footer = (f"Explained by {term.author}",) if term.author else ()
    return Card((term.term,), (*blocks, paragraph(term.meaning)), footer=footer, facts=(("term", term.term),))


def glossary_card(terms: tuple[Term, ...]) -> Card:
    if not terms:
        line = "lab glossary add AUC How well it tells the two apart: 0.5 is a coin, 1 is right"
        return Card(
            ("No term is explained yet.",), (paragraph("Explain one: ", CommandLine(line)),), facts=(("count", "0"),)
        )  # fmt: skip
    rows = tuple(row(term.term, term.meaning) for term in terms)
    title = f"{len(terms)} term" + ("s" if len(terms) != 1 else "")
    return Card((title,), (Table(("term", "meaning"), rows),), facts=(("count", str(len(terms))),))
