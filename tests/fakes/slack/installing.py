"""OAuth as a test arranges and sees it."""

from dataclasses import replace

from tests.fakes.slack import oauth
from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.records import App, Authorization, Grant
from tests.fakes.slack.world import World


class Installing:
    world: World

    def add_app(
        self,
        redirect_uris: tuple[str, ...],
        app: str = "A001",
        client_id: str = "111.222",
        client_secret: str = "client-secret",
        rotates_tokens: bool = False,
    ) -> App:
        """`redirect_uris` are beginnings of addresses. The app-level token is `xapp-` and its id."""
        added = App(app, f"xapp-{app}", client_id, client_secret, tuple(redirect_uris), rotates_tokens)
        self.world.put(added)
        return added

    def authorizations(self) -> list[Authorization]:
        with self.world.lock:
            return list(self.world.authorizations.values())

    def grants(self, team: str = "") -> list[Grant]:
        """Tokens that were given out, oldest first."""
        with self.world.lock:
            return [grant for grant in self.world.grants.values() if team in (grant.team, "")]

    def ask_for_installation(self, query: dict[str, str]) -> Authorization:
        """What a visit to `/oauth/v2/authorize` does. Raises ValueError."""
        with self.world.lock:
            try:
                return oauth.ask(self.world, query)
            except SlackError as error:
                raise ValueError(error.code) from error

    def decide_installation(self, authorization: str, team: str, user: str, approves: bool = True) -> str:
        """The address that the person's browser is sent to."""
        with self.world.lock:
            asked = self.world.authorizations[authorization]
            return oauth.approve(self.world, asked, team, user) if approves else oauth.deny(self.world, asked)

    def expire_tokens(self, team: str) -> None:
        """At once."""
        with self.world.lock:
            for grant in self.grants(team):
                if grant.refresh_token:
                    self.world.put(replace(grant, expires_at=self.world.clock.now()))
