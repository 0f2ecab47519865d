"""What comes too late, too long, from whom it should not, or cannot be told where it was meant to be."""

from datetime import timedelta

import pytest

from tests.discord.harness import ANA, BEN, GENERAL, DiscordBoard
from tests.fakes.discord.faults import hanging, refusal, server_error
from tests.fakes.discord.small_guild import APP, ATTIC, OTHER_BOT


@pytest.fixture
def churn(sqlite_churn: DiscordBoard) -> DiscordBoard:
    """No database can change any of it."""
    return sqlite_churn


def test_what_takes_longer_than_two_seconds_is_answered_after_thinking(churn: DiscordBoard) -> None:
    churn.connection.answers.ready_within = timedelta(seconds=0)
    answer = churn.say("task new Slowly kind:feature")
    assert answer.kind == "deferred"
    done = answer.finished()
    assert "CHURN-1" in done.text
    assert done.is_private


def test_a_form_that_comes_too_late_is_not_opened_and_says_so(churn: DiscordBoard) -> None:
    churn.connection.answers.ready_within = timedelta(seconds=0)
    answer = churn.say("task new")
    assert answer.kind == "deferred"
    assert "too long for a form" in answer.finished().text


def test_what_was_done_and_could_not_be_answered_is_told_in_private(churn: DiscordBoard) -> None:
    churn.discord.fault("callback", refusal(10062))
    churn.person().begin_command("lab task new", GENERAL, title="In vain", kind="feature")
    told = churn.discord.wait_until(lambda: direct_texts(churn, ANA))
    assert "CHURN-1" in told[0]
    assert churn.count("tasks") == 1


def test_outside_of_a_server_it_says_where_to_speak(churn: DiscordBoard) -> None:
    # Discord offers the commands there only where an older version declared them so.
    direct, before = churn.person(BEN).direct_channel(), len(churn.discord.calls("callback"))
    churn.discord.tell("INTERACTION_CREATE", in_direct_messages(churn, direct.id), app=APP)
    call = churn.discord.wait_until(lambda: churn.discord.calls("callback")[before:])[0]
    assert "Say it in a channel of your team's server" in str(call.arguments)


def test_a_bot_is_not_listened_to(churn: DiscordBoard) -> None:
    churn.discord.say(GENERAL, OTHER_BOT, f"<@{APP}> task new From a bot")
    said = churn.person(BEN).mention(GENERAL, "task list")
    churn.discord.wait_until(lambda: [one for one in churn.discord.messages(GENERAL) if one.reference == said.id])
    assert churn.count("tasks") == 0


def test_who_takes_no_direct_messages_is_told_in_the_tasks_thread(churn: DiscordBoard) -> None:
    churn.lab("task new Try focal loss kind:feature")
    churn.settle()
    churn.discord.let_write(ANA, takes_direct=False)
    churn.admin("watch add CHURN", channel=ATTIC)
    churn.lab("task note CHURN-1 anything")
    churn.settle()
    shown = churn.transcript()
    assert "whose direct messages are closed to me" in shown
    assert "I cannot post in #attic any more." in shown
    assert [one.pings for one in churn.channel().replies(churn.channel().messages[0]) if one.pings] == [(ANA,)]


@pytest.mark.parametrize("fault", [server_error(503), hanging(0.3, is_carried_out=True)], ids=["503", "slow"])
def test_discord_that_stumbles_is_asked_again_and_nothing_is_said_twice(
    sqlite_churn: DiscordBoard, fault: object
) -> None:
    board = sqlite_churn
    board.lab("task new Try focal loss kind:feature")
    board.discord.fault("messages.create", fault)  # type: ignore[arg-type]
    board.settle()
    board.later(60)
    board.settle()
    assert len(board.channel().messages) == 1


def test_a_value_of_ten_thousand_characters_is_refused_in_words(churn: DiscordBoard) -> None:
    said = churn.lab(f"task new {'x' * 5_000} kind:feature")
    assert "characters" in said
    assert churn.count("tasks") == 0


def direct_texts(board: DiscordBoard, user: str) -> list[str]:
    try:
        return board.discord.direct(user).texts
    except LookupError:
        return []


def in_direct_messages(board: DiscordBoard, channel: str) -> dict:  # type: ignore[type-arg]
    user = {"id": BEN, "username": "ben", "discriminator": "0", "avatar": None, "global_name": "Ben", "bot": False}
    return {
        "id": "1576665326874009999", "application_id": APP, "type": 2, "token": "x" * 32, "version": 1,
        "user": user, "channel": {"id": channel, "type": 1, "last_message_id": None,
        "recipients": [user]},
        "channel_id": channel, "locale": "en-US", "entitlements": [], "attachment_size_limit": 1,
        "app_permissions": "0",
        "authorizing_integration_owners": {}, "context": 1,
        "data": {"id": "1", "name": "lab", "type": 1, "options": [{"name": "help", "type": 1, "options": []}]},
    }  # fmt: skip
