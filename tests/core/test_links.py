import pytest

from core.errors import Conflict, InvalidInput, NotFound
from core.ids import TaskKey
from core.links import kind_of, link_task, parse_url
from core.task_views import LINKS, view_task
from tests.drivers import refusal


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://example.com/a?b=c#d", "https://example.com/a?b=c#d"),
        (" <https://example.com> ", "https://example.com"),
        ("<http://localhost:8000/x>", "http://localhost:8000/x"),
        ("HTTPS://Example.com", "HTTPS://Example.com"),
        ("https://ana@example.com/x", "https://ana@example.com/x"),
        ("https://例え.jp/ä", "https://例え.jp/ä"),
    ],
)
def test_a_web_address_is_taken(text, url):
    assert parse_url(text) == url


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "ftp://example.com", "file:///etc/passwd",
        "https://", "https:///x", "example.com", "https://exa mple.com", "https://[::1", "//example.com", "mailto:a@b",
    ],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(text):
    with refusal(InvalidInput, "is not a web address", "https://"):
        parse_url(text)


@pytest.mark.parametrize("text", ["https://ana:secret@example.com/x", "https://:secret@example.com"])
def test_an_address_with_a_password_is_refused_without_repeating_it(text):
    with pytest.raises(InvalidInput) as caught:
        parse_url(text)
    assert "password" in caught.value.message
    assert "secret" not in caught.value.message + caught.value.hint + caught.value.example


def test_an_address_has_a_limit():
    assert parse_url("https://example.com/" + "x" * 1_980)
    with refusal(InvalidInput, "2,001 characters"):
        parse_url("https://example.com/" + "x" * 1_981)


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://example.com/a.ipynb", "notebook"),
        ("https://example.com/A.IPYNB?raw=1#cell", "notebook"),
        ("https://example.com/a%2Eipynb", "notebook"),
        ("https://example.com/a.ipynb/raw", "link"),
        ("https://example.com/?f=a.ipynb", "link"),
    ],
)
def test_a_notebook_is_known_by_its_name(url, kind):
    assert kind_of(url) == kind


def link(board, task, url, title=None):
    return board.do(link_task, task=task.key, url=url, title=title)


def links(board, task, limit=10):
    return board.read(lambda work: work.links.of_task(task.id, limit=limit))


def test_a_link_keeps_its_address_title_kind_and_time(board):
    task = board.new()
    board.later(minutes=1)
    _, made = link(board, task, "<https://example.com/a.ipynb>", "  First\nlook ")
    (kept,) = links(board, task)
    assert kept == made
    assert (kept.kind, kept.url, kept.title, kept.added_at) == (
        "notebook", "https://example.com/a.ipynb", "First look", board.now,
    )  # fmt: skip
    assert board.told(task)[-1] == "linked First look"


def test_a_link_without_a_title_is_told_by_its_address(board):
    task = board.new()
    link(board, task, "https://example.com")
    assert board.told(task)[-1] == "linked https://example.com"


def test_the_same_link_twice_on_a_task_is_refused(board):
    task, other = board.new(), board.new()
    link(board, task, "https://example.com")
    with refusal(Conflict, "CHURN-1 has this link already", "Nothing was changed", "lab task show CHURN-1"):
        link(board, task, "<https://example.com>", "Another title")
    assert len(links(board, task)) == 1
    link(board, other, "https://example.com")
    assert len(links(board, other)) == 1


def test_links_come_newest_first_and_all_are_counted(board):
    task = board.new()
    for number in range(LINKS + 2):
        link(board, task, f"https://example.com/{number}.ipynb")
    link(board, task, "https://example.com/run")
    view = board.read(lambda work: view_task(work, key=task.key))
    assert [shown.url.rsplit("/")[-1] for shown in view.links] == ["run", *(f"{n}.ipynb" for n in (6, 5, 4, 3))]
    assert view.link_count == LINKS + 3
    assert board.read(lambda work: work.links.kinds(task.id)) == {"notebook", "link"}


def test_a_title_has_a_limit(board):
    with refusal(InvalidInput, "121 characters"):
        link(board, board.new(), "https://example.com", "x" * 121)


def test_a_link_needs_its_task(board):
    with refusal(NotFound, "no task CHURN-7"):
        board.do(link_task, task=TaskKey("CHURN", 7), url="https://example.com", title=None)
