"""Teams that join, as cards."""

from collections.abc import Iterable
from datetime import datetime

from core.cards import Block, Bullets, Card, CommandLine, Field, Fields, Item, Mono, Tone, When, paragraph
from core.joining import UNDO_WITHIN, Join, Meeting, Side, Workspace

_SHOWN = 12
_CHATS = {"slack": "Slack", "discord": "Discord", "web": "the local chat"}


def code_card(code: str, until: datetime) -> Card:
    return Card(
        ("Another workspace or server can join this board.",),
        (
            paragraph("Say there, as an administrator: ", CommandLine(f"lab-admin join look {code}")),
            paragraph(
                "It shows what would meet, and changes nothing. The code is good for one use, until ", When(until), "."
            ),
        ),
        facts=(("code", code),),
    )


def meeting_card(meeting: Meeting, *, code: str, same: str) -> Card:
    stays, joins = meeting.stays, meeting.joins
    blocks: list[Block] = [
        Fields(
            (Field(f"here: {joins.team.name}", (_side(joins),)), Field(f"there: {stays.team.name}", (_side(stays),)))
        )
    ]
    if meeting.obstacles:
        blocks += [paragraph("It cannot be done yet:"), Bullets(tuple(Item((said,)) for said in meeting.obstacles))]
        return Card((f"What meets if this board joins {stays.team.name}",), tuple(blocks), tone=Tone.WARNING)
    blocks += _people(meeting)
    if joins.findings and stays.findings:
        blocks.append(
            paragraph(f"Findings of here get new numbers: 1 becomes {stays.findings + 1}, and so on.")
        )  # fmt: skip
    words = f"lab-admin join now {code}" + (f" same:{same}" if same else "")
    blocks.append(paragraph("Nothing was changed. If this is right: ", CommandLine(words)))
    return Card((f"What meets if this board joins {stays.team.name}",), tuple(blocks))


def joined_card(meeting: Meeting) -> Card:
    stays = meeting.stays
    watch = CommandLine(f"lab-admin watch add {next(iter(stays.projects), 'CHURN')}")
    hours = int(UNDO_WITHIN.total_seconds() // 3600)
    return Card(
        (f"This is one board with {stays.team.name} now.",),
        (
            paragraph(f"{_count(len(stays.projects) + len(meeting.joins.projects), 'project')}, ", _one(meeting)),
            paragraph("To see a project's cards here too, say in a channel of yours: ", watch),
            paragraph(f"For {hours} hours it can be undone: ", CommandLine("lab-admin join undo")),
        ),
        tone=Tone.GOOD,
        facts=(("team", stays.team.name),),
    )  # fmt: skip


def parted_card(join: Join) -> Card:
    return Card(
        (f"{join.name} has a board of its own again.",),
        (
            paragraph("Its projects, members and channels went with it, with what was done in them since."),
            paragraph("Whoever worked on both is named on both; tasks of one no longer wait for tasks of the other."),
        ),
        tone=Tone.GOOD,
    )  # fmt: skip


def workspaces_card(places: tuple[Workspace, ...], latest: Join | None, *, now: datetime) -> Card:
    items = Bullets(tuple(Item((f"{place.name} ({_chat(place.platform)})",)) for place in places))
    blocks: list[Block] = [items] if places else [paragraph("Only the terminal so far.")]
    if latest is not None and now - latest.at <= UNDO_WITHIN:
        said = f"{latest.name} joined, until "
        blocks.append(
            paragraph(said, When(latest.at + UNDO_WITHIN), " it can be undone: ", CommandLine("lab-admin join undo"))
        )
    else:
        blocks.append(paragraph("To let another one join: ", CommandLine("lab-admin join code")))
    return Card(("Who shares this board",), tuple(blocks))


def _people(meeting: Meeting) -> Iterable[Block]:
    if meeting.matches:
        yield paragraph("They become one person; look whether they are:")
        yield Bullets(
            tuple(
                Item((f"{match.joins.name} here and {match.stays.name} there, by ", Mono(match.by)))
                for match in meeting.matches[:_SHOWN]
            )
            + _more(len(meeting.matches))
        )  # fmt: skip
    if meeting.namesakes:
        yield paragraph("Called alike, and two people unless you say that they are one (same:@here=@there):")
        alike = (
            (f"{here.name} here and there: ", Mono(f"same:@{here.handle}=@{there.handle}"))
            for there, here in meeting.namesakes[:_SHOWN]
        )
        yield Bullets(tuple(map(Item, alike)) + _more(len(meeting.namesakes)))


def _more(number: int) -> tuple[Item, ...]:
    return (Item((f"and {number - _SHOWN} more",)),) if number > _SHOWN else ()


def _one(meeting: Meeting) -> str:
    matches = len(meeting.matches)
    return f"{_count(len(meeting.stays.members) + len(meeting.joins.members) - matches, 'member')}" + (
        f", {matches} of whom were known on both." if matches else "."
    )


def _side(side: Side) -> str:
    chats = ", ".join(f"{place.name} ({_chat(place.platform)})" for place in side.workspaces) or "the terminal"
    projects = ", ".join(side.projects[:_SHOWN]) + (" …" if len(side.projects) > _SHOWN else "") or "no project"
    return f"{chats}; {projects}; {_count(len(side.members), 'member')}; {_count(side.findings, 'finding')}"


def _chat(platform: str) -> str:
    return _CHATS.get(platform, platform)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")
