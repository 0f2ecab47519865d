"""Secrets at rest: nobody reads them without the key, and keys can be exchanged."""

import os
import stat
import threading

import pytest

from bot.vault import SealBroken, Vault
from core.errors import Unavailable

OLD, NEW = "an old key, long enough", "a new key, long enough too"


def test_what_is_sealed_opens_again_and_shows_nothing():
    sealed = Vault([OLD]).seal("xoxb-hidden", about="hook 1")
    assert "hidden" not in sealed
    assert Vault([OLD]).open(sealed, about="hook 1") == "xoxb-hidden"


def test_the_same_secret_never_looks_the_same():
    vault = Vault([OLD])
    assert vault.seal("a", about="x") != vault.seal("a", about="x")


@pytest.mark.parametrize(
    ("keys", "about"), [([NEW], "hook 1"), ([OLD], "hook 2"), ([], "hook 1")], ids=["key", "row", "no key"]
)
def test_another_key_or_another_row_opens_nothing(keys, about):
    sealed = Vault([OLD]).seal("s", about="hook 1")
    with pytest.raises(SealBroken):
        Vault(keys).open(sealed, about=about)


@pytest.mark.parametrize("at", [0, 10, -3])
def test_a_changed_seal_is_broken(at):
    sealed = list(Vault([OLD]).seal("s", about=""))
    sealed[at] = "A" if sealed[at] != "A" else "B"
    with pytest.raises(SealBroken):
        Vault([OLD]).open("".join(sealed), about="")


@pytest.mark.parametrize("sealed", ["", ".", "nonsense", f"{'0' * 8}.AAAA", "ü.ü"])
def test_what_was_never_sealed_is_broken(sealed):
    with pytest.raises(SealBroken):
        Vault([OLD]).open(sealed, about="")


def test_while_keys_are_exchanged_the_first_seals_and_both_open():
    before, after = Vault([OLD]).seal("s", about=""), Vault([NEW, OLD])
    assert after.open(before, about="") == "s"
    assert after.needs_new_seal(before)
    again = after.seal("s", about="")
    assert not after.needs_new_seal(again)
    assert Vault([NEW]).open(again, about="") == "s"


def test_without_a_key_nothing_is_kept_and_the_operator_is_named():
    with pytest.raises(Unavailable, match="SECRET_KEY") as error:
        Vault.of(None, None).seal("s", about="")
    assert "labkeeper check" in error.value.hint


def test_several_keys_stand_between_commas():
    sealed = Vault.of(OLD.replace(",", ""), None).seal("s", about="")
    assert Vault.of(f" {NEW} , {OLD.replace(',', '')} ", None).open(sealed, about="") == "s"


def test_a_key_beside_the_database_is_made_once_and_only_its_owner_reads_it(tmp_path):
    path = tmp_path / "labkeeper.db.key"
    sealed = Vault.of(None, path).seal("s", about="")
    assert Vault.of(None, path).open(sealed, about="") == "s"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == [path.name]


def test_many_who_start_at_once_agree_on_one_key(tmp_path):
    path, vaults, gate = tmp_path / "key", [], threading.Barrier(8)

    def start():
        gate.wait()
        vaults.append(Vault.of(None, path))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sealed = [vault.seal("s", about="") for vault in vaults]
    assert all(vault.open(one, about="") == "s" for vault in vaults for one in sealed)


@pytest.mark.parametrize("content", ["", "x", "not base64 at all!", "AAAA", "\u00e9"])
def test_what_is_no_seal_at_all_is_broken_and_nothing_worse(content):
    key_id = Vault([NEW]).seal("s", about="").partition(".")[0]
    with pytest.raises(SealBroken):
        Vault([NEW]).open(f"{key_id}.{content}", about="")
