"""The fake Discord through discord.py itself: what a person does, and what comes of it."""

from collections.abc import Iterator

import discord
import pytest

from tests.fakes.discord.discord import Discord
from tests.fakes.discord.person import CannotUse, DiscordPerson
from tests.fakes.discord.server import DiscordServer
from tests.fakes.discord.small_app import Running, running
from tests.fakes.discord.small_guild import ANA, APP, BEN, GENERAL, GUILD, add_small_guild


@pytest.fixture(scope="module")
def server() -> Iterator[Discord]:
    with DiscordServer() as server:
        add_small_guild(server)
        yield server


@pytest.fixture(scope="module")
def app(server: Discord) -> Iterator[Running]:
    with running(server) as app:
        yield app
    assert [one for one in server.violations() if one.kind != "late"] == []


@pytest.fixture
def ana(server: Discord, app: Running) -> DiscordPerson:
    return server.person(ANA)


def test_a_command_is_answered_in_the_channel(server: Discord, ana: DiscordPerson) -> None:
    answer = ana.command("echo say", GENERAL, words="hello", who=BEN)
    assert (answer.kind, answer.text, answer.is_private) == ("message", "hello @ben", False)
    assert answer.message is not None
    assert answer.message.pings == ()
    assert server.messages(GENERAL)[-1].id == answer.message.id


def test_a_client_offers_only_what_was_declared(ana: DiscordPerson) -> None:
    for line, options, words in [
        ("echo shout", {}, "no 'shout'"),
        ("echo", {}, "cannot be used without one of"),
        ("lab task", {}, "no /lab here"),
        ("echo say", {"words": "a", "loud": True}, "no option"),
        ("echo say", {}, "words must be given"),
        ("echo say", {"words": 7}, "does not take 7"),
    ]:
        with pytest.raises(CannotUse, match=words):
            ana.command(line, GENERAL, **options)


def test_an_option_is_completed(ana: DiscordPerson) -> None:
    choices = ana.complete("echo say", "words", "x", GENERAL)
    assert [one["value"] for one in choices] == ["xa", "xb"]


def test_a_deferred_answer_and_what_follows(server: Discord, ana: DiscordPerson) -> None:
    answer = ana.command("echo later", GENERAL)
    assert answer.kind == "deferred"
    assert answer.finished().text == "there it is"
    server.wait_until(lambda: [one for one in ana.sees(GENERAL) if one.content == "and more"])
    assert not any(one.only_for for one in server.messages(GENERAL))


def test_a_form(ana: DiscordPerson) -> None:
    answer = ana.command("echo form", GENERAL)
    assert answer.form.text == "[form] What to say\n  Words:"
    with pytest.raises(CannotUse, match="1 to 20 characters"):
        ana.submit(answer, Words="x" * 21)
    assert ana.submit(answer, Words="so").text == "from a form: so"


def test_a_button_works_for_whoever_made_it(server: Discord, ana: DiscordPerson) -> None:
    shown = ana.command("echo say", GENERAL, words="hello").message
    assert shown is not None
    pressed = server.person(BEN).press(shown, "Again")
    assert (pressed.text, pressed.is_private) == ("again hello", True)
    with pytest.raises(CannotUse, match="no 'Gone'"):
        ana.press(shown, "Gone")
    ana.deletes(shown)
    with pytest.raises(CannotUse, match="the message is gone"):
        ana.press(shown, "Again")


def test_an_entry_of_the_messages_menu(server: Discord, ana: DiscordPerson) -> None:
    said = server.person(BEN).say(GENERAL, "look here")
    assert ana.menu("Repeat", said).text == "repeated: look here"


def test_an_application_that_says_nothing(server: Discord, app: Running, ana: DiscordPerson) -> None:
    interaction = ana.begin_command("echo silent", GENERAL)
    app.wait(lambda: app.client.count("silent"))
    kept = dict(app.client.heard)["silent"]
    server.advance(3.5)
    with pytest.raises(discord.NotFound) as late:
        app.run(kept.response.send_message("too late"))
    assert late.value.code == 10062
    assert ana.answer_to(interaction).is_late
    assert server.violations("late")


def test_the_content_of_others_comes_only_with_a_mention(server: Discord, app: Running, ana: DiscordPerson) -> None:
    before = app.client.count("message")
    ana.say(GENERAL, "a secret")
    ana.mention(GENERAL, "help")
    app.wait(lambda: app.client.count("message") >= before + 2)
    contents = [what.content for kind, what in app.client.heard if kind == "message"][-2:]
    assert contents == ["", f"<@{APP}> help"]


def test_threads_posts_and_direct_messages(server: Discord, app: Running) -> None:
    async def talk() -> tuple[int, int]:
        channel = app.client.get_channel(int(GENERAL))
        forum = next(one for one in channel.guild.forums if one.name == "tasks")
        message = await channel.send("CHURN-1", nonce="once")
        thread = await message.create_thread(name="CHURN-1")
        await thread.send("it moves")
        made = await forum.create_thread(name="CHURN-2", content="a post", applied_tags=[forum.available_tags[0]])
        await made.thread.send("below it")
        user = await app.client.fetch_user(int(BEN))
        await user.send("only you")
        return thread.id, made.thread.id

    thread, post = app.run(talk())
    assert "    labkeeper: it moves" in server.channel(GENERAL).transcript()
    forum = server.channel_record(str(post)).parent
    assert server.channel(forum).transcript().splitlines() == [
        "[post] CHURN-2 (research)",
        "    labkeeper: a post",
        "    labkeeper: below it",
    ]
    assert server.direct(BEN).texts == ["only you"]
    assert app.client.get_channel(thread).parent_id == int(GENERAL)


def test_it_joins_and_leaves_guilds(server: Discord, app: Running) -> None:
    server.add_guild("1200000000000000077", "Other", ANA, (APP,))
    app.wait(lambda: app.client.count("join"))
    server.remove_bot("1200000000000000077", APP)
    app.wait(lambda: app.client.count("remove"))
    assert [guild.id for guild in app.client.guilds] == [int(GUILD)]


def test_it_hears_of_deleted_messages_and_reactions(server: Discord, app: Running, ana: DiscordPerson) -> None:
    said = ana.say(GENERAL, "soon gone")
    server.react(GENERAL, said.id, BEN, "📌")
    ana.deletes(said)
    app.wait(lambda: ("delete", int(said.id)) in app.client.heard and ("reaction", "📌") in app.client.heard)
