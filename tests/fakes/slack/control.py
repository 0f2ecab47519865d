"""What a test does to the fake and asks of it. Every operation takes and returns plain values and records, so that it
works the same over HTTP (`POST /_control/<operation>`)."""

from tests.fakes.slack.arranging import Arranging
from tests.fakes.slack.faults import Faults
from tests.fakes.slack.installing import Installing
from tests.fakes.slack.observing import Observing
from tests.fakes.slack.people import People
from tests.fakes.slack.rates import Rates
from tests.fakes.slack.screens import Screens
from tests.fakes.slack.socket_mode import SocketMode
from tests.fakes.slack.sockets import Sockets
from tests.fakes.slack.world import World


class Control(Arranging, People, Screens, SocketMode, Installing, Observing):
    def __init__(self, world: World, base_url: str) -> None:
        self.world = world
        self.base_url = base_url
        self.faults = Faults()
        self.rates = Rates(world)
        self.sockets = Sockets(world, self.faults, self.acknowledge_envelope, self.send_due_envelopes)


OPERATIONS = frozenset(
    name
    for part in (Arranging, People, Screens, SocketMode, Installing, Observing)
    for name, member in vars(part).items()
    if callable(member) and not name.startswith("_")
)
