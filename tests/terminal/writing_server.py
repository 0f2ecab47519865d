"""A server that also writes: says every task it made, and goes on until it is killed. Run as a program."""

from bot.app import App
from bot.dispatch import Outcome
from bot.platforms.terminal.session import run_words
from bot.settings import Settings


def main() -> None:
    app = App.open_server(Settings.load())
    number = 0
    while True:
        number += 1
        answer, _ = run_words(app, "lab", ["task", "new", f"Task {number} of the server"], team_name=None)
        assert answer.outcome is Outcome.DONE, answer
        print(f"made {dict(answer.card.facts)['task']}", flush=True)


if __name__ == "__main__":
    main()
