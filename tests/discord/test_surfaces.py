"""Commands, forms, buttons, menus and completion, as people use them in Discord."""

import pytest

from tests.discord.harness import ANA, BEN, GENERAL, DiscordBoard, connected
from tests.fakes.discord.person import CannotUse
from tests.fakes.discord.server import DiscordServer
from tests.fakes.discord.small_guild import GUS, RANDOM, add_small_guild


def test_what_is_missing_is_asked_for_in_a_form(churn: DiscordBoard) -> None:
    form = churn.say("task new", by=BEN)
    assert form.kind == "modal"
    assert form.form.text.startswith("[form] Make a task")
    answer = churn.person(BEN).submit(
        form, **{"field.title": "Try focal loss", "field.kind": ["investigate"], "field.box": "10d"}
    )
    assert answer.is_private
    assert "CHURN-1" in answer.text
    assert churn.task().title == "Try focal loss"


def test_what_was_given_stands_in_the_form_and_is_not_asked_again_by_a_button(churn: DiscordBoard) -> None:
    churn.lab("task new Try focal loss kind:investigate box:10d")
    form = churn.say("box extend CHURN-1 by:3d")
    assert form.kind == "modal"
    assert "CHURN-1" in form.form.text
    assert "3d" in form.form.text


def test_a_form_that_was_refused_says_why_and_opens_again_with_what_was_typed(churn: DiscordBoard) -> None:
    form = churn.say("task new", by=BEN)
    refused = churn.person(BEN).submit(form, **{"field.title": "Try focal loss", "field.box": "soon"})
    assert "soon" in refused.text
    assert refused.message is not None
    again = churn.person(BEN).press(refused.message, "Change and send again")
    assert "Try focal loss" in again.form.text
    assert "soon" in again.form.text
    done = churn.person(BEN).submit(again, **{"field.box": "3d", "field.kind": ["investigate"]})
    assert "CHURN-1" in done.text


def test_buttons_and_forms_work_after_a_restart(sqlite_url: str) -> None:
    with DiscordServer() as discord:
        add_small_guild(discord)
        with connected(discord, sqlite_url) as board:
            board.admin("project new CHURN name:Churn model")
            board.lab("task new Try focal loss kind:feature")
            board.settle()
            (root,) = board.channel().messages
            form = board.say("task new", by=BEN)
        with connected(discord, sqlite_url) as again:
            assert "Started" in again.press(root, "Start", by=BEN)
            assert "CHURN-2" in again.person(BEN).submit(form, **{"field.title": "After the restart"}).text


@pytest.mark.parametrize("is_card", [True, False], ids=["card", "plain message"])
@pytest.mark.parametrize("custom_id", ["task.levitate:CHURN-1", "nothing-we-know"])
def test_a_button_of_another_version_says_so(sqlite_churn: DiscordBoard, custom_id: str, is_card: bool) -> None:
    button = {"type": 2, "style": 2, "label": "Old", "custom_id": custom_id}
    row = {"type": 1, "components": [button]}
    card = {"flags": 1 << 15, "components": [{"type": 17, "components": [{"type": 10, "content": "Old card"}, row]}]}
    message = sqlite_churn.posts(card if is_card else {"content": "Old card", "components": [row]})
    answer = sqlite_churn.person(BEN).press(message, "Old")
    assert answer.is_private
    assert "from another version" in answer.text


def test_the_message_menu_makes_a_task_of_a_message(churn: DiscordBoard) -> None:
    message = churn.person(BEN).say(GENERAL, "The tails diverge, see lr 3e-4")
    form = churn.person().menu("Make a task", message)
    assert "The tails diverge" in form.form.text
    answer = churn.person().submit(form)
    assert "CHURN-1" in answer.text
    assert f"/{message.id}" in churn.lab("task show CHURN-1")


def test_the_message_menu_reports_a_data_problem(sqlite_churn: DiscordBoard) -> None:
    message = sqlite_churn.person(BEN).say(GENERAL, "clicks of 28 November are half empty")
    form = sqlite_churn.person().menu("Report a data problem", message)
    sqlite_churn.person().submit(form)
    told = sqlite_churn.lab("task show CHURN-1")
    assert "clicks of 28 November are half empty" in told
    assert "data (production) · priority now" in told
    assert f"/{message.id}" in told


def test_keys_members_and_projects_are_completed(churn: DiscordBoard) -> None:
    churn.lab("task new Try focal loss kind:feature")
    churn.lab("help", by=BEN)
    tasks = churn.person(BEN).complete("lab task show", "task", "foc", GENERAL)
    assert [one["value"] for one in tasks] == ["CHURN-1"]
    members = churn.person(BEN).complete("lab task set", "owner", "an", GENERAL, task="CHURN-1")
    assert [one["value"] for one in members] == ["@ana-admin"]
    projects = churn.person(BEN).complete("lab task new", "project", "", GENERAL)
    assert [one["value"] for one in projects] == ["CHURN"]


def test_an_answer_can_be_shared_and_is_posted_once(churn: DiscordBoard) -> None:
    churn.lab("task new Try focal loss kind:feature")
    churn.settle()
    answer = churn.say("task list", by=BEN, channel=RANDOM)
    assert answer.message is not None
    assert "Shared in #random" in churn.press(answer.message, "Share", by=BEN)
    churn.press(answer.message, "Share", by=BEN)
    churn.settle()
    (shared,) = churn.channel(RANDOM).messages
    assert "CHURN-1" in churn.channel(RANDOM).text(shared)
    assert "Shared by Ben Member" in churn.channel(RANDOM).text(shared)


def test_in_a_tasks_thread_the_task_is_left_out(churn: DiscordBoard) -> None:
    churn.lab("task new Try focal loss kind:feature")
    churn.lab("task start CHURN-1")
    churn.settle()
    (thread,) = churn.channel().threads
    answer = churn.person(BEN).command("lab task review", thread.id)
    assert "CHURN-1" in answer.text
    assert churn.task().state == "review"


def test_a_slow_command_is_deferred_and_answered_in_its_place(churn: DiscordBoard) -> None:
    answer = churn.say("channel check", root="lab-admin")
    assert answer.kind == "deferred"
    assert churn.rows("SELECT count(*) FROM jobs WHERE kind = 'command'") == [(1,)]
    churn.settle()
    done = answer.finished()
    assert "I can post in #general." in done.text
    assert done.is_private


def test_two_processes_that_both_hear_do_nothing_twice(churn: DiscordBoard) -> None:
    with connected(churn.discord, churn.database_url, clock=churn.clock, is_chat=False) as other:
        # As where the first one's lease ran out while it was away.
        other.connection.shards._holder = churn.connection.shards._holder
        with other.listening():
            for number in (1, 2, 3):
                answer = churn.say(f"task new Number {number} kind:feature")
                assert answer.kind == "message"
            churn.settle()
            churn.discord.wait_until(lambda: churn.count("tasks") >= 3)
    assert churn.count("tasks") == 3
    assert len(churn.channel().messages) == 3


def test_only_who_may_manage_the_server_is_offered_the_admin_root(churn: DiscordBoard) -> None:
    with pytest.raises(CannotUse):
        churn.admin("project new OTHER", by=GUS)


def test_a_long_line_of_a_button_is_kept_and_does_what_it_says(churn: DiscordBoard) -> None:
    churn.lab("task new Try focal loss on tail classes kind:investigate box:1d owner:me", by=BEN)
    form = churn.say("task drop CHURN-1", by=BEN)
    assert form.kind == "modal", form.text
    churn.person(BEN).submit(form, **{"field.learned": "Tails need more data"})
    about = "word " * 60
    tried = churn.say(f"task new Try focal loss on tail classes kind:investigate box:1d about:{about}", by=ANA)
    assert tried.message is not None
    assert "tried before" in tried.text.lower() or "Tails need more data" in tried.text
    made = churn.press(tried.message, _last_button(tried.message.components))
    assert "CHURN-2" in made


def _last_button(components: list) -> str:  # type: ignore[type-arg]
    from tests.fakes.discord.component_checks import BUTTON, walk

    labels = [one["label"] for one in walk(components) if one["type"] == BUTTON and "label" in one]
    return next(label for label in labels if label != "Share" and label != "Details")


def test_a_reaction_makes_no_task_here_and_the_refusal_says_what_does(sqlite_churn: DiscordBoard) -> None:
    said = sqlite_churn.admin("channel emoji memo")
    assert "Use the message's own menu: “Make a task”." in said
    assert sqlite_churn.rows("SELECT count(*) FROM channels WHERE emoji IS NOT NULL") == [(0,)]
