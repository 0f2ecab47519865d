"""Members as cards."""

from datetime import datetime

from core.cards import Block, Card, Field, Fields, Table, paragraph, row
from core.members import Member, MemberView, zone_info


def member_card(view: MemberView, *, team_zone: str, now: datetime, said: str = "") -> Card:
    member = view.member
    zone = member.zone or team_zone
    local = now.astimezone(zone_info(zone))
    fields = Fields(
        (
            Field("role", (str(member.role or "none yet"),)),
            Field("time zone", (f"{zone}, where it is {local:%H:%M}" + ("" if member.zone else " (the team's)"),)),
            Field("known as", (", ".join(str(identity) for identity in view.identities) or "nothing else",)),
            Field("administrator", ("yes" if member.administers else "no",)),
        )
    )
    blocks: tuple[Block, ...] = (paragraph(said), fields) if said else (fields,)
    return Card((member.name, f" (@{member.handle})"), blocks, facts=(("member", member.handle),))


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
