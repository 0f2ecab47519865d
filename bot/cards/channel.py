"""A channel that the bot was sent to and cannot speak in."""

from core.cards import Bold, Card, CommandLine, Mono, Span, Tone, paragraph

# What Labkeeper needs in a channel of Discord, as its settings call it.
PERMISSIONS = "View Channel, Send Messages, Create Public Threads, Send Messages in Threads, Read Message History"


def closed_channel_card(name: str, code: str, needs: str = "") -> Card:
    return Card(
        (f"I cannot post in #{name} yet.",),
        (
            paragraph(f"The chat says: {code}. ", *invitation(name, code, needs)),
            paragraph("What was said before is kept: cards appear as soon as I may post."),
        ),
        tone=Tone.WARNING,
    )


def open_channel_card(name: str, *, waiting: int) -> Card:
    """`waiting` are the messages that were put aside."""
    said = (paragraph("What waited for it comes now."),) if waiting else ()
    return Card((f"I can post in #{name}.",), said, tone=Tone.GOOD)


def emoji_card(name: str, emoji: str | None, *, is_new: bool) -> Card:
    if emoji is None:
        return Card((f"No emoji makes tasks in #{name}" + (" any more." if is_new else "."),))
    said = paragraph("Whoever reacts with it to a message there makes a task of it, once.")
    return Card((f"“{emoji}” makes tasks in #{name}.",), (said,), tone=Tone.GOOD)


def invitation(name: str, code: str, needs: str = "") -> tuple[Span, ...]:
    """What to do, with the line to copy where there is one; `needs` are permissions by the chat's names."""
    match code:
        case "not_in_channel" | "channel_not_found":
            return ("Type there: ", Mono(f"/invite @Labkeeper #{name}"))
        case "missing_permissions" | "missing_access":
            return (
                "In the channel's settings, under Permissions, add Labkeeper and allow it: ",
                Bold(needs or PERMISSIONS), ".",
            )  # fmt: skip
        case "unknown_channel":
            return ("It is not there any more; choose another: ", CommandLine("lab-admin channel use CHURN"))
        case "tag_required":
            return ("In the forum's settings, let posts be made without a tag, or add a tag that is for everybody.",)
        case "is_archived":
            return ("Bring the channel back, or choose another: ", CommandLine("lab-admin channel use CHURN"))
        case "restricted_action" | "restricted_action_read_only_channel":
            # Nobody tells a bot that this has ended.
            asked = "Whoever administers the workspace must let me post there. Then say there: "
            return (asked, CommandLine("lab-admin channel check"))
        case _:
            return ("Ask whoever administers the workspace.",)
