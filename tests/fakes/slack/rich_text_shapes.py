"""`rich_text`: sections, lists, quotes and preformatted text, made of typed elements."""

import re
from collections.abc import Iterator
from typing import Any

from tests.fakes.slack.shapes import Shape, array, boolean, fields, number, one_of, problem, string, tagged, untyped
from tests.fakes.slack.text_shapes import URL

_PRETTY = ("date", "date_short", "date_long", "day_divider")
_DATES = ("date", "date_short", "date_long", "date_long_full", "date_num", "date_slash", "time", "time_secs", "ago")
DATE_TOKENS = frozenset([*_DATES, *(f"{token}_pretty" for token in _PRETTY)])
_STYLE = untyped(fields({}, dict.fromkeys(("bold", "italic", "strike", "code", "underline"), boolean)))
_ID = string(minimum=1)


def _date_format(value: Any, pointer: str) -> Iterator[str]:
    if not isinstance(value, str):
        yield problem("must be a string", pointer)
        return
    tokens = re.findall(r"\{([^{}]*)\}", value)
    if not tokens:
        yield problem("invalid date format: no token", pointer)
    for token in tokens:
        if token not in DATE_TOKENS:
            yield problem(f"invalid date format: {token}", pointer)


def _styled(required: dict[str, Shape], optional: dict[str, Shape] | None = None) -> Shape:
    return fields(required, {**(optional or {}), "style": _STYLE})


_TEXT = _styled({"text": string(minimum=1)})
_LINK = _styled({"url": URL}, {"text": string(), "unsafe": boolean})
_ELEMENT = tagged(
    {
        "text": _TEXT,
        "link": _LINK,
        "user": _styled({"user_id": _ID}),
        "usergroup": _styled({"usergroup_id": _ID}),
        "channel": _styled({"channel_id": _ID}),
        "team": _styled({"team_id": _ID}),
        "broadcast": _styled({"range": one_of("here", "channel", "everyone")}),
        "emoji": _styled({"name": _ID}, {"unicode": string(), "url": string()}),
        "color": _styled({"value": string()}),
        "date": _styled({"timestamp": number(), "format": _date_format}, {"fallback": string(), "url": URL}),
    }
)
_BORDER: dict[str, Shape] = {"border": one_of(0, 1)}
_SECTION = fields({"elements": array(_ELEMENT)})
RICH_TEXT_PARTS = tagged(
    {
        "rich_text_section": _SECTION,
        "rich_text_list": fields(
            {
                "style": one_of("bullet", "ordered"),
                "elements": array(tagged({"rich_text_section": _SECTION})),
            },
            {"indent": number(minimum=0), **_BORDER},
        ),
        "rich_text_quote": fields({"elements": array(_ELEMENT)}, _BORDER),
        "rich_text_preformatted": fields({"elements": array(tagged({"text": _TEXT, "link": _LINK}))}, _BORDER),
    }
)
RICH_TEXT = fields({"elements": array(RICH_TEXT_PARTS, minimum=1)}, {"block_id": string(255)})
