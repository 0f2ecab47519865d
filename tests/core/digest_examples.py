"""A full week and a full month as templates are given them: every figure and every list has something."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from core.digest_records import (
    Awaited,
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
from core.ids import Person, TaskKey
from core.metrics import Direction, MetricDefinition, Reading
from core.monthly import MonthlySummary
from core.numbers import Numbers
from core.periods import month_at, week_at
from core.tasks import Kind, State
from core.timebox_records import Call
from core.weekly import WeeklySummary

ZONE = "Europe/Lisbon"
MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
FIRST_OF_DECEMBER = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
IN_DECEMBER = datetime(2026, 12, 9, 14, 0, tzinfo=UTC)
ANA, BEN = Person(1, "Ana"), Person(2, "Ben")
DAY = timedelta(days=1)
AUC = MetricDefinition(
    project_id=1, name="val_auc", direction=Direction.UP, baseline=0.88, target=0.9,
    meaning="How well it tells who will leave from who will stay; 0.5 is a coin, 1 is always right",
)  # fmt: skip


def line(number: int, title: str, kind: Kind = Kind.INVESTIGATE, state: State = State.DOING, **fields) -> TaskLine:
    fields.setdefault("owner", ANA)
    return TaskLine(
        id=number, key=TaskKey("CHURN", number), title=title, kind=kind, track=fields.pop("track", kind.tracks[0]),
        state=state, project_id=1, **fields,
    )  # fmt: skip


def listed(*items, more: int = 0, elsewhere: int = 0) -> Listed:
    return Listed(items, len(items) + more, elsewhere)


FOCAL = line(12, "Does focal loss help on tail classes?", version="churn@v2.0")
TENURE = line(14, "Is tenure a better label than cancellation?", owner=BEN)
CALIBRATION = line(9, "Is the model calibrated for new customers?")
SHIP = line(20, "Ship churn v2.0", Kind.DEPLOY, State.TODO, version="churn@v2.0", owner=BEN)
SERVING = line(18, "Serve from the feature store", Kind.BUILD, version="churn@v2.0", points=5, owner=BEN)
RETRAIN = line(22, "Retrain on November", Kind.BUILD, State.REVIEW, points=3)
LABELS = line(7, "Labels for October", Kind.DATA, owner=None)
CLICKS = line(5, "Clicks of the mobile app", Kind.DATA, State.DONE)
SHIPPED = line(3, "Ship churn v1.1", Kind.DEPLOY, State.DONE, version="churn@v1.1")

INVESTIGATION = Investigation(
    task=FOCAL, box="10d", ends_at=MONDAY + timedelta(days=4, hours=5), left=timedelta(hours=41), hours_a_day=9.0,
    runs=14, readings=((Reading("val_auc", 0.89, MONDAY - 3 * DAY, highest=0.91, lowest=0.83), AUC),), extensions=1,
    is_blocked=False,
)  # fmt: skip
OVER = Investigation(
    task=TENURE, box="5d", ends_at=MONDAY - 3 * DAY, left=timedelta(), hours_a_day=9.0, runs=0, readings=(),
    extensions=0, is_blocked=True,
)  # fmt: skip
THIS_WEEK = Deadline(task=FOCAL, ends_at=INVESTIGATION.ends_at, extensions=1)
OVERDUE = Deadline(task=TENURE, ends_at=MONDAY - 3 * DAY, asked_at=MONDAY - 3 * DAY, nags=1)
DEBT = Deadline(task=CALIBRATION, ends_at=MONDAY - 12 * DAY, asked_at=MONDAY - 12 * DAY, nags=2)
BLOCKED = BlockedTask(
    task=TENURE, cause=Cause.DATA, why="", waits_for=LABELS.key, since=MONDAY - 6 * DAY, days=6.0,
    source="Labels for October",
)  # fmt: skip
BLOCKED_BY_INFRA = BlockedTask(
    task=SERVING, cause=Cause.INFRA, why="no quota for the new cluster", waits_for=None, since=MONDAY - 2 * DAY,
    days=2.0,
)  # fmt: skip
DROPPED = Learning(
    task=line(8, "Do support tickets predict leaving?", state=State.DROPPED), call=Call.DROP,
    learned="Tickets come after the decision to leave: they add nothing to usage.", why="no gain over the baseline",
    best_run="run 41, val_auc 0.88", who="Ana", at=MONDAY - 4 * DAY, finding=4, carried_on=(),
)  # fmt: skip
ADOPTED = Learning(
    task=line(6, "Does a longer window help?", state=State.DONE, version="churn@v1.1"), call=Call.ADOPT,
    learned="Ninety days are enough; more brings nothing.", why="", best_run="", who="Ben", at=MONDAY - 5 * DAY,
    finding=3, carried_on=(TaskKey("CHURN", 18),),
)  # fmt: skip
NOTED = Learning(
    task=FOCAL, call=None, learned="Half of the tails are label noise", why="", best_run="", who="Ana",
    at=MONDAY - 6 * DAY, finding=5, carried_on=(),
)  # fmt: skip
DEPLOYED = Deployed(
    id=1, repository="acme/churn", environment="production", sha="3f2a1b9c" * 5, by="Ben",
    url="https://github.com/acme/churn/actions/runs/1", at=MONDAY - 5 * DAY, has_succeeded=True, is_rollback=False,
    versions=("churn@v1.1",), tasks=(SHIPPED,), count=3,
)  # fmt: skip
FAILED = Deployed(
    id=2, repository="acme/churn", environment="production", sha="77aa00ff" * 5, by="octocat", url="",
    at=MONDAY - 3 * DAY, has_succeeded=False, is_rollback=False, versions=(), tasks=(), count=0,
)  # fmt: skip

WEEK = WeeklySummary(
    week=week_at(MONDAY, ZONE),
    as_of=MONDAY,
    research=listed(INVESTIGATION, OVER, elsewhere=2),
    deciding=listed(THIS_WEEK),
    overdue=listed(OVERDUE),
    debt=listed(DEBT),
    shipping=listed(
        Release(
            version="churn@v2.0", deploys=(SHIP,), under_way=(SERVING,), waiting=2, points=8, unestimated=2, blocked=1,
            target=date(2026, 12, 18),
        ),
        Release(
            version=None, deploys=(), under_way=(RETRAIN,), waiting=0, points=3, unestimated=0, blocked=0
        ),
        elsewhere=1,
    ),
    blocked=listed(BLOCKED, BLOCKED_BY_INFRA),
    data_ready=listed(Ready(task=CLICKS, at=MONDAY - 4 * DAY)),
    data_awaited=listed(
        Awaited(source=LABELS, why="", tasks=(TENURE.key,), count=1, since=MONDAY - 6 * DAY, days=6.0),
        Awaited(
            source=None, why="the vendor is late", tasks=(FOCAL.key, TENURE.key), count=2, since=MONDAY - DAY, days=1.0
        ),
    ),
    decided=listed(DROPPED, ADOPTED, NOTED, more=1),
    deployed=listed(DEPLOYED, FAILED),
)  # fmt: skip

_NOVEMBER = month_at(MONDAY, ZONE)
MONTH = MonthlySummary(
    month=_NOVEMBER,
    as_of=FIRST_OF_DECEMBER,
    running=listed(
        Running(
            version="churn@v1.1", repository="acme/churn", environment="production", sha="3f2a1b9c" * 5,
            since=MONDAY - 5 * DAY,
        ),
        Running(
            version=None, repository="acme/ranker", environment="live", sha="00ff11ee" * 5, since=MONDAY - 90 * DAY
        ),
    ),
    deployed=listed(DEPLOYED, FAILED),
    learned=listed(DROPPED, ADOPTED, NOTED, elsewhere=3),
    quality=listed(Quality(task=FOCAL, reading=Reading("val_auc", 0.91, MONDAY - 3 * DAY), definition=AUC)),
    coming=listed(
        Upcoming(
            version="churn@v2.0", done=4, open=5, points=13, unestimated=2, blockers=(BLOCKED, BLOCKED_BY_INFRA),
            decisions=(replace(THIS_WEEK, ends_at=IN_DECEMBER), DEBT), decide_by=IN_DECEMBER, target=date(2026, 12, 18),
        ),
        Upcoming(
            version="churn@v2.1", done=0, open=3, points=3, unestimated=2, blockers=(), decide_by=None,
            decisions=(Deadline(task=TENURE, ends_at=None),),
        ),
        Upcoming(
            version="churn@v1.1", done=9, open=1, points=1, unestimated=0, decisions=(), blockers=(), decide_by=None,
            is_running=True,
        ),
    ),
    questions=listed(replace(INVESTIGATION, ends_at=IN_DECEMBER), OVER),
    numbers=Numbers(
        period=_NOVEMBER, deployments=6, failed_deployments=1, failures=1, to_production=(41 * DAY, 63.5 * DAY),
        research=30 * DAY, engineering=20 * DAY, experiments=114, due=5, in_time=4, decisions=5, dropped=3,
        extensions=2, blocked=((Cause.DATA, 12.5 * DAY), (Cause.INFRA, 2 * DAY)),
    ),
    before=Numbers(
        period=_NOVEMBER.before, deployments=4, failures=0, research=15 * DAY, engineering=15 * DAY, experiments=80,
        due=4, in_time=2, decisions=4, dropped=1, extensions=2, blocked=((Cause.DATA, 20 * DAY),),
    ),
)  # fmt: skip
