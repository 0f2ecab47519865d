"""trigger_id: what a person did a moment ago lets the app show one view."""

import re
from dataclasses import replace

from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.records import Interaction
from tests.fakes.slack.world import World

LIFETIME = 3.0
_FORM = re.compile(r"\d+\.\d+\.[0-9a-f]+")


def interaction_of_trigger(world: World, team: str, trigger: str) -> Interaction:
    """Raises invalid_trigger_id, exchanged_trigger_id and expired_trigger_id."""
    interaction = world.interactions.get(trigger.partition(".")[0]) if _FORM.fullmatch(trigger) else None
    if interaction is None or interaction.trigger_id != trigger or interaction.team != team:
        raise SlackError("invalid_trigger_id")
    if interaction.is_exchanged:
        raise SlackError("exchanged_trigger_id")
    if world.clock.now() - interaction.at > LIFETIME:
        raise SlackError("expired_trigger_id")
    return interaction


def exchange(world: World, interaction: Interaction) -> None:
    world.put(replace(interaction, is_exchanged=True))
