"""`/lab-admin hook …`: who may report to the board."""

import secrets
import string
from typing import Annotated

from bot.cards.hook import hooks_card, made_card, revoked_card, rotated_card
from bot.command import Arg, Word, command
from bot.context import Context
from bot.values import ProjectKey
from core.cards import Card
from core.hooks import Hook, HookProvider, create_hook, list_hooks, revoke_hook, rotate_hook

# Nobody guesses so many. Letters and digits alone: `_` and `-` would have to be made harmless in chats.
_ALPHABET = string.ascii_letters + string.digits
_ADDRESS_LENGTH, _SECRET_LENGTH = 24, 43
WHICH = Word("Its number in the list", "1")


@command("hook new", help="Let a Git host report to a project", is_admin=True)
async def new(
    ctx: Context,
    provider: Annotated[HookProvider, Word("Who reports", "github")],
    project: Annotated[ProjectKey, Arg("To which project", "CHURN")],
    repo: Annotated[str | None, Arg("Only this repository", "acme/churn")] = None,
) -> Card:
    public_id, secret = _random(_ADDRESS_LENGTH), _random(_SECRET_LENGTH)
    hook = await ctx.do(
        create_hook, provider=provider, project=project, repository=repo, public_id=public_id,
        secret=_sealed(ctx, public_id, secret),
    )  # fmt: skip
    return made_card(hook, url=_address(ctx, hook), secret=secret, is_reachable=ctx.ports.public_url is not None)


@command("hook list", help="Who reports to this board", is_admin=True)
async def list_(ctx: Context) -> Card:
    return hooks_card(await ctx.read(list_hooks))


@command("hook rotate", help="Give a hook a new secret", is_admin=True)
async def rotate(ctx: Context, number: Annotated[int, WHICH]) -> Card:
    secret = _random(_SECRET_LENGTH)
    known = {hook.id: hook for hook in await ctx.read(list_hooks)}.get(number)
    sealed = _sealed(ctx, known.public_id, secret) if known else ""
    hook = await ctx.do(rotate_hook, number=number, secret=sealed)
    return rotated_card(hook, url=_address(ctx, hook), secret=secret)


@command("hook revoke", help="Take nothing from a hook any more", is_admin=True)
async def revoke(ctx: Context, number: Annotated[int, WHICH]) -> Card:
    return revoked_card(await ctx.do(revoke_hook, number=number))


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def _sealed(ctx: Context, public_id: str, secret: str) -> str:
    return ctx.ports.vault.seal(secret, about=f"hook {public_id}")


def _address(ctx: Context, hook: Hook) -> str:
    base = (ctx.ports.public_url or ctx.ports.local_url).rstrip("/")
    return f"{base}/webhooks/{hook.provider}/{hook.public_id}"
