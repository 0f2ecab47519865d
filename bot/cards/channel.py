"""A channel that the bot was sent to and cannot speak in."""

from core.cards import Card, CommandLine, Mono, Span, Tone, paragraph


def closed_channel_card(name: str, code: str) -> Card:
    return Card(
        (f"I cannot post in #{name} yet.",),
        (
            paragraph(f"The chat says: {code}. ", *invitation(name, code)),
            paragraph("What was said before is kept: cards appear as soon as I may post."),
        ),
        tone=Tone.WARNING,
    )


def open_channel_card(name: str) -> Card:
    return Card((f"I can post in #{name}.",), tone=Tone.GOOD)


def emoji_card(name: str, emoji: str | None, *, is_new: bool) -> Card:
    if emoji is None:
        return Card((f"No emoji makes tasks in #{name}" + (" any more." if is_new else "."),))
    said = paragraph("Whoever reacts with it to a message there makes a task of it, once.")
    return Card((f"“{emoji}” makes tasks in #{name}.",), (said,), tone=Tone.GOOD)


def invitation(name: str, code: str) -> tuple[Span, ...]:
    """What to do, with the line to copy where there is one."""
    match code:
        case "not_in_channel" | "channel_not_found":
            return ("Type there: ", Mono(f"/invite @Labkeeper #{name}"))
        case "is_archived":
            return ("Bring the channel back, or choose another: ", CommandLine("lab-admin channel use CHURN"))
        case _:
            return ("Ask whoever administers the workspace.",)
