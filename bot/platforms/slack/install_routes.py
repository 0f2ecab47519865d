"""`GET /slack/install` and `GET /slack/oauth_redirect`: the two ends of an installation, in a browser."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.platforms.slack.install import STATE_LASTS, Installer, InstallFailed
from bot.platforms.slack.install_pages import HEADERS, installed_page, trouble_page, unavailable_page
from core.errors import Unavailable

INSTALL, REDIRECT = "/slack/install", "/slack/oauth_redirect"


def install_routes(installer: Installer, *, root: str, public_url: str) -> list[Route]:
    """`root` is the first word of the commands."""
    is_https = public_url.startswith("https://")
    # With this prefix a browser lets nobody but this very host set it.
    cookie = f"{'__Host-' if is_https else ''}labkeeper-install"
    install_address = f"{public_url.rstrip('/')}{INSTALL}"

    async def begin(request: Request) -> Response:
        try:
            address, browser = await installer.begin(request.cookies.get(cookie))
        except Unavailable as error:
            return unavailable_page(error.message, error.hint, install_path=install_address)
        answer = RedirectResponse(address, 302, headers=HEADERS)
        answer.set_cookie(
            cookie, browser, max_age=int(STATE_LASTS.total_seconds()), path="/", secure=is_https, httponly=True,
            samesite="lax",
        )  # fmt: skip
        return answer

    async def finish(request: Request) -> Response:
        words = {name: request.query_params.get(name, "") for name in ("code", "state", "error")}
        try:
            installation = await installer.finish(**words, browser=request.cookies.get(cookie))
        except InstallFailed as failed:
            return trouble_page(failed.trouble, install_path=install_address, detail=failed.detail)
        except Unavailable as error:
            return unavailable_page(error.message, error.hint, install_path=install_address)
        return installed_page(installation.name, root=root)

    return [Route(INSTALL, begin, methods=["GET"]), Route(REDIRECT, finish, methods=["GET"])]
