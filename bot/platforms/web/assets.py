"""What pages load: files of this package, under an address that changes with any of them."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_FOLDER = Path(__file__).parent / "static"
_KINDS = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
# Seconds: a year, the most that is of any use.
_FOREVER = 31_536_000


@dataclass(frozen=True, slots=True)
class Asset:
    body: bytes
    kind: str


@dataclass(frozen=True, slots=True)
class Assets:
    """`version` stands for the contents of all files: modules name each other relatively, so they change together."""

    files: dict[str, Asset]
    version: str

    def address(self, name: str) -> str:
        """Raises `KeyError` for a file that is not there."""
        if name not in self.files:
            raise KeyError(name)
        return f"/static/{self.version}/{name}"


@lru_cache(maxsize=1)
def load_assets() -> Assets:
    found = sorted(path for path in _FOLDER.iterdir() if path.suffix in _KINDS)
    files = {path.name: Asset(path.read_bytes(), _KINDS[path.suffix]) for path in found}
    digest = hashlib.sha256()
    for name, asset in files.items():
        digest.update(f"{name} {len(asset.body)} ".encode() + asset.body)
    return Assets(files, digest.hexdigest()[:12])


async def serve_asset(request: Request) -> Response:
    """A page from before an update may ask for an older version: it gets what there is, to be asked again."""
    assets = load_assets()
    asset = assets.files.get(request.path_params["name"])
    if asset is None:
        return Response("There is no such file.", 404)
    tag = f'"{assets.version}"'
    is_newest = request.path_params["version"] == assets.version
    headers = {"ETag": tag, "Cache-Control": f"public, max-age={_FOREVER}, immutable" if is_newest else "no-cache"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(asset.body, headers=headers, media_type=asset.kind)


def asset_route() -> Route:
    return Route("/static/{version}/{name}", serve_asset, methods=["GET"])
