"""Messages Slack refuses, by name, each with the words it must be refused with."""

from typing import Any

from tests.fakes.slack.examples import (
    actions,
    button,
    image,
    input_block,
    line,
    mrkdwn,
    option,
    plain,
    rich,
    section,
    word,
)


def _date(**more: Any) -> list[dict[str, Any]]:
    return [rich(line({"type": "date", "timestamp": 1, "format": "{date}", **more}))]


def _select(**more: Any) -> list[dict[str, Any]]:
    return [actions({"type": "static_select", "action_id": "a", **more})]


_WORKFLOW = {"trigger": {"url": "https://slack.com/shortcuts/Ft1/abc"}}

REFUSED: dict[str, tuple[Any, str]] = {
    "51 blocks": ([{"type": "divider"}] * 51, "no more than 50 items"),
    "no type": ([{"text": plain("a")}], "missing required field: type"),
    "unknown type": ([{"type": "marquee"}], "unsupported type: marquee"),
    "the type is a number": ([{"type": 7}], "unsupported type: 7"),
    "a block that is text": (["divider"], "must be an object"),
    "not a list": ({"type": "divider"}, "must be an array"),
    "section, 3001": ([section(text=mrkdwn("x" * 3001))], "must be less than 3001"),
    "section, empty text": ([section(text=mrkdwn(""))], "must be more than 0"),
    "section of nothing": ([{"type": "section"}], "at least one of text or fields"),
    "section, text is a string": ([section(text="hello")], "must be an object"),
    "section, 11 fields": ([section(fields=[plain("a")] * 11)], "no more than 10 items"),
    "section, field of 2001": ([section(fields=[plain("a" * 2001)])], "must be less than 2001"),
    "section, unknown property": ([section(colour="red")], "invalid additional property: colour"),
    "section, mrkdwn with emoji": ([section(text=mrkdwn("a", emoji=True))], "invalid additional property: emoji"),
    "section, header as accessory": ([section(accessory={"type": "header", "text": plain("a")})], "unsupported type"),
    "block id of 256": ([{"type": "divider", "block_id": "b" * 256}], "must be less than 256"),
    "block id twice": ([section(block_id="a"), section(block_id="a")], "`block_id` a already exists"),
    "header of 151": ([{"type": "header", "text": plain("h" * 151)}], "must be less than 151"),
    "header in mrkdwn": ([{"type": "header", "text": mrkdwn("h")}], "unsupported type: mrkdwn"),
    "context of 11": ([{"type": "context", "elements": [plain("a")] * 11}], "no more than 10 items"),
    "context of nothing": ([{"type": "context", "elements": []}], "no fewer than 1 items"),
    "context with a button": ([{"type": "context", "elements": [button()]}], "unsupported type: button"),
    "26 buttons": ([actions(*(button(number) for number in range(26)))], "no more than 25 items"),
    "actions of nothing": ([actions()], "no fewer than 1 items"),
    "actions with text": ([actions(plain("a"))], "unsupported type: plain_text"),
    "action id twice": ([actions(button(1), button(1))], "`action_id` task.done.1 already exists"),
    "action id of 256": ([actions(button(action_id="a" * 256))], "must be less than 256"),
    "button text of 76": ([actions(button(text=plain("t" * 76)))], "must be less than 76"),
    "button text in mrkdwn": ([actions(button(text=mrkdwn("t")))], "unsupported type: mrkdwn"),
    "button value of 2001": ([actions(button(value="v" * 2001))], "must be less than 2001"),
    "button value is a number": ([actions(button(value=42))], "must be a string"),
    "button style": ([actions(button(style="default"))], "must be a valid enum value"),
    "button address of 3001": ([actions(button(url="https://x.example/" + "a" * 3000))], "must be less than 3001"),
    "button address is no address": ([actions(button(url="javascript:alert(1)"))], "invalid url"),
    "confirmation without text": ([actions(button(confirm={"title": plain("a")}))], "missing required field: text"),
    "confirmation title of 101": (
        [actions(button(confirm={"text": plain("a"), "title": plain("t" * 101)}))],
        "must be less than 101",
    ),
    "101 options": (_select(options=[option(number) for number in range(101)]), "no more than 100 items"),
    "select of nothing": (_select(), "exactly one of options and option_groups"),
    "option of 76": (_select(options=[option(text=plain("t" * 76))]), "must be less than 76"),
    "option value of 76": (_select(options=[option(value="v" * 76)]), "must be less than 76"),
    "option without value": (_select(options=[{"text": plain("a")}]), "missing required field: value"),
    "overflow of 6": ([actions({"type": "overflow", "options": [option(n) for n in range(6)]})], "no more than 5"),
    "image without alt text": ([{"type": "image", "image_url": "https://x.example/a"}], "missing required field: alt"),
    "image without source": ([{"type": "image", "alt_text": "a"}], "exactly one of image_url and slack_file"),
    "image with both sources": ([image(slack_file={"id": "F1"})], "exactly one of image_url and slack_file"),
    "image, alt text of 2001": ([image(alt_text="a" * 2001)], "must be less than 2001"),
    "image, address of 3001": ([image(image_url="https://x.example/" + "a" * 3000)], "must be less than 3001"),
    "image from a file": ([image(image_url="file:///etc/passwd")], "invalid url"),
    "markdown of 12001": ([{"type": "markdown", "text": "m" * 12_001}], "must be less than 12001"),
    "markdown of 12001 together": ([{"type": "markdown", "text": "m" * 6001}] * 2, "in all markdown blocks"),
    "two tables": ([{"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]}] * 2, "only one table"),
    "table of 101 rows": ([{"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]] * 101}], "no more than 100"),
    "table of 21 columns": ([{"type": "table", "rows": [[{"type": "raw_text", "text": "a"}] * 21]}], "no more than 20"),
    "table, empty cell": ([{"type": "table", "rows": [[{"type": "raw_text", "text": ""}]]}], "must be more than 0"),
    "table, mrkdwn cell": ([{"type": "table", "rows": [[mrkdwn("a")]]}], "unsupported type: mrkdwn"),
    "table, 10001 characters": (
        [{"type": "table", "rows": [[{"type": "raw_text", "text": "a" * 10_001}]]}],
        "in all cells",
    ),
    "rich text of nothing": ([rich()], "no fewer than 1 items"),
    "rich text, text outside a section": ([rich(word())], "unsupported type: text"),
    "rich text, empty text": ([rich(line(word("")))], "must be more than 0"),
    "rich text, unknown element": ([rich(line({"type": "marquee"}))], "unsupported type: marquee"),
    "rich text, unknown style": ([rich(line(word("a", blink=True)))], "invalid additional property: blink"),
    "rich text, style is a list": ([rich(line(word() | {"style": ["bold"]}))], "must be an object"),
    "rich text, user without id": ([rich(line({"type": "user"}))], "missing required field: user_id"),
    "rich text, channel without id": ([rich(line({"type": "channel"}))], "missing required field: channel_id"),
    "rich text, link without url": ([rich(line({"type": "link", "text": "a"}))], "missing required field: url"),
    "rich text, link to a script": ([rich(line({"type": "link", "url": "javascript:alert(1)"}))], "invalid url"),
    "rich text, broadcast to all": ([rich(line({"type": "broadcast", "range": "all"}))], "must be a valid enum value"),
    "rich text, list style": (
        [rich({"type": "rich_text_list", "style": "dash", "elements": [line(word())]})],
        "must be a valid enum value",
    ),
    "rich text, list of texts": (
        [rich({"type": "rich_text_list", "style": "bullet", "elements": [word()]})],
        "unsupported type: text",
    ),
    "rich text, mention in preformatted": (
        [rich({"type": "rich_text_preformatted", "elements": [{"type": "user", "user_id": "U1"}]})],
        "unsupported type: user",
    ),
    "date without timestamp": (
        [rich(line({"type": "date", "format": "{date}"}))],
        "missing required field: timestamp",
    ),
    "date, timestamp as text": (_date(timestamp="1"), "must be a number"),
    "date without a token": (_date(format="today"), "invalid date format: no token"),
    "date with an unknown token": (_date(format="{hour}"), "invalid date format: hour"),
    "input without label": ([{"type": "input", "element": {"type": "plain_text_input"}}], "field: label"),
    "input, label in mrkdwn": (
        [input_block({"type": "plain_text_input"}) | {"label": mrkdwn("a")}],
        "unsupported type: mrkdwn",
    ),
    "input with a button": ([input_block(button())], "unsupported type: button"),
    "number input, undecided": ([input_block({"type": "number_input"})], "field: is_decimal_allowed"),
    "datepicker, another date": ([actions({"type": "datepicker", "initial_date": "18.11.2026"})], "invalid date"),
    "a block that is not in every client": ([{"type": "alert", "text": plain("a")}], "unsupported type: alert"),
    "placeholder of 151": ([actions({"type": "users_select", "placeholder": plain("p" * 151)})], "less than 151"),
    "label of a group of 76": (
        _select(option_groups=[{"label": plain("l" * 76), "options": [option()]}]),
        "must be less than 76",
    ),
    "101 options in a group": (
        _select(option_groups=[{"label": plain("a"), "options": [option(number) for number in range(101)]}]),
        "no more than 100 items",
    ),
    "11 boxes checked": (
        [actions({"type": "checkboxes", "options": [option()], "initial_options": [option()] * 11})],
        "no more than 10 items",
    ),
    "rich text, negative indent": (
        [rich({"type": "rich_text_list", "style": "bullet", "elements": [line(word())], "indent": -1})],
        "must be at least 0",
    ),
    "context, alt text of 2001": (
        [{"type": "context", "elements": [image(alt_text="a" * 2001)]}],
        "must be less than 2001",
    ),
    "input, initial value of 3001": (
        [input_block({"type": "plain_text_input", "initial_value": "x" * 3001})],
        "must be less than 3001",
    ),
    "workflow button": (
        [actions({"type": "workflow_button", "text": plain("a"), "workflow": _WORKFLOW})],
        "unsupported type",
    ),
}
