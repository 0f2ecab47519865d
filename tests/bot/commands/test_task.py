"""`/lab task …` as people use it: each command with what it answers and what it refuses."""

import pytest

from core.cards import When
from tests.bot.speaker import Speaker

RTL = "\u202e"


def test_task_new(ana: Speaker) -> None:
    ana.done(
        "lab task new Try focal loss on tail classes kind:investigate box:10d runs:50 owner:@ana",
        "CHURN-1 Try focal loss on tail classes",
        "Created.",
        "todo · investigate · priority next · timebox 10d or 50 runs · owner ana",
        "Next: labkeeper lab task start CHURN-1",
    )
    ana.done(
        "lab task new Serve v2 kind:deploy points:1 priority:now version:Churn@v2.0 role:mlops labels:Ops, #gpu "
        "about:Behind a flag project:churn",
        "CHURN-2 Serve v2",
        "todo · deploy · priority now · 1 point · churn@v2.0 · no owner · for mlops · #gpu · #ops",
    )
    ana.done("lab task new Ask what matters box:2026-12-15", "todo · investigate", "timebox until 2026-12-15")
    ana.done("lab task new Label clicks kind:data track:research box:3h", "data (research)", "timebox 3h")


def test_task_new_answers_a_program_with_the_key(ana: Speaker) -> None:
    assert ana.done("lab task new Fix it").facts == {"task": "CHURN-1", "state": "todo", "revision": "1"}


def test_task_new_refuses_what_no_task_can_be(ana: Speaker) -> None:
    ana.refused("lab task new", "“title” is missing: what is to be done.", "labkeeper lab task new Try focal loss")
    ana.refused("lab task new kind:investigate", "“title” is missing")
    ana.refused("lab task new Try it kind:investigate points:3 box:2d", "timeboxed, not estimated", "box:10d")
    ana.refused("lab task new Try it kind:investigate", "needs a timebox", "box:3h")
    ana.refused("lab task new Ship it kind:deploy box:2d", "Only research is timeboxed.", "points:3")
    ana.refused("lab task new Ship it kind:deploy track:research box:2d", "deploy work is always on the production")
    ana.refused("lab task new Try it box:soon", "box: “soon” is not a length of time.", "3h, 10d, 2w or 2026-12-15")
    ana.refused("lab task new Try it box:0d", "no time at all")
    ana.refused("lab task new Try it box:2026-11-01", "2026-11-01 is over.")
    ana.refused("lab task new Try it runs:50", "needs a timebox beside it", "box:10d runs:50")
    ana.refused("lab task new Ship it points:101", "101 points is not an estimate.", "0 to 100")
    ana.refused("lab task new Ship it points:a few", "points: “a few” is not a whole number.")
    ana.refused("lab task new Ship it kind:epic", "kind: “epic” is not one of them.", "investigate, data, feature")
    ana.refused("lab task new Ship it version:two", "“two” is not a model version.", "churn@v2.0")
    ana.refused("lab task new Ship it labels:a b! c", "“b!” cannot be a label.")


def test_task_new_refuses_people_and_projects_that_are_not_there(ana: Speaker) -> None:
    ana.refused("lab task new Ship it project:FRAUD", "There is no project FRAUD.", "Projects: CHURN.")
    ana.refused("lab task new Ship it project:1x", "“1x” cannot be a project key.", "for example CHURN")
    ana.refused(
        "lab task new Ship it owner:@anna", "no member “anna”", "@ana", "labkeeper lab-admin member new anna"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("title", "why"),
    [
        ("x" * 10_000, "The title has 10,000 characters; at most 200 fit."),
        ('" \u3000\u00a0 "', "The title is empty."),
        ("\u200b\u2060\u00ad", "The title is empty."),
        (f"{RTL}\u200f\u2067", "The title is empty."),
        ("a\x00b", "U+0000"),
        ("a\x1b[31mb", "U+001B"),
        ("a\ud800b", "not valid text"),
    ],
    ids=["long", "blank", "invisible", "directions", "NUL", "escape", "surrogate"],
)
def test_a_title_that_nobody_could_read_is_refused(ana: Speaker, title: str, why: str) -> None:
    ana.refused(f"lab task new {title}", why)


@pytest.mark.parametrize(
    "title",
    [
        "<!channel> <@U123> <https://x.y|z>",
        "@everyone and @here",
        "*bold* _it_ ~no~ `code` [link](https://x.y) <b>html</b> &amp;",
        "[red]markup[/red] :smile:",
        "عربي and עברית 日本語 👩‍👩‍👧",
        "Robert'); DROP TABLE tasks;--",
        "100% of {name} $HOME %s \\n",
    ],
)
def test_a_title_is_literal_whatever_it_says(ana: Speaker, title: str) -> None:
    assert ana.done(f"lab task new {title}", f"▌ CHURN-1 {title}\n").card.title[-1] == title
    ana.done("lab task show CHURN-1", f"▌ CHURN-1 {title}\n", f"created it: {title}")
    ana.done("lab task list", title)


def test_a_title_that_turns_the_direction_is_closed_where_it_ends(ana: Speaker) -> None:
    said = ana.done(f"lab task new a{RTL}cba")
    assert f"a{RTL}cba\u202c\n" in said.text


def test_task_show(ana: Speaker) -> None:
    for line in (
        "lab-admin metric define val_auc direction:up baseline:0.88 target:0.90",
        "lab task new Clean the clicks kind:data",
        "lab task new Retrain points:5 about:With the new clicks.",
        "lab task after CHURN-2 CHURN-1",
        "lab task new Serve it kind:deploy",
        "lab task after CHURN-3 CHURN-2",
        "lab task block CHURN-2 GPUs are taken cause:infra",
        "lab task set CHURN-2 metric:val_auc=0.91",
        "lab task note CHURN-2 lr 3e-4 diverges",
        "lab task link CHURN-2 https://example.com/a.ipynb The notebook",
    ):
        ana.board.later(minutes=1)
        ana.done(line)
    said = ana.done(
        "lab task show churn-2",
        "▌ CHURN-2 Retrain\n",
        "  blocked · todo · feature (production) · priority next · 5 points · no owner\n",
        "  With the new clicks.\n",
        "blocked (data) since 10:04: waits for CHURN-1",
        "blocked (infra) since 10:07: GPUs are taken",
        "begins after      CHURN-1 (todo)",
        "must come before  CHURN-3 (todo)",
        "val_auc  0.91, above the target of 0.90 (baseline 0.88)",
        "notebook: The notebook <https://example.com/a.ipynb>",
        "10:09 ana: lr 3e-4 diverges",
        "10:10 ana linked The notebook",
        "phase explore · revision",
    )
    assert said.facts["task"] == "CHURN-2"


def test_task_show_refuses_what_is_not_there(ana: Speaker) -> None:
    ana.refused("lab task show CHURN-9", "There is no task CHURN-9.", "labkeeper lab task list project:CHURN")
    ana.refused("lab task show FRAUD-1", "There is no project FRAUD.", "Projects: CHURN.")
    ana.refused("lab task show", "“task” is missing: which task.", "labkeeper lab task show CHURN-12")
    for key in ("CHURN", "CHURN-0", "12", "CHURN-x", "-1", "ch.urn-1", "CHURN-99999999999"):
        ana.refused(f"lab task show {key}", f"task: “{key}” is not a task.", "CHURN-12")


def test_task_show_takes_a_key_as_people_write_it(ana: Speaker) -> None:
    ana.done("lab task new Fix it")
    for key in ("churn-1", "#CHURN-1", "Churn-01"):
        ana.done(f"lab task show {key}", "CHURN-1 Fix it")


def test_task_list(ana: Speaker) -> None:
    for line in (
        "lab task new Later thing priority:later",
        "lab task new Try it box:2d owner:me",
        "lab task new Burning priority:now labels:ops",
        "lab task new Done thing version:churn@v2",
    ):
        ana.done(line)
    ana.done("lab task done CHURN-4")
    ana.done("lab task block CHURN-1 labels late cause:data")
    said = ana.done(
        "lab task list",
        "▌ 3 tasks\n",
        "  CHURN-3  todo           now       —      Burning\n",
        "  CHURN-2  todo           next      ana    Try it\n",
        "  CHURN-1  todo, blocked  later     —      Later thing\n",
    )
    assert said.facts == {"count": "3", "tasks": "CHURN-3 CHURN-2 CHURN-1"}
    for asked, keys in {
        "owner:me": "CHURN-2",
        "owner:@ana track:research": "CHURN-2",
        "track:production": "CHURN-3 CHURN-1",
        "state:done": "CHURN-4",
        "state:todo blocked:yes": "CHURN-1",
        "blocked:no": "CHURN-3 CHURN-2",
        "kind:investigate": "CHURN-2",
        "priority:now": "CHURN-3",
        "label:#OPS": "CHURN-3",
        "version:Churn@v2 state:done": "CHURN-4",
        "project:churn": "CHURN-3 CHURN-2 CHURN-1",
    }.items():
        assert ana.done(f"lab task list {asked}").facts["tasks"] == keys, asked


def test_task_list_says_how_to_go_on_and_goes_on(ana: Speaker) -> None:
    for number in range(1, 42):
        ana.board.new(f"Task {number}")
    said = ana.done("lab task list state:todo project:churn", "20 tasks, page 1")
    more = "labkeeper lab task list state:todo project:CHURN page:2"
    assert said.text.splitlines()[-1] == f"  More: {more}"
    said = ana.done(more.removeprefix("labkeeper "), "20 tasks, page 2", "page:3")
    assert said.facts["tasks"].split()[0] == "CHURN-21"
    assert "More:" not in ana.done("lab task list page:3", "1 task, page 3", "CHURN-41").text


def test_task_list_refuses_what_it_cannot_look_for(ana: Speaker) -> None:
    assert ana.done("lab task list", "No task fits.", "labkeeper lab task new").facts == {"count": "0"}
    ana.refused("lab task list page:0", "There is no page 0.", "count from 1")
    ana.refused("lab task list page:1001", "There is no page 1001.")
    ana.refused("lab task list owner:@ben", "There is no member “ben”")
    ana.refused("lab task list project:FRAUD", "There is no project FRAUD.")
    ana.refused("lab task list blocked:maybe", "blocked: “maybe” is neither yes nor no.", "Write yes or no.")
    ana.refused("lab task list state:blocked", "state: “blocked” is not one of them.", "open, todo, doing")


def test_task_set(ana: Speaker) -> None:
    ana.done("lab task new Fix it labels:ops")
    ana.done(
        "lab task set CHURN-1 title:Fix the loader points:3 owner:me priority:now version:churn@v2.0 role:ml "
        "labels:gpu about:It drops rows.",
        "CHURN-1 Fix the loader",
        "Changed title Fix it → Fix the loader, priority next → now, points none → 3, version none → churn@v2.0, "
        "role none → ml, labels ops → gpu, owner none → ana, description none → It drops rows.",
        "todo · feature (production) · priority now · 3 points · churn@v2.0 · owner ana · for ml · #gpu",
    )
    ana.done(
        "lab task set CHURN-1 points:none owner:nobody version:- role:none labels:none about:none",
        "points 3 → none",
        "owner ana → none",
        "todo · feature (production) · priority now · no owner\n",
    )
    ana.done("lab task set CHURN-1 priority:now", "It was like this already; nothing changed.")
    ana.done("lab task set CHURN-1 metric:val_auc=.91", "Recorded val_auc 0.91.")
    ana.done("lab task set CHURN-1 points:2 metric:loss=1e-3", "Changed points none → 2. Recorded loss 0.001.")
    ana.done("lab task set CHURN-1 title:none", "▌ CHURN-1 none")
    assert ana.board.told()[-5:] == [
        "changed points 3 → none; version churn@v2.0 → none; role ml → none; labels gpu → none; owner ana → none; "
        "description It drops rows. → none",
        "recorded val_auc 0.91",
        "changed points none → 2",
        "recorded loss 0.001",
        "changed title Fix the loader → none",
    ]


def test_task_set_moves_a_task_between_the_tracks(ana: Speaker) -> None:
    ana.done("lab task new Which features kind:feature points:5")
    ana.refused("lab task set CHURN-1 track:research", "A research task needs a timebox.")
    ana.done("lab task set CHURN-1 track:research box:1w", "points 5 → none", "feature (research)", "timebox 1w")
    ana.done("lab task set CHURN-1 kind:build points:8", "track research → production", "box 1w → none", "8 points")


def test_task_set_refuses_what_the_rules_forbid(ana: Speaker) -> None:
    ana.done("lab task new Try it box:2d")
    ana.done("lab task new Ship it")
    ana.refused("lab task set CHURN-1 points:3", "Research is timeboxed, not estimated: it has no points.")
    ana.refused("lab task set CHURN-1 box:none", "A research task needs a timebox.")
    ana.refused("lab task set CHURN-2 box:2d", "Only research is timeboxed.")
    ana.refused("lab task set CHURN-1 track:production", "investigate work is always on the research track.")
    ana.refused("lab task set CHURN-2", "Nothing to change was given.", "labkeeper lab task set CHURN-2 points:3")
    ana.refused("lab task set CHURN-2 title:", "The title is empty.")
    ana.refused(f"lab task set CHURN-2 title:{'x' * 201}", "at most 200 fit")
    ana.refused(f"lab task set CHURN-2 about:{'x' * 4_001}", "The description has 4,001 characters")
    ana.refused("lab task set CHURN-2 owner:@ben", "There is no member “ben”")
    ana.refused("lab task set CHURN-2 metric:val_auc", "“val_auc” is not a metric.", "val_auc=0.91")
    ana.refused("lab task set CHURN-2 metric:val_auc=good", "“good” is not a number.")
    ana.refused("lab task set CHURN-2 metric:val_auc=nan", "“nan” is not a number.")
    ana.refused("lab task set CHURN-9 points:3", "There is no task CHURN-9.")


def test_of_two_writers_the_second_is_told_what_changed(ana: Speaker) -> None:
    ben = ana.beside("ben")
    seen = ana.done("lab task new Fix it").facts["revision"]
    ben.done(f"lab task set CHURN-1 points:5 revision:{seen}")
    ana.refused(
        f"lab task set CHURN-1 points:8 revision:{seen}",
        "CHURN-1 changed since you looked (revision 1, now 2). Nothing was changed now.",
        "ben changed points none → 5. Look again, then repeat it.",
        "labkeeper lab task show CHURN-1",
    )
    ana.done("lab task show CHURN-1", "5 points")


def test_task_start_review_done(ana: Speaker) -> None:
    ana.done("lab task new Fix it")
    ana.done("lab task start CHURN-1", "Started.", "doing · feature", "Next: labkeeper lab task review CHURN-1")
    ana.done("lab task review CHURN-1", "In review.", "review · feature", "Next: labkeeper lab task done CHURN-1")
    assert ana.done("lab task done CHURN-1", "Done.", "done · feature").facts["state"] == "done"
    ana.refused("lab task done CHURN-1", "CHURN-1 is done already: ana moved it.", "Nothing changed.")
    ana.refused("lab task drop CHURN-1", "CHURN-1 is done already.", "labkeeper lab task move CHURN-1 to:todo")
    ana.done("lab task move CHURN-1 to:todo", "Moved to todo.")
    for verb in ("start", "review", "done", "drop"):
        ana.refused(f"lab task {verb} CHURN-7", "There is no task CHURN-7.")


def test_research_is_never_done(ana: Speaker) -> None:
    ana.done("lab task new Try it box:2d")
    refusal = "CHURN-1 is research: it ends in a decision, never in done."
    ana.refused("lab task done CHURN-1", refusal, "labkeeper lab box decide CHURN-1 call:adopt learned:")
    ana.refused("lab task move CHURN-1 done", refusal)
    ana.done("lab task show CHURN-1", "todo · investigate")


def test_task_drop(ana: Speaker) -> None:
    ana.done("lab task new Try it box:2d")
    ana.done("lab task new Fix it")
    ana.refused("lab task drop CHURN-1", "Dropped research is a learning: say what was learned.")
    ana.done("lab task drop CHURN-1 why:no gain over the baseline", "Dropped.", "dropped · investigate")
    ana.done("lab task show CHURN-1", "decided: dropped. Learned: no gain over the baseline")
    ana.done("lab task drop CHURN-2", "Dropped.")
    ana.refused(
        "lab task move CHURN-1 todo", "ana dropped it", "no gain over the baseline",
        "labkeeper lab box start CHURN-1 box:5d",
    )  # fmt: skip
    ana.done("lab task move CHURN-2 todo", "Moved to todo.")


def test_task_block_and_unblock(ana: Speaker) -> None:
    ana.done("lab task new Retrain")
    ana.done(
        "lab task block CHURN-1 why:labels late cause:data",
        "Blocked by data; the time is kept.",
        "blocked · todo",
        "Next: labkeeper lab task unblock CHURN-1",
    )
    ana.done("lab task block CHURN-1 GPUs are taken cause:infra")
    ana.done("lab task unblock CHURN-1 cause:data", "Still blocked: GPUs are taken.")
    ana.refused("lab task unblock CHURN-1 cause:people", "CHURN-1 is blocked by infra, not by that.")
    ana.done("lab task unblock CHURN-1", "It can go on.", "  todo · feature")
    ana.refused("lab task unblock CHURN-1", "CHURN-1 is not blocked.")
    ana.refused("lab task block CHURN-1", "“why” is missing: what it waits for.", "labels are late cause:data")
    ana.refused("lab task block CHURN-1 why:x cause:weather", "data, infra, review, people, other")
    ana.done("lab task done CHURN-1")
    ana.refused("lab task block CHURN-1 why:labels late", "CHURN-1 is done")


def test_task_note(ana: Speaker) -> None:
    ana.done("lab task new Fix it")
    ana.done("lab task note CHURN-1 lr 3e-4 diverges", "Noted: lr 3e-4 diverges")
    ana.done("lab task note CHURN-1 one:\n  two", "Noted: one:\n    two")
    ana.done("lab task show CHURN-1", "ana: lr 3e-4 diverges", "ana: one:")
    ana.refused("lab task note CHURN-1", "“text” is missing: the note.", "lr 3e-4 diverges")
    ana.refused('lab task note CHURN-1 ""', "The note is empty.", "labkeeper lab task note CHURN-1 what you found")
    ana.refused(f"lab task note CHURN-1 {'x' * 4_001}", "The note has 4,001 characters; at most 4,000 fit.")
    ana.refused("lab task note CHURN-1 a\x00b", "U+0000")


def test_task_link(ana: Speaker) -> None:
    ana.done("lab task new Fix it")
    ana.done("lab task link CHURN-1 https://example.com/r?a=b#c", "Linked link: https://example.com/r?a=b#c")
    ana.done("lab task link CHURN-1 <https://example.com/A.ipynb> The tails", "Linked notebook: The tails <https://")
    ana.refused("lab task link CHURN-1 https://example.com/A.ipynb", "CHURN-1 has this link already.")
    ana.refused("lab task link CHURN-1 example.com", "“example.com” is not a web address.", "begins with https://")
    ana.refused("lab task link CHURN-1 javascript:alert(1)", "is not a web address.")
    ana.refused("lab task link CHURN-1 https://me:secret@example.com", "has a password in it")
    ana.refused("lab task link CHURN-1", "“url” is missing: the address.", "https://example.com/report")


def test_task_after(ana: Speaker) -> None:
    for title in ("Clean", "Train", "Serve"):
        ana.done(f"lab task new {title}")
    ana.done("lab task after CHURN-2 CHURN-1", "It waits for CHURN-1 (Clean).", "blocked · todo")
    ana.done("lab task after CHURN-3 CHURN-2")
    ana.refused("lab task after CHURN-2 CHURN-1", "CHURN-2 waits for CHURN-1 already.")
    ana.refused(
        "lab task after CHURN-1 CHURN-3",
        "That would be a circle: none of them could ever begin.",
        "CHURN-1 after CHURN-3 after CHURN-2 after CHURN-1",
    )
    ana.refused("lab task after CHURN-1 CHURN-1", "A task cannot wait for itself.")
    ana.refused("lab task after CHURN-1 CHURN-9", "There is no task CHURN-9.")
    ana.refused("lab task after CHURN-1", "“after” is missing: for which one.", "lab task after CHURN-14 CHURN-9")
    ana.refused("lab task unblock CHURN-2", "goes on by itself", "labkeeper lab task unblock CHURN-2 after:CHURN-1")
    ana.done("lab task done CHURN-1", "Done. CHURN-2 no longer waits.")
    ana.done("lab task unblock CHURN-3 after:CHURN-2", "It can go on.")
    ana.done("lab task after CHURN-3 CHURN-1", "CHURN-1 is done already, so it need not wait.")


def test_task_move(ana: Speaker) -> None:
    for title in ("One", "Two", "Three"):
        ana.done(f"lab task new {title}")
    ana.done("lab task move CHURN-3 top", "It stands at the top (priority next).")
    assert ana.done("lab task list").facts["tasks"] == "CHURN-3 CHURN-1 CHURN-2"
    ana.done("lab task move CHURN-3 before:CHURN-2", "It stands before CHURN-2 (priority next).")
    assert ana.done("lab task list").facts["tasks"] == "CHURN-1 CHURN-3 CHURN-2"
    ana.done("lab task move CHURN-1 after:CHURN-2", "It stands after CHURN-2")
    ana.done("lab task move CHURN-3 bottom", "It stands at the bottom")
    assert ana.done("lab task list").facts["tasks"] == "CHURN-2 CHURN-1 CHURN-3"
    ana.done("lab task move CHURN-2 to:review", "Moved to review.", "review · feature")
    for words in ("", " top before:CHURN-2", " before:CHURN-2 after:CHURN-1"):
        ana.refused(f"lab task move CHURN-1{words}", "Say one place.", "labkeeper lab task move CHURN-1 top")
    ana.refused("lab task move CHURN-1 before:CHURN-1", "A task cannot stand beside itself.")
    ana.refused("lab task move CHURN-1 sideways", "to: “sideways” is not one of them.", "top, bottom")
    ana.done("lab task done CHURN-2")
    ana.refused("lab task move CHURN-1 before:CHURN-2", "CHURN-2 is done.", "Name an open task.")


def test_times_are_the_readers(ana: Speaker) -> None:
    ana.done("lab task new Fix it")
    ana.zone = "Asia/Tokyo"
    said = ana.done("lab task show CHURN-1", "19:00 ana created it")
    assert When(ana.now) in said.card.footer


def test_everybody_may_work_on_the_board(ana: Speaker) -> None:
    ben = ana.beside("ben")
    ben.done("lab task new Fix it owner:me", "owner ben")
    ben.done("lab task start CHURN-1")
    ana.done("lab task show CHURN-1", "ben moved it from todo to doing")
