"""Pages from templates: everything that enters one is escaped, unless it was made here as markup."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from bot.platforms.web.assets import load_assets
from bot.platforms.web.cards import render_block, render_card, render_moment, render_text
from bot.platforms.web.wording import escaped


@lru_cache(maxsize=1)
def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    # Words that people wrote go through `shown`, which also takes away what HTML cannot hold.
    made.filters |= {
        "shown": escaped, "card": render_card, "moment": render_moment, "spans": render_text, "block": render_block,
    }  # fmt: skip
    made.globals |= {"asset": load_assets().address}
    return made


def render_page(template: str, **values: Any) -> str:
    return environment().get_template(template).render(**values)


def render_part(template: str, **values: Any) -> Markup:
    """A piece of a page, to stand inside of another."""
    return Markup(render_page(template, **values))


def page(template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """As an answer. Routes that give it need the middleware `SecureHeaders`."""
    return HTMLResponse(render_page(template, **values), status)
