"""HTML as somebody reads it, and what in it is alive."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

# What our own markup is made of.
_TAGS = {
    "a", "br", "button", "code", "dd", "div", "dl", "dt", "hr", "li", "p", "pre", "span", "strong", "table", "tbody",
    "td", "th", "thead", "time", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {
    "class", "dir", "data-action", "data-line", "data-member", "data-moment", "data-value", "datetime", "href", "rel",
    "role", "aria-label", "scope", "tabindex", "target", "title", "type",
}  # fmt: skip
_EMPTY = {"br", "hr"}
_LINES = {"p", "li", "div", "tr", "pre", "hr", "dl", "ul", "table"}


@dataclass
class _Reader(HTMLParser):
    with_buttons: bool = False
    words: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    quiet: int = 0

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def __hash__(self) -> int:
        return id(self)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.wrong += [f"<{tag}>"] if tag not in _TAGS else []
        self.wrong += [f"<{tag} {name}>" for name in given if name not in _ATTRIBUTES]
        href = given.get("href") or ""
        if "href" in given and not href.startswith(("http://", "https://", "/board/tasks/")):
            self.wrong.append(f"href {href}")
        if tag not in _EMPTY:
            self.open.append(tag)
        if tag in _LINES:
            self.words.append("\n")
        if tag in ("td", "dd", "th"):
            self.words.append(" · ")
        if tag == "li":
            self.words.append("• " if self.open.count("li") == 1 else "– ")
        is_unseen = "unseen" in str(given.get("class")) or "card-buttons" in str(given.get("class"))
        if self.quiet or (is_unseen and not self.with_buttons):
            self.quiet += 1
        if tag == "button" and "button" in str(given.get("class")):
            self.words.append("  [")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> closes something else")
        if self.quiet:
            self.quiet -= 1
        if tag == "button" and self.words and "[" in "".join(self.words[-2:]):
            self.words.append("]")

    def handle_data(self, data: str) -> None:
        if not self.quiet:
            self.words.append(data)

    def handle_comment(self, data: str) -> None:
        self.wrong.append("a comment")

    def handle_decl(self, decl: str) -> None:
        self.wrong.append("a declaration")

    def handle_pi(self, data: str) -> None:
        self.wrong.append("a processing instruction")

    def unknown_decl(self, data: str) -> None:
        self.wrong.append("a marked section")


def read(markup: str, *, with_buttons: bool = False) -> _Reader:
    reader = _Reader(with_buttons=with_buttons)
    reader.feed(markup)
    reader.close()
    reader.wrong += [f"<{tag}> stays open" for tag in reader.open]
    return reader


def plain_text(markup: str, *, with_buttons: bool = False) -> str:
    """As lines, without empty ones."""
    lines = "".join(read(markup, with_buttons=with_buttons).words).split("\n")
    return "\n".join(line.strip().removeprefix("· ") for line in lines if line.strip())


def alive(markup: str) -> list[str]:
    """What is there besides our own markup: tags, attributes, addresses, what is not closed."""
    return read(markup).wrong
