"""The catalogue as text: the README's table and the snapshot that makes a changed promise visible in review.

`make catalogue` writes both anew.
"""

import json
from pathlib import Path

from bot.app import load_catalogue
from bot.catalogue import Catalogue
from bot.command import Command, Option, Place

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
SNAPSHOT = Path(__file__).parent / "contracts" / "catalogue.json"
BEGIN, END = "<!-- commands: made by `make catalogue` -->", "<!-- end of commands -->"


def snapshot(catalogue: Catalogue) -> str:
    commands = [
        {
            "line": command.line,
            "help": command.help,
            "options": [
                {
                    "name": option.name,
                    "help": option.help,
                    "place": option.place.value,
                    "required": option.required,
                    **({"choices": list(option.choices)} if option.choices else {}),
                }
                for option in command.options
            ],
        }
        for command in catalogue.commands
    ]
    return json.dumps(commands, indent=1, ensure_ascii=False) + "\n"


def table(catalogue: Catalogue) -> str:
    rows = [
        f"| {_code(f'/{command.root} {command.name}{_words(command)}')} | {command.help} | {_keys(command)} |"
        for command in _ordered(catalogue)
    ]
    return "\n".join(["| command | does | may have |", "|---|---|---|", *rows])


def readme_with(table: str, readme: str) -> str:
    head, _, rest = readme.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}\n{table}\n{END}{tail}"


def _ordered(catalogue: Catalogue) -> list[Command]:
    return sorted(catalogue.commands, key=lambda command: (command.is_admin, command.noun != "task"))


def _words(command: Command) -> str:
    """The options that stand as free words, and those that must be given."""
    return "".join(f" {option.usage}" for option in command.options if _is_word(option))


def _keys(command: Command) -> str:
    return " ".join(_code(f"{option.name}:") for option in command.options if not _is_word(option))


def _is_word(option: Option) -> bool:
    return option.required or option.place is not Place.KEY


def _code(text: str) -> str:
    return f"`{text}`".replace("|", "\\|")


def write() -> None:
    catalogue = load_catalogue()
    SNAPSHOT.write_text(snapshot(catalogue), encoding="utf-8")
    README.write_text(readme_with(table(catalogue), README.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    write()
