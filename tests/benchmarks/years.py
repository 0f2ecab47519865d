"""Fills a board with years of a team's work: 55 tasks a day, with nine events and more each, whatever their number, so
that more tasks are more history and the same present."""

from collections.abc import Callable
from datetime import datetime, timedelta

from core.ids import TeamId
from storage.engine import is_sqlite
from tests.benchmarks.bulk import fill_at_once

MINUTES = 26
# The newest are open.
OPEN = 600
_SERIES = {
    True: "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count}) ",
    False: "WITH numbers AS (SELECT n FROM generate_series(1, {count}) AS n) ",
}
_IS_RESEARCH = "n % 3 = 0"
_IS_OVER = "n <= {count} - {open}"
_VERSION = "'m' || (n % 20) || '@v' || (n / 400)"
_STATEMENTS = """
INSERT INTO tasks (id, team_id, project_id, number, title, description, kind, track, state, priority, rank,
    labels, revision, points, box_length, version, created_at, started_at, closed_at) {series} SELECT n, {team},
    {project}, n, 'Does a longer window help?', '', CASE WHEN {research} THEN 'investigate' WHEN n % 40 = 1 THEN
    'deploy' WHEN n % 50 = 2 THEN 'alert' WHEN n % 7 = 1 THEN 'data' ELSE 'feature' END, CASE WHEN {research} THEN
    'research' ELSE 'production' END, CASE WHEN NOT ({over}) THEN 'doing' WHEN {research} AND n % 2 = 0 THEN
    'dropped' ELSE 'done' END, n % 3, 'a' || n, '', 4, CASE WHEN {research} THEN NULL ELSE n % 5 END, CASE WHEN
    {research} THEN '5d' END, CASE WHEN n % 2 = 0 THEN {version} END, {at:0}, {at:30}, CASE WHEN {over} THEN
    {at:7200} END FROM numbers;
INSERT INTO task_spans (team_id, task_id, project_id, track, state, started_at, ended_at) SELECT team_id, id,
    project_id, track, 'doing', started_at, CASE WHEN closed_at IS NULL THEN NULL ELSE {task_at:5760} END FROM tasks
    AS t;
INSERT INTO task_spans (team_id, task_id, project_id, track, state, started_at, ended_at) SELECT team_id, id,
    project_id, track, 'review', {task_at:5760}, closed_at FROM tasks AS t WHERE closed_at IS NOT NULL;
INSERT INTO timeboxes (team_id, task_id, project_id, state, box_length, started_at, counts_from, ends_at, nags,
    rounds, closed_at) SELECT team_id, id, project_id, CASE WHEN closed_at IS NULL THEN 'running' ELSE 'decided'
    END, '5d', started_at, started_at, {task_at:7200}, 0, 0, closed_at FROM tasks AS t WHERE track = 'research';
INSERT INTO decisions (team_id, task_id, call, why, learned, best_run, at) SELECT team_id, id, CASE WHEN state =
    'done' THEN 'adopt' ELSE 'drop' END, '', 'Ninety days do', '', closed_at FROM tasks WHERE track = 'research' AND
    closed_at IS NOT NULL;
INSERT INTO events (team_id, project_id, task_id, type, body, at, is_fanned_out) SELECT t.team_id, t.project_id,
    t.id, k.kind, {json:k.body}, {task_at:600*k.place}, {yes} FROM tasks AS t, ({kinds}) AS k;
INSERT INTO events (team_id, project_id, task_id, type, body, at, is_fanned_out) SELECT team_id, project_id, id,
    'TaskDecided', {json:'{decided}'}, closed_at, {yes} FROM tasks WHERE track = 'research' AND closed_at IS NOT
    NULL;
INSERT INTO links (team_id, task_id, kind, url, title, added_at) SELECT t.team_id, t.id, 'run', 'run:' || t.id
    || ':' || k.place, '', {task_at:700*k.place} FROM tasks AS t, ({kinds}) AS k WHERE t.track = 'research' AND
    k.place < 4;
INSERT INTO blockers (team_id, task_id, cause, why, opened_at, closed_at) SELECT team_id, id, CASE WHEN id % 2 =
    0 THEN 'data' ELSE 'infra' END, 'labels are late', {task_at:2000}, CASE WHEN closed_at IS NULL THEN NULL ELSE
    {task_at:5000} END FROM tasks AS t WHERE id % 5 = 0;
INSERT INTO task_metrics (task_id, name, team_id, value, highest, lowest, updated_at) SELECT id, 'val_auc', team_id, 0.9
    + (id % 100) / 2000.0, 0.95, 0.9, {task_at:3000} FROM tasks AS t WHERE track = 'research';
INSERT INTO dependencies (task_id, after_id, team_id, created_at) SELECT id, id - 1, team_id, created_at FROM
    tasks WHERE id % 3 = 1 AND id > 1;
INSERT INTO deployments (id, team_id, repository_id, external_id, environment, is_production, sha, ref, result,
    status_order, "by", url, description, started_at, finished_at, has_succeeded, is_rollback) SELECT id / 20,
    team_id, {repository}, id, 'production', {yes}, 'sha' || id, 'main', 'success', 1, 'Ben', '', '', closed_at,
    closed_at, {yes}, {no} FROM tasks WHERE id % 20 = 0 AND closed_at IS NOT NULL;
INSERT INTO deployment_tasks (deployment_id, task_id, team_id) SELECT id / 20, id, team_id FROM tasks WHERE
    track = 'production' AND closed_at IS NOT NULL AND id / 20 IN (SELECT id FROM deployments);
INSERT INTO running_versions (team_id, repository_id, environment, model, version, project_id, deployment_id,
    since, until) SELECT d.team_id, d.repository_id, 'production', '', '', NULL, d.id, d.finished_at, n.finished_at
    FROM deployments AS d LEFT JOIN deployments AS n ON n.id = d.id + 1;
UPDATE projects SET last_number = {count} WHERE id = {project}
"""
_KINDS = (
    ("TaskCreated", "{}"), ("TaskMoved", "{}"), ("NoteAdded", "{}"), ("LinkAdded", "{}"), ("CommitsLinked", "{}"),
    ("MetricRecorded", "{}"), ("CheckChanged", "{}"), ("TaskMoved", "{}"), ("TaskMoved", "{}"),
)  # fmt: skip
_DECIDED = '{"call":"drop","learned":"Ninety days do","timebox":1,"nags":1}'


def fill_years(url: str, team: TeamId, project: int, repository: int, *, tasks: int, now: datetime) -> float:
    """No process may have the database open meanwhile. How many seconds it took."""
    sqlite = is_sqlite(url)
    moment = _moments(sqlite, now - timedelta(minutes=MINUTES * tasks))
    kinds = " UNION ALL ".join(
        f"SELECT {place} AS place, '{kind}' AS kind, '{body}' AS body" for place, (kind, body) in enumerate(_KINDS)
    )
    words = {
        "series": _SERIES[sqlite].format(count=tasks), "research": _IS_RESEARCH, "count": str(tasks),
        "over": _IS_OVER.format(count=tasks, open=OPEN), "version": _VERSION, "team": str(team),
        "project": str(project), "repository": str(repository), "kinds": kinds, "yes": "1" if sqlite else "true",
        "no": "0" if sqlite else "false",
    }  # fmt: skip
    statements = [_filled(one, words, moment, sqlite) for one in _STATEMENTS.strip(" ;\n").split(";")]
    tables = {statement.split()[2] for statement in statements if statement.lstrip().startswith("INSERT")}
    return fill_at_once(url, statements, tables)


def _filled(statement: str, words: dict[str, str], moment: Callable[[str, str], str], sqlite: bool) -> str:
    out = statement
    for name, word in words.items():
        out = out.replace("{" + name + "}", word)
    while (start := max(out.find("{at:"), out.find("{task_at:"))) >= 0:
        end = out.index("}", start)
        name, _, minutes = out[start + 1 : end].partition(":")
        out = out[:start] + moment("t.id" if name == "task_at" else "n", minutes) + out[end + 1 :]
    for marker, body in (("{json:k.body}", "k.body"), ("{json:'{decided}'}", f"'{_DECIDED}'")):
        out = out.replace(marker, body if sqlite else f"CAST({body} AS jsonb)")
    return out


def _moments(sqlite: bool, base: datetime) -> Callable[[str, str], str]:
    if sqlite:
        micros = int(base.timestamp() * 1_000_000)
        return lambda place, minutes: f"({micros} + ({place} * {MINUTES} + {minutes}) * 60000000)"
    return lambda place, minutes: (
        f"(timestamptz '{base.isoformat()}' + ({place} * {MINUTES} + {minutes}) * interval '1 minute')"
    )
