"""What a person reads when something was not done."""

from core.cards import Card, CommandLine, Mono, Paragraph, Tone, paragraph
from core.errors import UserError


def refusal_card(error: UserError) -> Card:
    blocks: list[Paragraph] = []
    if error.hint:
        blocks.append(paragraph(error.hint))
    if error.example:
        blocks.append(paragraph(CommandLine(error.example)))
    return Card((error.message,), tuple(blocks), tone=Tone.WARNING)


def failure_card(reference: str) -> Card:
    """For what is our mistake: the reference leads to it in the log."""
    return Card(
        ("Something went wrong, and it is not your fault.",),
        (paragraph("Tell whoever runs Labkeeper this reference: ", Mono(reference), "."),),
        tone=Tone.BAD,
    )
