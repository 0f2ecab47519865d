"""What a person reads in the browser while they install the bot: a few words, and what to do next."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape

from starlette.responses import HTMLResponse

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:36rem;margin:4rem auto;padding:0 1rem;color:#1f2937}"
    "h1{font-size:1.4rem}code{background:#f3f4f6;padding:.1rem .3rem;border-radius:.2rem}"
)
_STYLE_HASH = base64.b64encode(sha256(_STYLE.encode()).digest()).decode()
# Nothing is loaded, run, framed or sent from here; the address has a code in it that nobody else is to see.
HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
_DETAIL_LIMIT = 80


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why it did not work, and what to do; `begins_again` offers the way back to the beginning."""

    status: int
    title: str
    words: str
    begins_again: bool = True


INCOMPLETE = Trouble(
    400, "Something is missing", "This page is where Slack sends you after you agreed, and it came without its words."
)
UNKNOWN = Trouble(
    400, "This was used already", "Each installation has an address of its own that works once. If Labkeeper answers "
    "in your workspace, all is well; if not, begin again.",
)  # fmt: skip
EXPIRED = Trouble(400, "That took too long", "The installation has to be finished within ten minutes.")
ELSEWHERE = Trouble(
    400, "This was begun in another browser", "Finish it where you began it, with cookies allowed, or begin again here."
)
DECLINED = Trouble(403, "Nothing was installed", "You did not agree, or may not install apps in that workspace.")
CODE_USED = Trouble(400, "Slack does not take this any more", "Its permission works once and for ten minutes.")
UNREACHABLE = Trouble(
    502, "Slack did not answer", "Nothing is lost: if Labkeeper does not answer in your workspace in a minute, begin "
    "again.",
)  # fmt: skip
REFUSED = Trouble(502, "Slack refused", "Nothing was installed.")
ORGANIZATION = Trouble(
    400, "Labkeeper is installed in one workspace at a time", "Choose a workspace, not the whole organization."
)
MISCONFIGURED = Trouble(
    500, "This server is not set up for it yet", "Slack does not know it as it introduces itself. Whoever runs it sees "
    "what is missing with: labkeeper check",
    begins_again=False,
)  # fmt: skip


def trouble_page(trouble: Trouble, *, install_path: str, detail: str = "") -> HTMLResponse:
    """`detail` is Slack's own word, or whatever came in its place."""
    said = f"<p>Slack says: <code>{escape(detail[:_DETAIL_LIMIT])}</code></p>" if detail else ""
    again = f'<p><a href="{escape(install_path)}">Begin again</a></p>' if trouble.begins_again else ""
    return _page(trouble.status, trouble.title, f"<p>{escape(trouble.words)}</p>{said}{again}")


def installed_page(name: str, *, root: str) -> HTMLResponse:
    steps = (
        "<code>/invite @Labkeeper</code> in the channel where the board should live",
        f"<code>/{escape(root)}-admin project new CHURN name:Churn model</code> there, with your own project",
        f"<code>/{escape(root)} task new Try focal loss</code>",
    )
    where = escape(name) if name else "your workspace"
    return _page(200, "Labkeeper is installed", f"<p>It is in {where} now. Go back to Slack and say:</p>{_list(steps)}")


def unavailable_page(message: str, hint: str, *, install_path: str) -> HTMLResponse:
    return trouble_page(Trouble(503, message, hint), install_path=install_path)


def _list(items: Sequence[str]) -> str:
    return "<ol>" + "".join(f"<li>{item}</li>" for item in items) + "</ol>"


def _page(status: int, title: str, body: str) -> HTMLResponse:
    """`body` is HTML."""
    html = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
    return HTMLResponse(html, status, headers=HEADERS)
