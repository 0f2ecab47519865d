"""What stands on people's screens, and what they fill in there."""

import base64
from dataclasses import replace

from tests.fakes.slack import views
from tests.fakes.slack.records import View
from tests.fakes.slack.view_state import Values
from tests.fakes.slack.world import World


class Screens:
    world: World

    def view(self, view: str) -> View:
        """As it is now, open or not."""
        return self.world.views[view]

    def modals(self, team: str, user: str) -> list[View]:
        """What is open on this person's screen, the topmost last."""
        with self.world.lock:
            return views.stack(self.world, team, user)

    def home(self, team: str, user: str) -> View | None:
        """What was published for this person."""
        with self.world.lock:
            return views.home_of(self.world, team, user)

    def fill(self, view: str, values: Values) -> View:
        """Replaces what stands in these fields."""
        with self.world.lock:
            known = self.world.views[view]
            merged = {
                block: {**known.values.get(block, {}), **values.get(block, {})} for block in known.values | values
            }
            changed = replace(known, values=merged)
            self.world.put(changed)
            return changed

    def close_views(self, team: str, user: str, *, all_of_them: bool = False) -> list[View]:
        """Closes the topmost modal, or all; returns them as they were, the topmost first."""
        with self.world.lock:
            open_now = views.stack(self.world, team, user)[::-1]
            closed = open_now if all_of_them else open_now[:1]
            views.close(self.world, closed)
            return closed

    def answer_submission(self, view: str, body: str) -> list[str]:
        """`body` is base64. Why Slack would show an error instead of doing what the app answered."""
        with self.world.lock:
            return list(views.answer_submission(self.world, self.world.views[view], base64.b64decode(body)))

    def enable_home(self, team: str, is_enabled: bool = True) -> None:
        """The app's Home tab."""
        with self.world.lock:
            self.world.put(replace(self.world.workspaces[team], has_home=is_enabled))
