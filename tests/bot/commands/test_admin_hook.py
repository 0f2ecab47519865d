from core.hooks import list_hooks
from tests.bot.speaker import Speaker
from tests.drivers import VAULT


def test_a_new_hook_says_what_to_put_in_and_keeps_its_secret_sealed(ana: Speaker) -> None:
    said = ana.done("lab-admin hook new github project:CHURN repo:acme/churn", "Payload URL", "not shown again")
    (hook,) = ana.board.read(list_hooks)
    assert said.facts["url"].endswith(f"/webhooks/github/{hook.public_id}")
    assert VAULT.open(hook.secret, about=f"hook {hook.public_id}") == said.facts["secret"]
    assert said.facts["secret"] not in hook.secret
    assert said.answer.share is None
    assert said.facts["secret"] not in ana.done("lab-admin hook list", "acme/churn", "never").text


def test_a_hook_gets_a_new_secret_and_keeps_the_old_one_for_a_day(ana: Speaker) -> None:
    first = ana.done("lab-admin hook new github project:CHURN").facts
    second = ana.done(f"lab-admin hook rotate {first['hook']}", "within 24 hours").facts
    assert second["url"] == first["url"]
    (hook,) = ana.board.read(list_hooks)
    opened = [VAULT.open(sealed, about=f"hook {hook.public_id}") for sealed in hook.secrets(ana.now)]
    assert opened == [second["secret"], first["secret"]]
    ana.refused(f"lab-admin hook rotate {first['hook']}", "less than a day ago")


def test_a_revoked_hook_is_gone(ana: Speaker) -> None:
    number = ana.done("lab-admin hook new github project:CHURN").facts["hook"]
    ana.done(f"lab-admin hook revoke {number}", "is revoked")
    ana.done("lab-admin hook list", "Nothing reports to this board yet")
    for verb in ("rotate", "revoke"):
        ana.refused(f"lab-admin hook {verb} {number}", f"There is no hook {number}", "hook list")


def test_only_administrators_make_hooks(ana: Speaker) -> None:
    ana.beside("bo").refused("lab-admin hook new github project:CHURN", "administrator")
