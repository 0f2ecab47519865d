"""How the fake reads Discord's markdown, on which the tests of hostile text stand."""

import pytest

from tests.fakes.discord.markdown import alive, date_text, shown

NAMES = {"1": "ana", "2": "ops", "3": "general"}


@pytest.mark.parametrize(
    ("text", "expected", "kinds"),
    [
        ("plain", "plain", []),
        ("**bold** __under__ *slant* _slant_ ~~gone~~ ||hidden||", "bold under slant slant gone hidden",
         ["bold", "underline", "italic", "italic", "strike", "spoiler"]),
        (r"\*\*not\*\* \_a\_ \~\~b\~\~ \|\|c\|\| \`d\`", "**not** _a_ ~~b~~ ||c|| `d`", []),
        ("snake_case_name 2*3*4", "snake_case_name 234", ["italic"]),
        ("`code` ``a`b``", "code a`b", ["code", "code"]),
        ("```py\nx = 1\n```", "\nx = 1", ["preformatted"]),
        ("<@1> <@!1> <@&2> <#3>", "@ana @ana @ops #general", ["user", "user", "role", "channel"]),
        (r"\<@1> \<#3\>", "<@1> <#3>", []),
        ("@everyone @here", "@everyone @here", ["broadcast", "broadcast"]),
        ("@\u200beveryone", "@\u200beveryone", []),
        ("[here](https://x.example/a) after", "here after", ["masked_link"]),
        (r"\[here\](https://x.example/a)", "[here](https://x.example/a)", ["link"]),
        ("<https://x.example>", "https://x.example", ["link"]),
        ("see https://x.example/a_b_c.", "see https://x.example/a_b_c.", ["link"]),
        ("[javascript](javascript:alert) x", "[javascript](javascript:alert) x", []),
        ("# Head\ntext", "Head\ntext", ["heading"]),
        ("-# small\ntext", "small\ntext", ["subtext"]),
        (r"\# not", "# not", []),
        ("> said\nnot", "> said\nnot", ["quote"]),
        (">>> all\nof it", "> all\n> of it", ["quote"]),
        ("- one\n- two", "• one\n• two", ["item", "item"]),
        ("1. one", "• one", ["item"]),
        ("a\n- b\n\n- c\nd", "a\n• b\n\n• c\nd", ["item", "item"]),
        (r"\- one", "- one", []),
        (r"1\. one", "1. one", []),
        ("a - b # c > d", "a - b # c > d", []),
        ("<a:wave:123> </lab task:7>", ":wave: /lab task", ["emoji", "command"]),
        ("**a `b` [c](https://x.example)**", "a b c", ["bold", "code", "masked_link"]),
        ("unclosed ** and ` and [", "unclosed ** and ` and [", []),
        ("\\\\*a*", "\\a", ["italic"]),
    ],
)  # fmt: skip
def test_what_is_shown_and_what_is_alive(text: str, expected: str, kinds: list[str]) -> None:
    assert shown(text, NAMES) == expected
    assert [kind for kind, _ in alive(text)] == kinds


def test_moments() -> None:
    assert shown("at <t:0:f> or <t:0>", NAMES) == "at 1 January 1970 00:00 or 1 January 1970 00:00"
    assert date_text("0", "F") == "Thursday, 1 January 1970 00:00"
    assert shown(r"\<t:0:f>", NAMES) == "<t:0:f>"
