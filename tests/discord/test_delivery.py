"""Cards in channels, threads and forums: one message a task, edited in place, and what happens below it."""

from dataclasses import replace
from datetime import timedelta

from core.cards import Card, Image
from core.deliveries import Picture, Post
from tests.discord.harness import ANA, BEN, GENERAL, DiscordBoard, channel_ref, connected
from tests.fakes.discord.server import DiscordServer
from tests.fakes.discord.small_guild import APP, ATTIC, TASKS, add_small_guild


def test_a_task_has_one_message_that_is_edited_and_a_thread_that_tells(churn: DiscordBoard) -> None:
    churn.lab("task new Try focal loss kind:feature", by=BEN)
    churn.settle()
    (root,) = churn.channel().messages
    churn.lab("task start CHURN-1", by=BEN)
    churn.settle()
    churn.lab("task note CHURN-1 lr 3e-4 diverges", by=BEN)
    churn.settle()
    (again,) = churn.channel().messages
    assert again.id == root.id
    assert again.edits >= 1
    assert "doing" in churn.channel().text(again)
    told = [churn.channel().text(reply) for reply in churn.channel().replies(again)]
    assert "moved it from todo to doing" in told[0]
    assert "lr 3e-4 diverges" in told[1]
    (thread,) = churn.channel().threads
    assert thread.record.name == "CHURN-1 Try focal loss"


def test_nobody_is_notified_but_whom_the_card_mentions(churn: DiscordBoard) -> None:
    churn.lab("task new Ask @everyone and @here kind:feature owner:@ben")
    churn.lab("task note CHURN-1 @everyone look, and @ben too")
    churn.settle()
    seen = [*churn.channel().messages, *churn.channel().replies(churn.channel().messages[0])]
    assert len(seen) == 2
    assert all(message.pings == () for message in seen)


def test_in_a_forum_a_task_is_a_post(board: DiscordBoard) -> None:
    board.admin("project new CHURN name:Churn model", channel=TASKS)
    board.lab("task new Try focal loss kind:feature", channel=TASKS)
    board.settle()
    board.lab("task start CHURN-1", channel=TASKS)
    board.settle()
    shown = board.channel(TASKS).transcript()
    assert shown.startswith("[post] CHURN-1 Try focal loss")
    assert shown.count("[post]") == 1
    assert "doing" in shown
    assert "moved it from todo to doing" in shown


def test_a_prompt_stands_in_the_channel_leads_to_the_thread_and_is_edited_to_its_outcome(churn: DiscordBoard) -> None:
    churn.lab("task new Try focal loss kind:investigate box:1d owner:me", by=BEN)
    churn.lab("task start CHURN-1", by=BEN)
    churn.settle()
    churn.go_to(churn.box_end())
    prompt = churn.channel().messages[-1]
    assert prompt.pings == (BEN,)
    root = churn.channel().messages[0]
    assert f"<#{root.id}>" in str(prompt.components)
    form = churn.person(BEN).press(prompt, "Drop")
    assert form.kind == "modal"
    churn.person(BEN).submit(form, **{"field.learned": "Tails need more data"})
    churn.settle()
    decided = churn.channel().messages[-1]
    assert decided.id == prompt.id
    assert "Tails need more data" in churn.channel().text(decided)
    assert "custom_id" not in str([one for one in decided.components if "decide" in str(one)])


def test_a_deleted_root_is_posted_once_more(churn: DiscordBoard) -> None:
    churn.lab("task new Try focal loss kind:feature")
    churn.settle()
    churn.person().deletes(churn.channel().messages[0])
    churn.lab("task start CHURN-1")
    churn.settle()
    (again,) = churn.channel().messages
    assert "doing" in churn.channel().text(again)


def test_a_channel_that_is_closed_is_told_to_whoever_can_open_it_and_opened(board: DiscordBoard) -> None:
    board.admin("project new CHURN name:Churn model", channel=ATTIC)
    board.lab("task new Try focal loss kind:feature", channel=ATTIC)
    board.settle()
    assert board.channel(ATTIC).messages == []
    told = board.discord.direct(ANA).texts
    assert len(told) == 1
    assert "#attic" in told[0]
    assert "Send Messages" in told[0]
    board.discord.overwrite(ATTIC, APP, deny=())
    board.discord.wait_until(lambda: board.deliveries(ATTIC)[0][1] != "parked")
    board.settle()
    assert "CHURN-1" in board.channel(ATTIC).transcript()


def test_a_channel_that_was_opened_while_the_bot_was_away_hears_what_waited(sqlite_url: str) -> None:
    with DiscordServer() as discord:
        add_small_guild(discord)
        with connected(discord, sqlite_url) as board:
            board.admin("project new CHURN name:Churn model", channel=ATTIC)
            board.lab("task new Try focal loss kind:feature", channel=ATTIC)
            board.settle()
            assert board.channel(ATTIC).messages == []
        discord.overwrite(ATTIC, APP, deny=())
        with connected(discord, sqlite_url) as again:
            discord.wait_until(lambda: again.deliveries(ATTIC)[0][1] != "parked")
            again.settle()
            assert "CHURN-1" in again.channel(ATTIC).transcript()


def test_channel_check_names_the_permission_that_is_missing(churn: DiscordBoard) -> None:
    said = churn.admin("channel check channel:#attic")
    assert "I cannot post in #attic yet." in said
    assert "Send Messages, Send Messages in Threads" in said
    assert "Permissions" in said
    assert "I can post in #general." in churn.admin("channel check channel:#general")


def test_an_interrupted_message_is_found_and_not_posted_twice(sqlite_churn: DiscordBoard) -> None:
    board = sqlite_churn
    board.lab("task new Try focal loss kind:feature")
    board.stop_in_the_middle(is_posted=True)
    board.later(600)
    with connected(board.discord, board.database_url, clock=board.clock, is_chat=False) as again:
        again.settle()
        assert len(again.channel().messages) == 1
        assert ("root", "sent", "") in again.deliveries()


def test_an_interrupted_message_that_did_not_arrive_is_posted(sqlite_churn: DiscordBoard) -> None:
    board = sqlite_churn
    board.lab("task new Try focal loss kind:feature")
    board.stop_in_the_middle(is_posted=False)
    board.later(600)
    board.settle()
    assert len(board.channel().messages) == 1


def test_an_interrupted_post_of_a_forum_is_found(sqlite_board: DiscordBoard) -> None:
    board = sqlite_board
    board.admin("project new CHURN name:Churn model", channel=TASKS)
    board.lab("task new Try focal loss kind:feature", channel=TASKS)
    board.stop_in_the_middle(is_posted=True)
    board.later(600)
    board.settle()
    assert len(board.channel(TASKS).threads) == 1


def test_a_picture_stands_in_the_thread_is_found_again_and_is_words_where_none_may_stand(
    sqlite_board: DiscordBoard,
) -> None:
    board, chat = sqlite_board, sqlite_board.connection.chat
    card = Card(("Runs a week",), (Image("0" * 64, "12, then 31"),))
    root = board.run(chat.post(Post(channel=channel_ref(), card=Card(("The week",)), marker="week")))
    picture = Picture("digest-1-1.png", "Runs a week", "12, then 31", b"\x89PNG\r\n\x1a\n")
    post = Post(channel=channel_ref(), card=card, marker="chart", thread=root, picture=picture)
    shown = board.run(chat.post(post))
    assert board.run(chat.find(post, since=board.clock.now() - timedelta(minutes=2))) == shown
    board.discord.overwrite(GENERAL, APP, deny=("attach_files",))
    board.run(chat.post(replace(post, marker="another")))
    first, second = board.channel().replies(board.channel().messages[0])
    assert first.files == ("digest-1-1.png",)
    assert second.files == ()
    assert "12, then 31" in board.channel().text(second)
