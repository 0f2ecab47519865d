"""Where a private answer is taken that comes later, as text that can be sealed."""

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Address:
    """Of an interaction. Where it was answered by “thinking…”, the answer takes that place."""

    application: str
    token: str
    is_deferred: bool = False

    @property
    def text(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, text: str) -> "Address":
        """Raises `ValueError` for what is none."""
        try:
            return cls(**json.loads(text))
        except TypeError as error:
            raise ValueError("no address of an answer") from error
