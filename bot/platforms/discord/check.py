"""What `labkeeper check` says of Discord."""

from bot.platforms.discord.api import DiscordApi, point_at
from bot.platforms.discord.permissions import INVITED_WITH
from bot.platforms.discord.shards import ending_of
from bot.settings import Settings
from core.deliveries import DeliveryError, Refused

# Of identifications a day that Discord allows: fewer are soon used up by restarts.
_FEW = 50
Line = tuple[str, str]


async def check_discord(settings: Settings) -> list[Line]:
    """Connects to nothing: it asks whose token it is, where it is, and what is left of it."""
    assert settings.discord_token is not None
    point_at(settings.discord_api_url, settings.discord_gateway_url)
    api = DiscordApi(settings.discord_token.get_secret_value())
    try:
        me = await api.call("GET", "/users/@me")
        application = await api.call("GET", "/oauth2/applications/@me")
        return [
            ("ok", f"connected as {me.get('username')}, application {application.get('id')}"),
            *_of_application(application),
            *await _of_guilds(api, str(application.get("id"))),
            *await _of_gateway(api),
        ]
    except DeliveryError as error:
        return [("problem", f"{ending_of(error.__cause__).words}: no card can be posted until it answers")]
    finally:
        await api.close()


def invite_address(application: str) -> str:
    permissions = sum(INVITED_WITH.values())
    scopes = "bot+applications.commands"
    return f"https://discord.com/oauth2/authorize?client_id={application}&scope={scopes}&permissions={permissions}"


def _of_application(application: dict[str, object]) -> list[Line]:
    if not application.get("interactions_endpoint_url"):
        return []
    return [
        (
            "problem",
            "the app has an Interactions Endpoint URL, so no command comes through the gateway: clear it on the app's"
            " page, General Information",
        )
    ]


async def _of_guilds(api: DiscordApi, application: str) -> list[Line]:
    try:
        guilds = await api.call("GET", "/users/@me/guilds")
    except Refused:
        return []
    names = ", ".join(str(guild.get("name")) for guild in guilds[:5])
    invite = ("note", f"invite it with {invite_address(application)}")
    if not guilds:
        return [("problem", "it is in no server yet: nobody can use it"), invite]
    return [("ok", f"in {len(guilds)} {'server' if len(guilds) == 1 else 'servers'}: {names}"), invite]


async def _of_gateway(api: DiscordApi) -> list[Line]:
    try:
        gateway = await api.call("GET", "/gateway/bot")
    except Refused:
        return []
    limit = gateway.get("session_start_limit") or {}
    left, shards = int(limit.get("remaining", 1_000)), int(gateway.get("shards", 1))
    words = f"the gateway wants {shards} {'shard' if shards == 1 else 'shards'}; {left} connections are left today"
    return [("ok" if left > _FEW else "problem", words)]
