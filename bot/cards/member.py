"""Members as cards."""

from datetime import datetime

from core.calendar_records import OwnTimes
from core.calendar_words import leave_text, quiet_text
from core.cards import Block, Card, Field, Fields, Table, paragraph, row
from core.members import Member, MemberView, zone_info

_LEAVE_SHOWN = 5


def member_card(view: MemberView, *, team_zone: str, now: datetime, said: str = "") -> Card:
    member = view.member
    zone = member.zone or team_zone
    local = now.astimezone(zone_info(zone))
    times = _times(view.times) if view.times is not None else ()
    fields = Fields(
        (
            Field("role", (str(member.role or "none yet"),)),
            Field("time zone", (f"{zone}, where it is {local:%H:%M}" + ("" if member.zone else " (the team's)"),)),
            *times,
            Field("known as", (", ".join(str(identity) for identity in view.identities) or "nothing else",)),
            Field("administrator", ("yes" if member.administers else "no",)),
        )
    )
    blocks: tuple[Block, ...] = (paragraph(said), fields) if said else (fields,)
    return Card((member.name, f" (@{member.handle})"), blocks, facts=(("member", member.handle),))


def _times(times: OwnTimes) -> tuple[Field, ...]:
    """From now on."""
    leave = [leave_text(one) for one in times.leave]
    more = f" and {len(leave) - _LEAVE_SHOWN} more" if len(leave) > _LEAVE_SHOWN else ""
    return (
        Field("away", ("; ".join(leave[:_LEAVE_SHOWN]) + more or "not that anybody knows",)),
        Field("quiet hours", (quiet_text(times.quiet) or "none",)),
    )


def members_card(members: tuple[Member, ...]) -> Card:
    rows = tuple(
        row(
            f"@{member.handle}", member.name, str(member.role or "—"), member.zone or "the team's",
            "yes" if member.administers else "",
        )
        for member in members
    )  # fmt: skip
    title = f"{len(members)} member" + ("s" if len(members) != 1 else "")
    return Card((title,), (Table(("handle", "name", "role", "time zone", "administrator"), rows),))
