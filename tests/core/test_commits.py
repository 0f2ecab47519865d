import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.commits import (
    ACTION_LIMIT,
    KEY_LIMIT,
    MEASUREMENT_LIMIT,
    Blocked,
    Done,
    LinkedRun,
    Measured,
    NoteLine,
    Review,
    Start,
    TaskMention,
    Unblocked,
    notebooks,
    parse_branch,
    parse_commit,
    parse_pull_request,
)
from core.ids import TaskKey
from core.metrics import Measurement
from core.text import clean_line
from tests.hostile import HOSTILE

PREFIXES = ("CHURN", "AB2")
FENCE = "```"


def parse(message, prefixes=PREFIXES):
    """What a message says, in short: `{"CHURN-12": [Done()]}`."""
    return in_short(parse_commit(message, prefixes=prefixes))


def in_short(mentions):
    return {str(mention.key): list(mention.actions) for mention in mentions}


def measured(**values):
    return Measured(tuple(Measurement(name, value) for name, value in values.items()))


def keys(numbers):
    return " ".join(f"CHURN-{number}" for number in numbers)


# The table of the manual, line by line.


@pytest.mark.parametrize(
    ("line", "actions"),
    [
        ("CHURN-12 Handle missing labels", []),
        ("CHURN-12 #start", [Start()]),
        ("CHURN-12 #review", [Review()]),
        ("CHURN-12 #done", [Done()]),
        ("CHURN-12 #blocked waiting for labels", [Blocked("waiting for labels")]),
        ("CHURN-12 #unblocked", [Unblocked()]),
        ("CHURN-12 #note the tails are noisy", [NoteLine("the tails are noisy")]),
        ("CHURN-12 #metric val_auc=0.91 f1=.8", [measured(val_auc=0.91, f1=0.8)]),
        ("CHURN-12 #run https://wandb.ai/lab/churn/runs/1a2b", [LinkedRun("https://wandb.ai/lab/churn/runs/1a2b")]),
        ("CHURN-12 #run 0f3c9e51b7a94dd6a8b4", [LinkedRun("0f3c9e51b7a94dd6a8b4")]),
        ("Task: CHURN-12", []),
    ],
)
def test_each_line_of_the_grammar(line, actions):
    assert parse_commit(line, prefixes=PREFIXES) == (TaskMention(TaskKey("CHURN", 12), tuple(actions)),)
    assert parse(f"Train on tails\n\nBecause of drift.\n\n{line}\n") == {"CHURN-12": actions}


def test_fixes_is_for_the_whole_list():
    assert parse("Fixes CHURN-12, CHURN-13 and CHURN-14") == {
        "CHURN-12": [Done()], "CHURN-13": [Done()], "CHURN-14": [Done()],
    }  # fmt: skip


# Keys.


@pytest.mark.parametrize(
    "text",
    [
        "CHURN-12", "#CHURN-12", "(CHURN-12)", "[CHURN-12]", "CHURN-12: tails", "feat(CHURN-12): tails",
        "fix(CHURN-12): tails", "feat(CHURN-12)!: tails", "see CHURN-12.", "CHURN-12's", "a,CHURN-12,b", "“CHURN-12”",
        "CHURN-12/tails", "ana/CHURN-12", "-CHURN-12", "CHURN-12- tails", "* CHURN-12", "1. CHURN-12", "|CHURN-12|",
        "[CHURN-12](https://board.example/x)", "<CHURN-12>", "Tasks: CHURN-12", "Refs: #CHURN-12", "CHURN-12–tails",
        "Co-authored-by: CHURN-12", "CHURN-12…", "   CHURN-12", "CHURN-12\u00a0x", "\ufeffCHURN-12", "**CHURN-12**",
    ],
)  # fmt: skip
def test_a_key_is_found_as_a_word(text):
    assert parse(text) == {"CHURN-12": []}


@pytest.mark.parametrize(
    "text",
    [
        "churn-12", "Churn-12", "XCHURN-12", "CHURN-12a", "CHURN-12-3", "CHURN-12-tails", "X-CHURN-12", "CHURN-0",
        "CHURN-012", "CHURN-99999999999", "CHURN-9999999999", "CHURN-1.2", "CHURN-12.md", "CHURN-12_x", "_CHURN-12",
        "CHURN–12", "CHURN‑12", "CHURN −12", "CHURN - 12", "CHURN-", "CHURN-x", "CHURN12", "CHURN", "-12", "##CHURN-12",
        "lab/repo#CHURN-12", "CHURN-１２", "CHURN-12３", "ＣＨＵＲＮ-12", "éCHURN-12", "CHURN-12é", "CHURN-١٢",
        "СHURN-12", "CHURN-12\u200b3", "CHURN\u200b-12", "CHURN-12\u202e", "\u202eCHURN-12", "CHURN-12\u20e3",
        "CHURN-12\u0301", "CHURN-12\x00", "\x00CHURN-12", "CHURN-12\ud800", "\udfffCHURN-12", "CH\x00URN-12",
        "CHURN-²", "CHURN-12\ufe0f", "CHURN-\n12", "CHURN\n-12",
        "https://board.example/CHURN-12", "http://x/?q=CHURN-12&r=#CHURN-13", "www.board.example/CHURN-12",
        "(https://board.example/CHURN-12)", "[tails](https://board.example/CHURN-12)", "git+ssh://host/CHURN-12.git",
        "`CHURN-12`", "``CHURN-12``", "`CHURN-12 #done`", "```CHURN-12```",
    ],
)  # fmt: skip
def test_what_is_no_key(text):
    assert parse(text) == {}
    assert parse(f"{text} #done") == {}


@pytest.mark.parametrize(
    "text", ["UTF-8", "PEP-8", "SHA-256", "RFC-2616", "ISO-8601", "CVE-2026-1234", "GPT-4", "AB-2", "AB22-1", "CHUR-12"]
)
def test_only_the_projects_own_prefixes_count(text):
    assert parse(f"{text} #done") == parse(f"Fixes {text}") == {}
    assert parse(f"{text} and CHURN-12") == {"CHURN-12": []}


def test_a_repository_of_no_project_mentions_nothing():
    assert parse("CHURN-12 #done", prefixes=()) == {}


def test_a_prefix_may_have_digits():
    assert parse("AB2-7 #done") == {"AB2-7": [Done()]}


def test_the_largest_number_is_a_key():
    assert parse("CHURN-999999999") == {"CHURN-999999999": []}


def test_several_keys_and_prefixes_stay_in_their_order():
    assert list(parse("CHURN-3, AB2-1/CHURN-1 CHURN-3")) == ["CHURN-3", "AB2-1", "CHURN-1"]


def test_behind_an_address_keys_count_again():
    assert parse("https://x.example/CHURN-1 CHURN-2 and <https://x.example/CHURN-3>CHURN-4") == {
        "CHURN-2": [], "CHURN-4": [],
    }  # fmt: skip


def test_an_unclosed_backtick_hides_nothing():
    assert parse("the ` sign CHURN-12 #done") == {"CHURN-12": [Done()]}


# Commands.


def test_commands_apply_to_all_keys_before_them():
    assert parse("CHURN-1, AB2-2: tails #review #metric f1=1") == {
        "CHURN-1": [Review(), measured(f1=1)], "AB2-2": [Review(), measured(f1=1)],
    }  # fmt: skip


def test_a_command_before_the_keys_is_text():
    assert parse("#done CHURN-1") == {"CHURN-1": []}


def test_what_stands_behind_a_command_for_nothing_is_read_like_other_words():
    assert parse("#note fixes CHURN-1") == {"CHURN-1": [Done()]}
    assert parse("#run CHURN-1 #start") == {"CHURN-1": [Start()]}


def test_a_command_on_another_line_is_text():
    assert parse("CHURN-1\n#done") == parse("CHURN-1\r#done") == parse("CHURN-1\r\n#done") == {"CHURN-1": []}


def test_a_key_behind_a_command_begins_anew():
    assert parse("CHURN-1 #done CHURN-2 CHURN-3 #start") == {
        "CHURN-1": [Done()], "CHURN-2": [Start()], "CHURN-3": [Start()],
    }  # fmt: skip
    assert parse("CHURN-1 #metric f1=1 CHURN-2 #metric f1=2") == {
        "CHURN-1": [measured(f1=1)], "CHURN-2": [measured(f1=2)],
    }  # fmt: skip
    assert parse("CHURN-1 #run r1 CHURN-2 #run r2") == {"CHURN-1": [LinkedRun("r1")], "CHURN-2": [LinkedRun("r2")]}


def test_words_between_commands_do_not_end_them():
    assert parse("CHURN-1 #start and more, then #review") == {"CHURN-1": [Start(), Review()]}


@pytest.mark.parametrize("word", ["#done", "#DONE", "#Done", "#done.", "#done,", "(#done)", "#done: all", "#done!"])
def test_a_command_is_read_in_any_case_and_before_punctuation(word):
    assert parse(f"CHURN-1 {word}") == {"CHURN-1": [Done()]}


@pytest.mark.parametrize(
    "word",
    [
        "#doné", "#done-ish", "#doneish", "#done_", "x#done", "##done", "&#done", "page.html#done", "/#done", "#do",
        "#", "# done", "#todo", "#closed", "#ﬁxed", "＃done", "#do\u200bne", "#done\u200b", "#ſtart", "#1", "`#done`",
        "https://x.example/#done", "#done.md",
    ],
)  # fmt: skip
def test_unknown_words_are_text(word):
    assert parse(f"CHURN-1 {word}") == {"CHURN-1": []}
    assert parse(f"CHURN-1 #note see {word} there") == {"CHURN-1": [NoteLine(f"see {word} there")]}


def test_text_runs_to_the_next_known_command():
    assert parse("CHURN-12 #note see #general, then #blocked no #labels #unblocked #start") == {
        "CHURN-12": [NoteLine("see #general, then"), Blocked("no #labels"), Unblocked(), Start()]
    }


def test_text_runs_to_the_end_of_the_line_only():
    assert parse("CHURN-12 #note one\nAB2-1 two") == {"CHURN-12": [NoteLine("one")], "AB2-1": []}


def test_a_key_in_a_text_is_mentioned_and_not_commanded():
    assert parse("CHURN-12 #note like CHURN-9 fixes CHURN-8 #done") == {
        "CHURN-12": [NoteLine("like CHURN-9 fixes CHURN-8"), Done()], "CHURN-9": [], "CHURN-8": [],
    }  # fmt: skip


def test_a_text_keeps_its_code_and_addresses():
    text = "see `x #done` and https://x.example/CHURN-1#done"
    assert parse(f"CHURN-12 #note {text}") == {"CHURN-12": [NoteLine(text)]}


def test_a_colon_behind_a_command_is_not_its_text():
    assert parse("CHURN-12 #note: tails #blocked: labels #metric: f1=1") == {
        "CHURN-12": [NoteLine("tails"), Blocked("labels"), measured(f1=1)]
    }


def test_a_note_without_words_is_text_and_a_blocker_without_a_reason_is_one():
    assert parse("CHURN-12 #note") == parse("CHURN-12 #note \u200b") == {"CHURN-12": []}
    assert parse("CHURN-12 #blocked") == parse("CHURN-12 #blocked \u200b") == {"CHURN-12": [Blocked("")]}


def test_a_text_is_clipped_to_what_a_note_and_a_reason_may_have():
    ((note, blocked),) = parse(f"CHURN-12 #note {'x' * 5_000} #blocked {'y' * 5_000}").values()
    assert note.text == "x" * 3_999 + "…"
    assert blocked.why == "y" * 299 + "…"


@pytest.mark.parametrize("hostile", [*HOSTILE, "a\ud800b", "\x00", "e\u0301" * 5_000, "\ufb2c" * 4_000])
def test_a_text_is_always_storable(hostile):
    for mention in parse_commit(f"CHURN-12 #note {hostile}", prefixes=PREFIXES):
        for action in mention.actions:
            if isinstance(action, NoteLine):
                assert clean_line(action.text, what="note", limit=4_000) == action.text


# Metrics and runs.


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("f1=.8", 0.8), ("f1=1e-3", 0.001), ("f1=-2", -2.0), ("f1=−2", -2.0), ("f1=+1.", 1.0), ("f1=1E5", 1e5),
        ("f1=0.91,", 0.91), ("f1=0.91.", 0.91), ("f1=0.91)", 0.91), ("f1 = 0.91", 0.91), ("f1= 0.91", 0.91),
    ],
)  # fmt: skip
def test_a_metric_is_a_number(word, value):
    assert parse(f"CHURN-1 #metric {word}") == {"CHURN-1": [measured(f1=value)]}


@pytest.mark.parametrize(
    "word",
    [
        "f1=nan", "f1=NaN", "f1=inf", "f1=-Infinity", "f1=1e999", "f1=1_000", "f1=０.８", "f1=0,8", "f1=91%", "f1=",
        "=1", "f1", "0.91", "f1==1", "f1=0x1", "1f=1", "f1=1" + "0" * 300, "f1=a=1", "",
    ],
)  # fmt: skip
def test_what_is_no_metric_is_text(word):
    assert parse(f"CHURN-1 #metric {word}") == {"CHURN-1": []}


def test_what_is_no_number_does_not_hide_the_metrics_beside_it():
    assert parse("CHURN-1 #metric f1=nan, auc=0.9; loss=x lr=1e-4") == {"CHURN-1": [measured(auc=0.9, lr=1e-4)]}


def test_metrics_end_with_the_first_other_word():
    assert parse("CHURN-1 #metric f1=.8 with lr=1 #done") == {"CHURN-1": [measured(f1=0.8), Done()]}


def test_metrics_are_named_as_elsewhere():
    assert parse("CHURN-1 #metric eval/f1@10=.5 top-5.acc=.9") == {
        "CHURN-1": [measured(**{"eval/f1@10": 0.5, "top-5.acc": 0.9})]
    }


@pytest.mark.parametrize(
    ("word", "reference"),
    [
        ("<https://x.example/runs/1>", "https://x.example/runs/1"),
        ("https://x.example/runs/1, the best", "https://x.example/runs/1"),
        ("https://x.example/#/experiments/3/runs/1a", "https://x.example/#/experiments/3/runs/1a"),
        ("lab/churn/1a2b3c", "lab/churn/1a2b3c"),
        ("sunny-lake-12.", "sunny-lake-12"),
        ("`1a2b`", "1a2b"),
        ("CHURN-7", "CHURN-7"),
    ],
)
def test_a_run_is_an_address_or_an_id(word, reference):
    assert parse(f"CHURN-1 #run {word}") == {"CHURN-1": [LinkedRun(reference)]}


@pytest.mark.parametrize(
    "word",
    [
        "", "#done", "javascript:alert(1)", "file:///etc/passwd", "https://ana:secret@x.example/1", "https://", "…",
        "-x", "é", "x" * 201, "https://x.example/" + "x" * 2_000, "../../etc",
    ],
)  # fmt: skip
def test_what_can_be_no_run_is_text(word):
    ((*actions,),) = parse(f"CHURN-1 #run {word}").values()
    assert [action for action in actions if action != Done()] == []


# Fixes.


@pytest.mark.parametrize(
    "verb",
    [
        "close", "closes", "closed", "closing", "fix", "fixes", "fixed", "fixing", "resolve", "resolves", "resolved",
        "resolving", "complete", "completes", "completed", "completing", "implement", "implements", "implemented",
        "implementing", "FIXES", "Fixes", "fIXED",
    ],
)  # fmt: skip
def test_a_verb_in_any_tense_and_case_is_done(verb):
    assert (
        parse(f"{verb} CHURN-12")
        == parse(f"{verb}: CHURN-12")
        == parse(f"{verb} #CHURN-12")
        == parse(f"This {verb}  :CHURN-12.")
        == {"CHURN-12": [Done()]}
    )


@pytest.mark.parametrize(
    "words",
    [
        "prefix", "bugfix", "auto-fix", "fixe", "fixture", "closer", "fixer", "enclose", "completely", "implementation",
        "fixes the bug of", "fixes (", "fix(", "fixes -", "ſixes", "fıx", "fixes `x`", "Fixes OTHER-1 and",
        "does not fix", "doesn't fix", "doesn’t fix", "don't close", "never fixed", "cannot fix", "partly fixes",
        "Partially implements", "DOES NOT FIX", "https://x.example/fixes",
    ],
)  # fmt: skip
def test_other_words_before_a_key_are_no_verb(words):
    assert parse(f"{words} CHURN-12") == {"CHURN-12": []}


def test_a_knot_is_no_negation():
    assert parse("The knot fixes CHURN-12") == {"CHURN-12": [Done()]}


@pytest.mark.parametrize("gap", [", ", ",", " , ", " and ", ", and ", " & ", " AND ", "  and\t"])
def test_the_list_goes_on(gap):
    assert parse(f"Fixes CHURN-12{gap}CHURN-13") == {"CHURN-12": [Done()], "CHURN-13": [Done()]}


@pytest.mark.parametrize(
    "gap", [" ", "; ", ". ", " or ", " like ", ", see ", " and the rest of ", "/", " (", " and and "]
)
def test_the_list_ends(gap):
    assert parse(f"Fixes CHURN-12{gap}CHURN-13, CHURN-14") == {"CHURN-12": [Done()], "CHURN-13": [], "CHURN-14": []}


def test_a_list_ends_with_its_line():
    assert parse("Fixes CHURN-12,\nCHURN-13") == {"CHURN-12": [Done()], "CHURN-13": []}
    assert parse("Fixes\nCHURN-12") == {"CHURN-12": []}


def test_commands_and_fixes_stand_together():
    assert parse("CHURN-1 #start, fixes CHURN-2 #note tails") == {
        "CHURN-1": [Start()], "CHURN-2": [Done(), NoteLine("tails")],
    }  # fmt: skip


# Lines that are not the author's.


@pytest.mark.parametrize(
    "hidden",
    [
        "> CHURN-1 #done", ">CHURN-1", "   > CHURN-1", ">> CHURN-1", "    CHURN-1 #done", "\tCHURN-1", "  \tCHURN-1",
        f"{FENCE}\nCHURN-1 #done\n{FENCE}", "~~~\nCHURN-1\n~~~", f"{FENCE}python\nCHURN-1\n{FENCE}",
        f"   {FENCE}\nCHURN-1\n  {FENCE}", f"{FENCE}`\nCHURN-1\n{FENCE}\nCHURN-1\n{FENCE}`",
        f"{FENCE}\nCHURN-1\n~~~\nCHURN-1\n{FENCE}", f"{FENCE}\nCHURN-1\n{FENCE} x\nCHURN-1\n{FENCE}``",
        f"~~~ a`b\n{FENCE}\nCHURN-1\n~~~", f"- {FENCE}\n  CHURN-1\n  {FENCE}", f"1. {FENCE}\n   CHURN-1\n   {FENCE}",
        f"{FENCE}\n\n> x\n\nCHURN-1\n{FENCE}", f"{FENCE}\r\nCHURN-1\r\n{FENCE}\r",
        f"{FENCE}\n    {FENCE}\nCHURN-1\n{FENCE}",
        "<!-- CHURN-1 #done -->", "<!--\nFixes CHURN-1\n-->", "a <!--CHURN-1--> b",
        '* Revert "CHURN-1 #done"', 'Revert "CHURN-1 #done"', "- Revert “CHURN-1”",
    ],
)  # fmt: skip
def test_quoted_fenced_indented_and_commented_lines_are_ignored(hidden):
    assert parse(f"Tails\n\n{hidden}\nFixes CHURN-2\n") == {"CHURN-2": [Done()]}
    assert parse(f"Tails\r\n\r\n{hidden}\r\nFixes CHURN-2\r\n") == {"CHURN-2": [Done()]}


def test_a_fence_that_never_closes_hides_the_rest():
    assert parse(f"CHURN-1\n{FENCE}\nCHURN-2 #done\n~~~\n{FENCE[:2]}\nCHURN-3") == {"CHURN-1": []}


@pytest.mark.parametrize("line", ["```code``` and", "``", "~~", "    ```", "a ```", "``` a ` b"])
def test_what_opens_no_fence(line):
    assert parse(f"{line}\nCHURN-1") == {"CHURN-1": []}


@pytest.mark.parametrize(
    "text", ["Escape <!-- in titles\n\nFixes CHURN-1", "--> <!-> Fixes CHURN-1", "<!--> Fixes CHURN-1"]
)
def test_a_comment_that_never_closes_is_text(text):
    assert parse(text) == {"CHURN-1": [Done()]}


def test_the_shortest_comments_end_where_they_begin():
    assert parse("<!--> fixes CHURN-1 <!-- x -->") == parse("<!---> fixes CHURN-1 <!-- x -->") == {"CHURN-1": [Done()]}


def test_a_greater_sign_within_a_line_quotes_nothing():
    assert parse("CHURN-1 a > b #done") == {"CHURN-1": [Done()]}


# Reverts.

SHA = "667ecc1654a317a13331b17617d973392f415f02"


@pytest.mark.parametrize(
    "message",
    [
        f'Revert "CHURN-1 #done"\n\nThis reverts commit {SHA}.\n',
        f'Revert "Fixes CHURN-1 (#12)" (#13)\n\nReverts lab/churn#12\n\nThis reverts commit {SHA}.',
        f'Revert "Revert "CHURN-1 #done""\n\nThis reverts commit {SHA}.',
        f'Reapply "CHURN-1 #done"\n\nThis reverts commit {SHA}.',
        f"revert: feat(CHURN-1): tails\n\nThis reverts commit {SHA}.",
        "revert(loader)!: CHURN-1 #done",
        " \n\nrevert: CHURN-1 #done",
        "<!-- What is taken back? -->\nrevert: CHURN-1 #done",
        f"Take back CHURN-1 #done\n\nThis reverts commit {SHA}, reversing\nchanges made to {SHA}.",
        f'\n\nRevert "CHURN-1 #done"\r\n\r\nThis reverts commit {SHA}.\r\n',
        'Revert "CHURN-1 #done',
    ],
)
def test_what_a_revert_repeats_is_ignored(message):
    assert parse(message) == {}


def test_a_reverts_own_words_count():
    message = f'Revert "CHURN-1 #done"\n\nThis reverts commit {SHA}.\n\nCHURN-1 #start again\nFixes CHURN-2'
    assert parse(message) == {"CHURN-1": [Start()], "CHURN-2": [Done()]}


def test_a_squash_merge_with_a_revert_in_it_is_no_revert():
    message = f"""CHURN-3 Loader (#40)

* CHURN-3 #review

* Revert "CHURN-3 #done"

This reverts commit {SHA}.

* CHURN-3 #note second try
"""
    assert parse(message) == {"CHURN-3": [Review(), NoteLine("second try")]}


def test_what_stands_before_a_reverted_subject_counts():
    assert parse('fixup! Revert "CHURN-1 #done"') == {}
    assert parse('CHURN-2 #start: Revert "CHURN-1 #done" (#7)') == {"CHURN-2": [Start()]}


def test_to_speak_of_a_revert_is_not_to_revert():
    assert parse("Reverting helps: fixes CHURN-1") == parse("Revert handling, fixes CHURN-1") == {"CHURN-1": [Done()]}


# The whole message.


def test_a_task_is_mentioned_once_with_its_actions_in_order():
    assert parse("CHURN-2 #start\n\nCHURN-1\nCHURN-2 #metric f1=1\nFixes CHURN-1, CHURN-2") == {
        "CHURN-2": [Start(), measured(f1=1), Done()], "CHURN-1": [Done()],
    }  # fmt: skip


def test_the_same_thing_twice_in_a_row_is_said_once():
    assert parse("CHURN-1 CHURN-1 #done (#7)\n\n* CHURN-1 #done\n\nFixes CHURN-1") == {"CHURN-1": [Done()]}
    assert parse("CHURN-1 #start\nCHURN-1 #done\nCHURN-1 #start") == {"CHURN-1": [Start(), Done(), Start()]}


SQUASH = """CHURN-12: tails of the distribution (#123)

* [CHURN-12] try focal loss

* wip (CHURN-13)

* chore: encode as UTF-8, PEP-8, SHA-256

* fix review comments, see https://board.example/t/CHURN-99#done

Fixes #CHURN-12 and CHURN-14

---------

Co-authored-by: Ana Núñez <ana@example.com>
Co-authored-by: CHURN-BOT <bot-churn-15@example.com>
"""

DEPENDABOT = """chore(deps): bump churn from 1.2 to 1.3 (#321)

Bumps [churn](https://github.com/lab/churn) from 1.2.0 to 1.3.0.
<details>
<summary>Release notes</summary>
<p><em>Sourced from <a href="https://github.com/lab/churn/releases">churn's releases</a>.</em></p>
<blockquote>
<li>Fix encoding of UTF-8, <a href="https://redirect.github.com/lab/churn/issues/12">CHURN-1.3</a></li>
</blockquote>
</details>

[//]: # (dependabot-automerge-start)
[//]: # (dependabot-automerge-end)

---
updated-dependencies:
- dependency-name: churn
  dependency-version: 1.3.0
...

Signed-off-by: dependabot[bot] <support@github.com>
"""

TEMPLATE = """<!-- Thank you! Name the task: Fixes CHURN-1 -->
## What

Tails, see CHURN-12 #note second of three

## How it was tried

```console
$ git commit -m "CHURN-2 #done"
```

> CHURN-3 #done
> said Ana

- [x] Closes: CHURN-13, CHURN-14
- [ ] docs
<!--
CHURN-4 #done
"""


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (SQUASH, {"CHURN-12": [Done()], "CHURN-13": [], "CHURN-14": [Done()]}),
        (DEPENDABOT, {}),
        (
            TEMPLATE,
            {
                "CHURN-12": [NoteLine("second of three")],
                "CHURN-13": [Done()],
                "CHURN-14": [Done()],
                "CHURN-4": [Done()],
            },
        ),
        ("Merge branch 'feat/CHURN-12-tails' into main", {}),
        ("Merge pull request #5 from lab/CHURN-12\n\nTails", {"CHURN-12": []}),
        ("fixup! CHURN-12 #done", {"CHURN-12": [Done()]}),
        ("feat(loader)!: tails\n\nBREAKING CHANGE: CHURN-12\nRefs: CHURN-13, AB2-1", {
            "CHURN-12": [], "CHURN-13": [], "AB2-1": [],
        }),
        ("fix: CHURN-12 tails", {"CHURN-12": [Done()]}),
        ("fix(loader): CHURN-12 tails", {"CHURN-12": []}),
        ("CHURN-12 #done #churn #mlops", {"CHURN-12": [Done()]}),
        ("Tails\n\nTask: CHURN-12\nReviewed-by: Ana <ana@example.com>", {"CHURN-12": []}),
        ("Tails\n\nTask: CHURN-12 #review\nChange-Id: I0123456789", {"CHURN-12": [Review()]}),
        ("gitmoji 🐛 CHURN-12 🐛 #done", {"CHURN-12": [Done()]}),
        ("Revert CHURN-12 by hand", {"CHURN-12": []}),
        ("(cherry picked from commit 667ecc1) CHURN-12", {"CHURN-12": []}),
        ("", {}),
        ("\n\r\n \t\n", {}),
    ],
)  # fmt: skip
def test_messages_as_they_occur(message, said):
    assert parse(message) == said
    assert parse(message.replace("\n", "\r\n")) == said


def test_a_pull_request_is_read_like_a_commit():
    mentions = parse_pull_request("CHURN-11\r\n  tails", TEMPLATE, prefixes=PREFIXES)
    assert in_short(mentions) == {"CHURN-11": []} | parse(TEMPLATE)
    assert parse_pull_request("", "", prefixes=PREFIXES) == ()


def test_a_pull_request_that_reverts_repeats_its_title():
    assert parse_pull_request('Revert "CHURN-1 #done"', "Reverts lab/churn#12", prefixes=PREFIXES) == ()


def test_the_title_of_a_pull_request_cannot_begin_a_block():
    assert in_short(parse_pull_request("     CHURN-1", "CHURN-2", prefixes=PREFIXES)) == {"CHURN-1": [], "CHURN-2": []}


# Branches.


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("feat/churn-12-tails", ["CHURN-12"]),
        ("CHURN-12", ["CHURN-12"]),
        ("Churn-12", ["CHURN-12"]),
        ("refs/heads/churn-12", ["CHURN-12"]),
        ("feature/churn-12_x", ["CHURN-12"]),
        ("feature_churn-12", ["CHURN-12"]),
        ("fix-churn-12", ["CHURN-12"]),
        ("ana/churn-12/second", ["CHURN-12"]),
        ("#churn-12", ["CHURN-12"]),
        ("churn-12-2nd-try", ["CHURN-12"]),
        ("churn-12-and-ab2-3-churn-12", ["CHURN-12", "AB2-3"]),
        ("release-2-churn-12", ["CHURN-12"]),
        ("utf-8-churn-12", ["CHURN-12"]),
        ("gh-readonly-queue/main/pr-5-churn-12", ["CHURN-12"]),
        ("churn-12tails", []),
        ("xchurn-12", []),
        ("dependabot/npm/churn-1.2", []),
        ("dependabot/npm/churn-1.2.3", []),
        ("renovate/churn-12.x", []),
        ("backup/churn-2026-11-18", []),
        ("churn-12-3", []),
        ("churn-0", []),
        ("churn-012", []),
        ("churn-9999999999", []),
        ("churn12", []),
        ("main", []),
        ("utf-8", []),
        ("chürn-12", []),
        ("churn-１２", []),
        ("\u200bchurn-12", []),
        ("churn-12\u200b", []),
        ("échurn-12", []),
        ("", []),
    ],
)
def test_a_branch_names_tasks_in_any_case(name, found):
    assert [str(key) for key in parse_branch(name, prefixes=PREFIXES)] == found


@pytest.mark.parametrize("name", ["\u212aey-1", "\u017fales-1"])
def test_letters_that_only_become_ascii_are_none(name):
    assert parse_branch(name, prefixes=("KEY", "SALES")) == ()


# Notebooks.


def test_notebooks_are_known_by_their_name():
    paths = [
        "a.ipynb", "deep/er/B.IPYNB", "a.py", "a.ipynb/raw", ".ipynb_checkpoints/a-checkpoint.ipynb", "x.ipynb.bak",
        "nb/.ipynb_checkpoints/b.ipynb", "a.ipynb", "ü \ud800.ipynb", "my.ipynb_checkpoints/c.ipynb", "", "ipynb",
    ]  # fmt: skip
    assert notebooks(iter(paths)) == ("a.ipynb", "deep/er/B.IPYNB", "ü \ud800.ipynb", "my.ipynb_checkpoints/c.ipynb")


# Limits and what no message can do.


def test_more_tasks_than_the_limit_are_text():
    found = parse(keys(range(1, KEY_LIMIT + 50)) + f"\nCHURN-1 CHURN-{KEY_LIMIT + 9} #done")
    assert len(found) == KEY_LIMIT
    assert found["CHURN-1"] == [Done()]


def test_more_tasks_in_a_branch_than_the_limit_are_left_out():
    assert len(parse_branch(keys(range(1, KEY_LIMIT + 50)), prefixes=PREFIXES)) == KEY_LIMIT


def test_more_commands_than_the_limit_are_text():
    found = parse("CHURN-1 #start #done\n" * ACTION_LIMIT + "CHURN-2 #note x")
    assert found == {"CHURN-1": [Start(), Done()] * (ACTION_LIMIT // 2), "CHURN-2": []}
    several = parse(f"{keys(range(1, 301))} #start #review #done #start #note x")
    assert sum(map(len, several.values())) == ACTION_LIMIT


def test_beyond_the_limit_fixes_does_nothing():
    assert parse("CHURN-1 #start #done\n" * ACTION_LIMIT + "Fixes CHURN-2")["CHURN-2"] == []


def test_more_metrics_than_the_limit_are_text():
    metrics, done = parse("CHURN-1 #metric " + "f1=1 " * (MEASUREMENT_LIMIT + 5) + "#done")["CHURN-1"]
    assert len(metrics.measurements) == MEASUREMENT_LIMIT
    assert done == Done()


FLOODS = {
    "keys": "CHURN-1 ", "foreign keys": "AB-1 ", "half keys": "CHURN-", "commands": "#done ", "notes": "#note x ",
    "runs": "#run x ", "metrics": "#metric a=1 ", "equals": "=", "digits": "1", "letters": "A", "brackets": "[",
    "fences": "```\n", "backticks": "`", "spaced backticks": "` ", "tildes": "~", "spaces": " ", "tabs": "\t",
    "lines": "\n", "returns": "\r", "quotes": "> \n", "bullets": "- ", "comments": "<!--",
    "closed comments": "<!---->",
    "schemes": "://", "spaced schemes": ":// ", "sites": "www.", "verbs": "fixes ", "colons": "fixes : ",
    "negations": "not fixes CHURN-1 ", "hashes": "#", "dashes": "-", "reverts": 'Revert "', "types": "revert(",
    "marks": "\u0300\u0316", "surrogates": "\ud800", "nothing": "\x00", "list": "CHURN-1, ",
    "lines of keys": "CHURN-1 #done\n",
}  # fmt: skip


@pytest.mark.timeout(30)
@pytest.mark.parametrize("flood", FLOODS)
def test_two_hundred_kilobytes_of_anything_are_read_in_linear_time(flood):
    """What took quadratic time would take minutes, so that the time-out alone decides."""
    check_flood(FLOODS[flood], 200_000)


@pytest.mark.soak
@pytest.mark.timeout(30)
@pytest.mark.parametrize("flood", FLOODS)
def test_a_megabyte_of_anything_is_read_in_linear_time(flood):
    """What took quadratic time would take hours."""
    check_flood(FLOODS[flood], 1_000_000)


def check_flood(unit, size):
    text = unit * (size // len(unit))
    assert len(parse(f"CHURN-1 {text}")) == 1
    parse_branch(text, prefixes=PREFIXES)
    part = text[:50_000]
    for message in (part, f"Fixes {part}", f"CHURN-1 #note {part}", f"CHURN-1 #metric {part}", f"CHURN-1 #run {part}"):
        assert len(parse(message)) <= 1
    parse_pull_request(part, part, prefixes=PREFIXES)


@pytest.mark.timeout(30)
def test_a_hundred_thousand_tasks_and_commands_are_read_in_linear_time():
    many = keys(range(1, 100_001))
    assert len(parse(many)) == len(parse(many + " #done #start" * 50_000)) == KEY_LIMIT
    assert len(parse("Fixes " + many.replace(" ", ", "))) == KEY_LIMIT


PIECES = st.sampled_from([
    "CHURN-12", "#CHURN-13", "AB2-1", "UTF-8", "churn-12", "CHURN-012", "#start", "#DONE", "#note", "#blocked",
    "#metric", "#run", "#general", "f1=.8", "f1=nan", "fixes", "Closes:", "not", "and", ",", "text", "`", "```", "~~~",
    ">", "<!--", "-->", "https://x.example/CHURN-7", 'Revert "', "*", "-", "\u200b", "\x00", "\ud800", "１２",
])  # fmt: skip
MESSAGES = st.one_of(
    st.text(max_size=200),
    st.lists(
        st.one_of(PIECES, st.sampled_from([" ", "\n", "\r\n", "\t", "    "]), st.text(max_size=3)), max_size=40
    ).map("".join),
)
LINES = st.lists(st.lists(PIECES, max_size=12), max_size=6)


@given(MESSAGES)
def test_any_text_is_read_and_only_own_keys_are_found(message):
    for mention in parse_commit(message, prefixes=PREFIXES):
        assert mention.key.project in PREFIXES
        assert str(mention.key) in message
        assert 0 < mention.key.number < 1_000_000_000
    for key in parse_branch(message, prefixes=PREFIXES):
        assert str(key) in message.upper()
    assert parse_commit(message, prefixes=("NONE",)) == ()


@given(LINES)
def test_doubled_spaces_change_nothing(lines):
    once = "\n".join(" ".join(line) for line in lines)
    twice = "\r\n".join("  ".join(line) + "  " for line in lines)
    assert parse(twice) == parse(once)


@given(LINES, st.integers(min_value=0, max_value=5))
def test_what_stands_in_a_closed_fence_never_counts(lines, place):
    fenced = ["`" * 20, "CHURN-99 #done", "`" * 20]
    plain = [" ".join(line).replace("`", "").replace("~", "").replace("<!--", "") for line in lines]
    message = "\n".join([*plain[:place], *fenced, *plain[place:]])
    assert "CHURN-99" not in parse(f"Subject\n\n{message}")
