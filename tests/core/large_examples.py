"""A week and a month of a team of twelve with five models: as long as digests become where much is done at once."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import cycle

from core.digest_records import (
    BlockedTask,
    Deadline,
    Deployed,
    Investigation,
    Learning,
    Listed,
    Quality,
    Ready,
    Release,
    Running,
    TaskLine,
    Upcoming,
)
from core.events import Cause
from core.glossary import Term
from core.ids import Person
from core.metrics import Direction, MetricDefinition, Reading
from core.monthly import MonthlySummary
from core.tasks import Kind, State
from core.timebox_records import Call
from core.weekly import WeeklySummary
from tests.core.digest_examples import DAY, FIRST_OF_DECEMBER, MONDAY, MONTH, WEEK, line, listed

PEOPLE = [Person(n, name) for n, name in enumerate(("Ana Lima", "Ben Okafor", "Priya", "Jonas", "Mira Novak"), start=1)]
QUESTIONS = (
    "Does focal loss help on customers of less than three months?", "Is tenure a better label than cancellation?",
    "Do support chats announce churn before tickets do?", "Can we drop the 40 weakest features without loss?",
    "Does a longer window than 90 days help?", "Is the model calibrated for customers who moved?",
    "Do embeddings help where the query is one word?", "Is position bias in clicks worth correcting?",
    "Does rewriting queries fix typos without hurting exact matches?",
    "Is a cross-encoder on the first 50 fast enough?",
    "Reciprocal rank fusion or learned weights?", "Do seasonal features help the demand forecast in December?",
    "Does hierarchical reconciliation help small shops?", "Is quantile loss better than simulating intervals?",
    "Can one model serve all countries?", "Do price changes of competitors explain the residuals?",
    "Does early stopping on revenue instead of AUC pay?", "Are synthetic frauds good enough to train on?",
    "Does a graph of devices find fraud that rules miss?", "How many labels does the fraud model really need?",
    "Is drift in June a season or a break?", "Would a linear model do for returns?",
)  # fmt: skip
LEARNED = (
    "It brings nothing beyond usage; 0.884 with and without.",
    "Yes, by two points, and nearly all of it on new customers.",
    "Ninety days are enough; more brings nothing and costs an hour of training each night.",
    "Clicks below the fold are noise: correcting for them makes the first page worse.",
    "It works, but 231 ms are too slow; six layers in int8 take 112 ms and lose next to nothing.",
)  # fmt: skip
WORK = (
    "Serve from the feature store", "Retry the CRM export three times", "Cache embeddings of frequent queries",
    "Score drift for each segment on the dashboard", "Train on spot machines", "Backfill returns of 2025",
)  # fmt: skip
DATA = ("Labels for October", "Clicks of the mobile app", "Device graph, daily", "Returns by shop")
VERSIONS = ("churn@v2.0", "rank@v1.0", "demand@v3.1", "fraud@v0.9", "returns@v1.0")
METRIC = MetricDefinition(
    project_id=1, name="val_auc", direction=Direction.UP, baseline=0.861, target=0.9,
    meaning="how well it tells who will leave from who will stay; the AUC of a coin is 0.5",
)  # fmt: skip
LATENCY = MetricDefinition(
    project_id=1, name="p95_ms", direction=Direction.DOWN, baseline=84, target=120,
    meaning="19 of 20 searches are answered within so many milliseconds",
)  # fmt: skip
TERMS = (
    Term("AUC", "0.5 is a coin, 1 is always right"), Term("cross-encoder", "reads query and result together: slow"),
    Term("drift", "what the model sees is no longer what it learned from"),
)  # fmt: skip


def _task(
    number: int, title: str, kind: Kind = Kind.INVESTIGATE, state: State = State.DOING, **fields: object
) -> TaskLine:
    fields.setdefault("version", VERSIONS[number % len(VERSIONS)])
    return line(100 + number, title, kind, state, owner=PEOPLE[number % len(PEOPLE)], **fields)


def _question(number: int) -> Investigation:
    best = 0.9 + (number % 7 - 3) / 100
    reading = Reading("val_auc", round(best - 0.004 * (number % 2), 3), MONDAY - DAY, highest=best, lowest=0.83)
    return Investigation(
        task=_task(number, QUESTIONS[number]), box=f"{number % 9 + 2}d", ends_at=MONDAY + (number % 12 - 1) * DAY,
        left=max(timedelta(), timedelta(hours=9 * (number % 12 - 1))), hours_a_day=9.0, runs=number * 3 % 17,
        readings=((reading, METRIC),) if number % 4 else (), extensions=number % 3 // 2, is_blocked=number % 6 == 5,
    )  # fmt: skip


QUESTIONS_OPEN = tuple(map(_question, range(18)))
DEADLINES = tuple(
    Deadline(task=one.task, ends_at=one.ends_at, extensions=one.extensions)
    for one in QUESTIONS_OPEN
    if MONDAY <= one.ends_at <= MONDAY + 5 * DAY
)
LATE = tuple(
    Deadline(
        task=_task(30 + n, QUESTIONS[18 + n]), ends_at=MONDAY - (n + 2) * DAY, asked_at=MONDAY - (n + 2) * DAY, nags=n
    )
    for n in range(3)
)  # fmt: skip
BLOCKED = tuple(
    BlockedTask(
        task=_task(40 + n, title, Kind.BUILD), cause=cause,
        why="" if n % 2 else "the vendor is late with the second batch",
        waits_for=_task(60, DATA[0], Kind.DATA).key if n % 2 else None, source=DATA[0] if n % 2 else "",
        since=MONDAY - (n + 1) * 3 * DAY, days=(n + 1) * 3.0,
    )
    for n, (title, cause) in enumerate(zip(WORK, cycle((Cause.DATA, Cause.INFRA, Cause.OTHER)), strict=False))
)  # fmt: skip
LEARNINGS = tuple(
    Learning(
        task=_task(70 + n, QUESTIONS[(n * 5) % len(QUESTIONS)], state=State.DONE), why="",
        call=(Call.DROP, Call.ADOPT, Call.DROP, Call.SPLIT, None)[n % 5], learned=LEARNED[n % len(LEARNED)],
        best_run="",
        who=PEOPLE[n % 5].name, at=MONDAY - n * DAY / 3, finding=n,
        carried_on=(_task(90, WORK[0]).key,) if n % 5 == 1 else (),
    )
    for n in range(24)
)  # fmt: skip
DEPLOYMENTS = tuple(
    Deployed(
        id=n, repository=f"acme/{VERSIONS[n % 5].partition('@')[0]}", environment="production",
        sha=f"{n:02x}3f2a1b" * 5,
        by=PEOPLE[n % 5].name, url="", at=MONDAY - (n + 1) * DAY / 2,
        has_succeeded=n % 6 != 4, is_rollback=n % 6 == 5,
        versions=(VERSIONS[n % 5],) if n % 3 else (), tasks=(_task(80 + n, WORK[n % 6], Kind.BUILD, State.DONE),),
        count=n % 3 + 1,
    )
    for n in range(12)
)  # fmt: skip

LARGE_WEEK: WeeklySummary = replace(
    WEEK,
    research=Listed(QUESTIONS_OPEN, 18, 4),
    deciding=listed(*DEADLINES),
    overdue=listed(*LATE[:2]),
    debt=listed(LATE[2], elsewhere=1),
    shipping=listed(
        *(
            Release(
                version=version, deploys=(_task(50 + n, f"Deploy {version}", Kind.DEPLOY, State.TODO),),
                under_way=tuple(_task(52 + n + m, WORK[(n + m) % 6], Kind.BUILD) for m in range(n + 1)), waiting=n,
                points=5 * n + 3, unestimated=n % 2, blocked=n % 3, target=date(2026, 12, 1 + 5 * n) if n % 2 else None,
            )
            for n, version in enumerate(VERSIONS)
        )
    ),
    blocked=listed(*BLOCKED, elsewhere=2),
    data_ready=listed(
        *(Ready(task=_task(60 + n, title, Kind.DATA), at=MONDAY - n * DAY) for n, title in enumerate(DATA))
    ),
    decided=Listed(LEARNINGS, 24, 3),
    deployed=listed(*DEPLOYMENTS),
)  # fmt: skip

LARGE_MONTH: MonthlySummary = replace(
    MONTH,
    running=listed(
        *(
            Running(version=one, repository="acme/models", environment="production", sha="", since=MONDAY - n * 9 * DAY)
            for n, one in enumerate(("churn@v1.4", "rank@v0.9", "demand@v3.0", "fraud@v0.8"))
        )
    ),
    deployed=listed(*DEPLOYMENTS, elsewhere=1),
    learned=Listed(LEARNINGS, 24, 3),
    quality=listed(
        Quality(task=QUESTIONS_OPEN[3].task, reading=Reading("val_auc", 0.886, MONDAY), definition=METRIC),
        Quality(task=QUESTIONS_OPEN[9].task, reading=Reading("p95_ms", 112, MONDAY), definition=LATENCY),
    ),
    coming=listed(
        *(
            Upcoming(
                version=version, done=4 * n, open=9 - n, points=21 - 4 * n, unestimated=n, is_running=n == 4,
                decisions=tuple(
                    replace(one, ends_at=FIRST_OF_DECEMBER + (3 * n + 2) * DAY) for one in DEADLINES[: 4 - n]
                ),
                blockers=BLOCKED[n : n + (2, 1, 0, 4, 0)[n]],
                target=(date(2026, 12, 15), None, date(2026, 12, 5))[n % 3],
                decide_by=FIRST_OF_DECEMBER + (3 * n + 2) * DAY if n < 4 else None,
            )
            for n, version in enumerate(VERSIONS)
        )
    ),
    numbers=replace(
        MONTH.numbers, deployments=8, failed_deployments=2, failures=2, decisions=24, dropped=10, due=20, in_time=16,
        extensions=7, experiments=1_114, research=95 * DAY, engineering=120 * DAY,
        to_production=tuple(n * 7 * DAY for n in range(3, 10)),
        blocked=tuple((cause, (4 - n) * 7.5 * DAY) for n, cause in enumerate((Cause.DATA, Cause.INFRA, Cause.OTHER))),
    ),
    questions=Listed(tuple(replace(one, ends_at=one.ends_at + 21 * DAY) for one in QUESTIONS_OPEN), 18, 4),
)  # fmt: skip
