"""A finding as a page: Markdown made markup, in which nothing acts that its writer brought along."""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from bot.platforms.literal import web_address
from bot.platforms.web.wording import literal

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

# A page has a heading of its own above these, and none is left out between.
_HIGHEST, _DEEPEST = 2, 6


def render_markdown(text: str) -> Markup:
    """HTML in it is text, a picture is the link to it, and no address is hidden behind another."""
    return Markup(_parser().render(text))


def plain_words(text: str, *, limit: int) -> str:
    """The beginning of it, up to a heading, without its marks."""
    words: list[str] = []
    for token in _parser().parse(text):
        if token.type == "heading_open" and "".join(words).strip():
            break
        words += [child.content or " " for child in token.children or ()]
        words.append(" ")
    said = " ".join("".join(words).split())
    return said if len(said) <= limit else said[: limit - 1].rstrip() + "…"


@cache
def _parser() -> "MarkdownIt":
    # Loaded when the first finding is shown: a start is to be quick.
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 60}).enable("table").disable(["image", "entity"])
    parser.validateLink = lambda url: bool(web_address(url))  # type: ignore[method-assign]
    rules = {
        "text": _text, "code_inline": _code, "fence": _block_of_code, "code_block": _block_of_code,
        "link_open": _link, "link_close": _link_end, "heading_open": _heading, "heading_close": _heading,
        "table_open": _table, "table_close": _table_end, "th_open": _cell, "td_open": _cell,
    }  # fmt: skip
    for name, rule in rules.items():
        parser.add_render_rule(name, rule)
    return parser


def _text(self: Any, tokens: Sequence["Token"], at: int, options: Any, env: Any) -> str:
    return str(escape(literal(tokens[at].content)))


def _code(self: Any, tokens: Sequence["Token"], at: int, options: Any, env: Any) -> str:
    return str(Markup("<code>{}</code>").format(literal(tokens[at].content)))


def _block_of_code(self: Any, tokens: Sequence["Token"], at: int, options: Any, env: Any) -> str:
    return str(Markup('<pre tabindex="0">\n{}</pre>').format(literal(tokens[at].content)))


def _heading(self: Any, tokens: Sequence["Token"], at: int, options: Any, env: Any) -> str:
    token = tokens[at]
    if "top" not in env:
        env["top"] = min(int(one.tag[1:]) for one in tokens if one.type == "heading_open")
    level = min(int(token.tag[1:]) - env["top"] + _HIGHEST, _DEEPEST)
    return f"<h{level}>" if token.nesting == 1 else f"</h{level}>\n"


def _link(self: Any, tokens: Sequence["Token"], at: int, options: Any, env: Any) -> str:
    address = web_address(str(tokens[at].attrs.get("href", "")))
    return str(Markup('<a href="{}" rel="noopener noreferrer nofollow">').format(address))


def _link_end(self: Any, tokens: Sequence["Token"], at: int, options: Any, env: Any) -> str:
    """Where the words look like an address, the one that it leads to stands beside them."""
    start = next(place for place in range(at, -1, -1) if tokens[place].type == "link_open")
    words = "".join(token.content for token in tokens[start + 1 : at])
    address = str(tokens[start].attrs.get("href", ""))
    looks_like_one = "://" in words or words.lower().startswith("www.")
    beside = Markup(" ({})").format(literal(address)) if looks_like_one and words != address else ""
    return f"</a>{beside}"


def _table(self: Any, tokens: Sequence["Token"], at: int, options: Any, env: Any) -> str:
    return '<div class="table" tabindex="0" role="group" aria-label="Table"><table>\n'


def _cell(self: Any, tokens: Sequence["Token"], at: int, options: Any, env: Any) -> str:
    """Without the alignment, which would be a style of its own."""
    return f"<{tokens[at].tag}>"


def _table_end(self: Any, tokens: Sequence["Token"], at: int, options: Any, env: Any) -> str:
    return "</table></div>\n"
