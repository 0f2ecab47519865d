"""What a test does to the fake and asks of it. Every operation takes and returns plain values and records, so that it
works the same over HTTP (`POST /_control/<operation>`)."""

from tests.fakes.discord.arranging import Arranging
from tests.fakes.discord.faults import Faults
from tests.fakes.discord.gateway import Gateway
from tests.fakes.discord.observing import Observing
from tests.fakes.discord.people import People
from tests.fakes.discord.rates import Rates
from tests.fakes.discord.world import World


class Control(Arranging, People, Observing):
    def __init__(self, world: World, base_url: str) -> None:
        self.world = world
        self.base_url = base_url
        self.faults = Faults()
        self.rates = Rates(world)
        self.gateway = Gateway(world, self.faults)
        self.gateway.url = base_url.replace("http://", "ws://") + "/"


OPERATIONS = frozenset(
    name
    for part in (Arranging, People, Observing)
    for name, member in vars(part).items()
    if callable(member) and not name.startswith("_") and name != "file_content"
)
