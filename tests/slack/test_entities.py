"""What Slack makes of people, channels and links in the text of a command, and what the board keeps of it."""

import pytest

from bot.platforms.slack.entities import read_text
from tests.slack.harness import BEN, SlackBoard

READ = {
    "<@U2|ben>": "@ben",
    "<@U2>": "@U2",
    "<@U2|Ben Member>": "@Ben-Member",
    "<@W2|ben> and <@U3|gus>": "@ben and @gus",
    "<#C1|general>": "#general",
    "<#C1>": "#C1",
    "<#C1|>": "#C1",
    "<https://x.example/a?b=1&amp;c=2>": "https://x.example/a?b=1&c=2",
    "<https://x.example/a|the report>": "https://x.example/a",
    "<http://x.example|x.example>": "http://x.example",
    "<mailto:ana@x.example|ana@x.example>": "ana@x.example",
    "<mailto:ana@x.example>": "ana@x.example",
    "<!channel>": "@channel",
    "<!here|here>": "here",
    "<!subteam^S1|@ml>": "@ml",
    "<!subteam^S1>": "@subteam",
    "&lt;!channel&gt;": "<!channel>",
    "&lt;@U2|ben&gt;": "<@U2|ben>",
    "&amp;lt;": "&lt;",
    "a &lt; b &amp;&amp; c &gt; d": "a < b && c > d",
    "*bold* _it_ `x`": "*bold* _it_ `x`",
    "<": "<",
    "<>": "",
    "<@>": "@",
    "no entity": "no entity",
}


@pytest.mark.parametrize(("raw", "words"), READ.items())
def test_what_slack_marked_up_becomes_the_words_that_were_typed(raw: str, words: str) -> None:
    assert read_text(raw, workspace="T001").text == words


def test_whoever_was_meant_is_remembered_by_the_word_that_stands_for_them() -> None:
    text = read_text("owner:<@U2|Ben> in <#C1|general> with <@U2|Ben>", workspace="T001")
    assert {word: person.subject for word, person in text.people.items()} == {"ben": "U2"}
    assert {word: channel.channel for word, channel in text.channels.items()} == {"general": "C1"}


def test_two_people_of_one_name_stay_two() -> None:
    text = read_text("<@U2|ben> <@U7|ben> <@U2|ben>", workspace="T001")
    assert text.text == "@ben @U7 @ben"
    assert {word: person.subject for word, person in text.people.items()} == {"ben": "U2", "u7": "U7"}


def test_a_person_and_a_channel_of_one_name_stay_two() -> None:
    text = read_text("<@U2|churn> <#C1|churn>", workspace="T001")
    assert (text.people["churn"].subject, text.channels["churn"].channel) == ("U2", "C1")


def test_somebody_who_has_not_spoken_becomes_a_member_when_they_are_given_work(churn: SlackBoard) -> None:
    assert "owner ben" in churn.lab("task new Fix the features owner:@ben")
    assert churn.rows("SELECT name, handle FROM members ORDER BY id") == [("ana", "ana"), ("ben", "ben")]
    assert "CHURN-1" in churn.lab("task list owner:me", by=BEN)
    assert churn.count("members") == 2


def test_the_one_whom_slack_marked_is_meant_whatever_others_are_called(churn: SlackBoard) -> None:
    churn.admin("member new ben")
    churn.lab("task new Fix the features owner:@ben")
    assert "CHURN-1" in churn.lab("task list owner:me", by=BEN)


def test_two_people_of_one_name_get_their_own_tasks(churn: SlackBoard) -> None:
    for owner in ("<@U2|ben>", "<@U7|ben>"):
        churn.person().command(f"task new Fix the features owner:{owner}", "C1", escapes=False)
    subjects = churn.rows(
        "SELECT i.subject FROM tasks t JOIN identities i ON i.member_id = t.owner_id ORDER BY t.number"
    )  # fmt: skip
    assert subjects == [("U2",), ("U7",)]


def test_somebody_without_a_label_is_meant_all_the_same(churn: SlackBoard) -> None:
    churn.lab("me", by=BEN)
    answer = churn.person().command("task new Fix the features owner:<@U2>", "C1", escapes=False)
    assert "owner ben" in answer.text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ask <@U2|ben> about <#C1|general>", "Ask @ben about #general"),
        ("Read <https://x.example/a_b?c=1&amp;d=2|the report>", "Read https://x.example/a_b?c=1&d=2"),
        ("Tell &lt;!channel&gt; *now*", "Tell <!channel> *now*"),
        ("Tell <!channel> now", "Tell @channel now"),
        ("loss &lt; 0.1 &amp; AUC &gt; 0.9", "loss < 0.1 & AUC > 0.9"),
        ("Parse the payload=1&amp;payload", "Parse the payload=1&payload"),
        ("“Try it” — naïvely 👍", "“Try it” — naïvely 👍"),
        ("100 %25 done + more", "100 %25 done + more"),
    ],
)
def test_a_title_keeps_what_was_typed_and_nothing_in_it_comes_alive(churn: SlackBoard, typed: str, kept: str) -> None:
    answer = churn.person().command(f"task new {typed}", "C1", escapes=False)
    assert answer.text.splitlines()[0] == f"CHURN-1 {kept}"
    assert churn.task().title == kept
    churn.settle()
    (root,) = churn.channel().roots
    assert churn.channel().text(root).splitlines()[0] == f"CHURN-1 {kept}"
    assert not {element["type"] for element in _elements(root.blocks)} & {"user", "channel", "broadcast", "link"}


def test_an_address_is_linked_as_it_was_typed(churn: SlackBoard) -> None:
    churn.lab("task new Fix the features")
    churn.lab("task link CHURN-1 https://x.example/eda.ipynb?a=1&b=2 the notebook")
    assert churn.rows("SELECT url, kind FROM links") == [("https://x.example/eda.ipynb?a=1&b=2", "notebook")]


def test_an_e_mail_address_is_read_as_one(churn: SlackBoard) -> None:
    answer = churn.person().command("me link <mailto:ana@x.example|ana@x.example>", "C1", escapes=False)
    assert "ana@x.example is you." in answer.text


def test_a_channel_is_used_that_slack_marked(churn: SlackBoard) -> None:
    assert "home channel: #random" in churn.admin("channel use CHURN channel:#random")
    assert churn.read(lambda work: work.projects.by_key("CHURN")).home.ref.channel == "C2"


def test_a_channel_that_slack_did_not_mark_is_refused(churn: SlackBoard) -> None:
    for line in ("channel use CHURN channel:#nowhere", "watch add CHURN channel:nowhere"):
        assert "I do not know the channel “nowhere”." in churn.admin(line)


def test_a_channel_named_like_another_ones_id_is_the_one_that_was_marked(churn: SlackBoard) -> None:
    churn.person().command("channel use CHURN channel:<#C2|c1>", "C1", "/lab-admin", escapes=False)
    assert churn.read(lambda work: work.projects.by_key("CHURN")).home.ref.channel == "C2"


def test_a_watch_shows_tasks_in_the_channel_that_was_marked(churn: SlackBoard) -> None:
    assert "#random is shown these tasks" in churn.admin("watch add CHURN channel:#random")
    assert churn.rows("SELECT c.external_id FROM watches w JOIN channels c ON c.id = w.channel_id") == [("C2",)]


def _elements(value):
    if isinstance(value, list):
        return [found for item in value for found in _elements(item)]
    if isinstance(value, dict):
        return [value] * ("type" in value) + _elements(list(value.values()))
    return []
