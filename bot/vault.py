"""Secrets at rest: sealed with a key of the operator's, and bound to what they are for."""

import base64
import os
import secrets
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Self

from core.errors import Unavailable

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12  # bytes, as AES-GCM wants it
_KEY_ID = 8  # hex digits: tells keys apart, and says nothing about them
_GENERATED = 48  # bytes of a key that nobody chose


class SealBroken(Exception):
    """What is stored was not sealed with any of the keys, or for another purpose."""


class Vault:
    """AES-256-GCM. Seals with the first key and opens with any, so that keys can be rotated one at a time.

    `about` says what a secret belongs to: a row that was copied over another one does not open.
    """

    def __init__(self, keys: Sequence[str], *, kept_in: Path | None = None) -> None:
        """Without keys, the one in the file `kept_in`, which is made when it is first needed."""
        self._given, self._kept_in = tuple(keys), kept_in

    @classmethod
    def of(cls, secret_key: str | None, kept_in: Path | None) -> Self:
        """From `SECRET_KEY`, several with commas, or else from the file."""
        return cls([key.strip() for key in (secret_key or "").split(",") if key.strip()], kept_in=kept_in)

    def seal(self, secret: str, *, about: str) -> str:
        """Raises `Unavailable` where the operator has set no key."""
        if self._first is None:
            raise Unavailable(
                "This server has no SECRET_KEY, so it cannot keep a secret.",
                "Nothing was changed. Whoever runs Labkeeper can set one; labkeeper check says how.",
            )
        nonce = os.urandom(_NONCE)
        sealed = self._cipher(self._first).encrypt(nonce, secret.encode(), about.encode())
        return f"{self._first}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, *, about: str) -> str:
        """Raises `SealBroken`."""
        from cryptography.exceptions import InvalidTag

        key_id, _, content = sealed.partition(".")
        if key_id not in self._keys:
            raise SealBroken("sealed with a key that is not in SECRET_KEY")
        try:
            raw = base64.urlsafe_b64decode(content)
            return self._cipher(key_id).decrypt(raw[:_NONCE], raw[_NONCE:], about.encode()).decode()
        except (InvalidTag, ValueError):
            raise SealBroken("changed, or sealed for something else") from None

    def opens(self, sealed: str, *, about: str) -> bool:
        try:
            self.open(sealed, about=about)
        except SealBroken:
            return False
        return True

    def needs_new_seal(self, sealed: str) -> bool:
        """Whether it is sealed with a key that is being rotated out."""
        return sealed.partition(".")[0] != self._first

    @cached_property
    def _in_order(self) -> tuple[str, ...]:
        return self._given or ((_kept_key(self._kept_in),) if self._kept_in is not None else ())

    @cached_property
    def _keys(self) -> dict[str, bytes]:
        return {_key_id(key): _derive(key) for key in self._in_order}

    @property
    def _first(self) -> str | None:
        return next(iter(self._keys), None)

    def _cipher(self, key_id: str) -> "AESGCM":
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        return AESGCM(self._keys[key_id])


def _kept_key(path: Path) -> str:
    """Made whole by whoever comes first: of two processes that start at once, both use the one that is there."""
    if not path.exists():
        descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=path.name)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(_GENERATED))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
        os.unlink(draft)
    return path.read_text().strip()


def _derive(key: str) -> bytes:
    # A key of any length and form, made to the cipher's; the operator's is long and random, so no slow hash is needed.
    return sha256(b"labkeeper vault 1\0" + key.encode()).digest()


def _key_id(key: str) -> str:
    return sha256(b"labkeeper key id\0" + key.encode()).hexdigest()[:_KEY_ID]
