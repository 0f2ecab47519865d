"""Two months of the churn model: what was tried, what was learned, what went to production, and what came back."""

from collections.abc import Iterator

from bot.demo.diary import Diary
from bot.demo.repository import DemoRepository
from bot.demo.stage import Step
from bot.demo.team import CHURN_REPOSITORY
from core.git import PullRequestState, Result

REPOSITORY = DemoRepository("CHURN", CHURN_REPOSITORY)
_RUN = "https://mlflow.acme.example/runs"


def churn_story(diary: Diary) -> Iterator[Step]:
    yield from _boosting(diary)
    yield from _first_release(diary)
    yield from _sequences(diary)
    yield from _calibration(diary)
    yield from _second_release(diary)
    yield from _pruning(diary)
    yield from _planning(diary)
    yield from _now(diary)


def _boosting(d: Diary) -> Iterator[Step]:
    yield d.line(43, "09:40", "mira", "lab task new Does gradient boosting beat the logistic baseline? kind:investigate"
                 " box:8d owner:@ana version:churn@v1.3 role:research about:Same 214 features, same split by month."
                 " Worth it only if val_auc gains more than 0.01.", "boosting")  # fmt: skip
    yield d.line(43, "09:41", "mira", "lab task new Labels 30 days earlier, from cancelled auto-renewals kind:data"
                 " owner:@jonas role:data points:5", "labels")  # fmt: skip
    yield d.line(43, "10:15", "ana", "lab task start {boosting}")
    yield d.line(42, "09:20", "jonas", "lab task start {labels}")
    yield REPOSITORY.push(
        d.at(41, "16:48"), "ana", ("gbm1", "{boosting} LightGBM with the baseline's features"),
        ("gbm2", f"{{boosting}} early stopping on the last month #run {_RUN}/5f2c"), branch="feat/{boosting}-lightgbm",
    )  # fmt: skip
    yield d.line(40, "11:02", "ana", "lab task set {boosting} metric:val_auc=0.879")
    yield REPOSITORY.push(
        d.at(38, "15:31"), "ana",
        ("gbm3", f"{{boosting}} monotone in tenure #metric val_auc=0.884 #run {_RUN}/81aa"),
        branch="feat/{boosting}-lightgbm",
    )  # fmt: skip
    yield d.line(37, "10:26", "ana", "lab task note {boosting} Gain is stable over all six months (0.019 to 0.026)."
                 " Above 0.8 the scores are too sure of themselves: calibration is a question of its own.")  # fmt: skip
    yield d.line(36, "14:10", "ana", "lab box adopt {boosting} learned:LightGBM lifts val_auc from 0.861 to 0.884."
                 " Nearly all of it comes from tenure together with support tickets, which a linear model cannot see."
                 f" why:More than twice the gain we asked for, at the same serving cost best:{_RUN}/81aa"
                 " tasks:Train LightGBM weekly on the warehouse snapshot; Serve churn scores v1.3 to the CRM",
                 "train serve")  # fmt: skip


def _first_release(d: Diary) -> Iterator[Step]:
    yield d.line(36, "14:32", "mira", "lab task set {train} owner:@priya points:5 version:churn@v1.3 priority:now")
    yield d.line(36, "14:33", "mira",
                 "lab task set {serve} kind:deploy owner:@ben points:3 version:churn@v1.3 priority:now")  # fmt: skip
    yield d.line(36, "14:35", "mira", "lab task after {serve} {train}")
    yield d.line(35, "09:30", "priya", "lab task start {train}")
    yield REPOSITORY.push(
        d.at(34, "17:12"), "priya", ("train1", "{train} weekly training as an Airflow DAG"),
        branch="feat/{train}-weekly",
    )  # fmt: skip
    yield REPOSITORY.check(d.at(34, "17:19"), "train1", Result.SUCCESS, order=101)
    yield REPOSITORY.pull_request(
        d.at(33, "10:05"), "priya", 41, "{train} Weekly training", PullRequestState.OPEN, head="train1",
        branch="feat/{train}-weekly",
    )  # fmt: skip
    yield REPOSITORY.pull_request(
        d.at(32, "11:44"), "priya", 41, "Closes {train}: weekly training", PullRequestState.MERGED, head="train1",
        branch="feat/{train}-weekly", merge="v1.3-train",
    )  # fmt: skip
    yield d.line(31, "09:15", "ben", "lab task start {serve}")
    yield REPOSITORY.push(d.at(30, "15:20"), "ben", ("v1.3", "{serve} scores to the CRM, behind the nightly export"))
    yield REPOSITORY.check(d.at(30, "15:28"), "v1.3", Result.SUCCESS, order=117)
    yield REPOSITORY.deploy(d.at(29, "10:00"), "ben", 301, "v1.3", Result.RUNNING, description="churn v1.3")
    yield REPOSITORY.deploy(d.at(29, "10:07"), "ben", 301, "v1.3", Result.SUCCESS, order=2, description="churn v1.3")
    yield d.words(29, "10:15", "sam", "The call centre sees the new scores since this morning. Thank you!",
                  channel="ml-releases")  # fmt: skip
    yield REPOSITORY.push(d.at(26, "16:02"), "jonas", ("labels", "{labels} renewals cancelled in the app count too"))
    yield d.line(24, "11:30", "jonas", "lab task done {labels}")


def _sequences(d: Diary) -> Iterator[Step]:
    yield d.line(34, "09:50", "ana", "lab task new Do sequences of logins beat counts of logins? kind:investigate"
                 " box:10d owner:me role:research about:A small GRU over 90 days of events against last-7, last-30 and"
                 " last-90-day counts.", "gru")  # fmt: skip
    yield d.line(34, "10:00", "ana", "lab task start {gru}")
    yield REPOSITORY.push(
        d.at(31, "18:05"), "ana",
        ("gru1", f"{{gru}} GRU over 90 days of events #metric val_auc=0.881 #run {_RUN}/c07d"),
        branch="feat/{gru}-sequences",
    )  # fmt: skip
    yield d.line(25, "16:20", "ana", "lab box extend {gru} by:3d why:The last two runs still improve, and the larger"
                 " batch has not converged")  # fmt: skip
    yield REPOSITORY.push(
        d.at(22, "13:40"), "ana",
        ("gru2", f"{{gru}} larger batch, cosine schedule #metric val_auc=0.886 #run {_RUN}/d3b1"),
        branch="feat/{gru}-sequences",
    )  # fmt: skip
    yield d.line(20, "15:05", "ana", "lab box drop {gru} learned:Sequences reach 0.886 against 0.884 and cost fourteen"
                 " times as much to train. Counts over the last 7 days carry the signal already; the order of the"
                 " logins adds next to nothing. why:Two thousandths are within the noise between months")  # fmt: skip


def _calibration(d: Diary) -> Iterator[Step]:
    yield d.line(23, "09:30", "priya", "lab task new Isotonic or Platt: which calibration still holds a quarter later?"
                 " kind:investigate box:4d owner:me version:churn@v1.4", "calibration")  # fmt: skip
    yield d.line(23, "09:45", "priya", "lab task start {calibration}")
    yield REPOSITORY.push(
        d.at(20, "11:11"), "priya", ("cal1", f"{{calibration}} both, fitted on Q2 and tested on Q3 #run {_RUN}/e9f0"),
        branch="feat/{calibration}",
    )  # fmt: skip
    yield d.line(19, "14:30", "priya", "lab box adopt {calibration} learned:Isotonic keeps the expected calibration"
                 " error under 0.02 for a quarter; Platt drifts to 0.05 as soon as the price changes."
                 " why:The call centre reads scores as probabilities tasks:Calibrate scores in the serving path",
                 "calibrate")  # fmt: skip


def _second_release(d: Diary) -> Iterator[Step]:
    yield d.line(19, "14:50", "mira", "lab task set {calibrate} owner:@priya points:3 version:churn@v1.4 priority:now")
    yield d.line(19, "14:51", "mira", "lab task new Deploy churn v1.4 kind:deploy owner:@ben points:2"
                 " version:churn@v1.4 priority:now", "v14")  # fmt: skip
    yield d.line(19, "14:52", "mira", "lab task after {v14} {calibrate}")
    yield d.line(18, "09:20", "priya", "lab task start {calibrate}")
    yield REPOSITORY.push(
        d.at(17, "16:30"), "priya", ("v1.4", "Closes {calibrate}: isotonic calibration when serving\n\nTask: {v14}")
    )
    yield REPOSITORY.check(d.at(17, "16:41"), "v1.4", Result.SUCCESS, order=148)
    yield d.line(16, "09:05", "ben", "lab task start {v14}")
    yield REPOSITORY.deploy(d.at(15, "10:30"), "ben", 318, "v1.4", Result.SUCCESS, order=2, description="churn v1.4")
    yield d.line(14, "09:48", "ben", "lab task new Scores are missing for 4.1 % of customers since v1.4 kind:alert"
                 " owner:@ben priority:now version:churn@v1.4 about:All of them are accounts that moved from the old"
                 " shop: their tenure is empty, and isotonic regression gives nothing for nothing.",
                 "missing")  # fmt: skip
    yield d.line(14, "09:49", "ben", "lab task start {missing}")
    yield REPOSITORY.deploy(
        d.at(14, "09:55"), "ben", 320, "v1.3", Result.SUCCESS, order=2, description="back to churn v1.3",
    )  # fmt: skip
    yield REPOSITORY.push(
        d.at(13, "12:20"), "ben", ("v1.4.1", "{missing} tenure of moved accounts from the old shop's contract date"),
    )  # fmt: skip
    yield REPOSITORY.check(d.at(13, "12:29"), "v1.4.1", Result.SUCCESS, order=153)
    yield REPOSITORY.deploy(
        d.at(12, "10:02"), "ben", 323, "v1.4.1", Result.FAILURE, order=2, description="migration timed out after 300 s",
    )  # fmt: skip
    yield d.line(12, "10:20", "ben", "lab task note {missing} The migration waited for the nightly export's lock."
                 " Again after 11:00.")  # fmt: skip
    yield REPOSITORY.deploy(
        d.at(12, "11:15"), "ben", 324, "v1.4.1", Result.SUCCESS, order=2, description="churn v1.4.1"
    )
    yield d.line(12, "11:40", "ben", "lab task done {missing}")


def _pruning(d: Diary) -> Iterator[Step]:
    """Nobody decided: decision debt."""
    yield d.line(13, "09:30", "priya", "lab task new Can we drop the 40 weakest features without loss?"
                 " kind:investigate box:5d owner:me", "pruning")  # fmt: skip
    yield d.line(13, "09:40", "priya", "lab task start {pruning}")
    yield REPOSITORY.push(
        d.at(10, "15:00"), "priya",
        ("prune", f"{{pruning}} without the 40 weakest #metric val_auc=0.883 #run {_RUN}/f410"),
        branch="feat/{pruning}",
    )  # fmt: skip


def _planning(d: Diary) -> Iterator[Step]:
    yield d.line(9, "10:00", "mira", "lab task new Do focal loss or resampling help customers of less than 3 months?"
                 " kind:investigate box:10d owner:@ana version:churn@v2.0 role:research priority:now about:They are"
                 " 9 % of customers and 31 % of those who leave. recall_at_10 is 0.34 for them, 0.52 for the others.",
                 "tails")  # fmt: skip
    yield d.line(9, "10:05", "mira", "lab task new Support chats in the feature store kind:data owner:@jonas role:data"
                 " priority:now points:8 version:churn@v2.0", "chats")  # fmt: skip
    yield d.line(9, "10:06", "mira", "lab task new Does the tone of support chats announce churn before tickets do?"
                 " kind:investigate box:2w owner:@ana version:churn@v2.0 priority:next", "tone")  # fmt: skip
    yield d.line(9, "10:07", "mira", "lab task after {tone} {chats}")
    yield d.line(9, "10:08", "mira", "lab task new Deploy churn v2.0 behind a flag kind:deploy owner:@ben points:5"
                 " version:churn@v2.0 priority:later", "v20")  # fmt: skip
    yield d.line(9, "10:09", "mira", "lab task after {v20} {tails}")
    yield d.line(9, "10:11", "mira", f"lab model version churn@v2.0 target:{d.ahead(16)}")


def _now(d: Diary) -> Iterator[Step]:
    yield d.line(8, "09:20", "ana", "lab task start {tails}")
    yield d.line(8, "09:35", "jonas", "lab task start {chats}")
    yield d.line(7, "11:00", "mira",
                 "lab task new Call only where the uplift is above 5 %: does it keep more customers?"
                 " kind:ab-test box:3w owner:@priya version:churn@v1.4 priority:next", "uplift")  # fmt: skip
    yield d.line(7, "11:30", "priya", "lab task start {uplift}")
    yield d.line(
        6, "10:10", "jonas", "lab task block {chats} legal has to agree to 24 months of retention cause:people"
    )
    yield REPOSITORY.push(
        d.at(5, "17:30"), "ana",
        ("focal1", f"{{tails}} focal loss, gamma 2 #metric recall_at_10=0.41 #run {_RUN}/1a77"),
        branch="feat/{tails}-focal",
    )  # fmt: skip
    yield REPOSITORY.check(d.at(5, "17:38"), "focal1", Result.SUCCESS, order=170)
    yield d.line(4, "09:30", "ben", "lab task new Repeat the CRM export when the CRM times out kind:feature owner:me"
                 " points:2 priority:now", "export")  # fmt: skip
    yield d.line(4, "09:31", "ben", "lab task start {export}")
    yield d.line(4, "14:00", "ana", "lab task note {tails} Focal loss alone: 0.41 for new customers and nothing lost on"
                 " the others. Resampling hurts calibration, as expected.")  # fmt: skip
    yield d.line(3, "10:00", "mira", "lab task new Score drift for each segment on the dashboard kind:feature"
                 " role:mlops points:3 priority:next labels:monitoring")  # fmt: skip
    yield d.line(3, "10:01", "mira", "lab task new Train on spot machines kind:build owner:@ben points:3"
                 " priority:later labels:cost")  # fmt: skip
    yield REPOSITORY.push(
        d.at(2, "15:45"), "ana",
        ("focal2", f"{{tails}} focal loss with class-wise alpha #metric recall_at_10=0.46 #run {_RUN}/2b90"),
        branch="feat/{tails}-focal",
    )  # fmt: skip
    yield REPOSITORY.push(
        d.at(1, "16:20"), "ben", ("export1", "{export} three attempts, a minute apart"), branch="feat/{export}-repeat",
    )  # fmt: skip
    yield REPOSITORY.check(d.at(1, "16:27"), "export1", Result.SUCCESS, order=181)
    yield REPOSITORY.pull_request(
        d.at(1, "16:40"), "ben", 58, "{export} Repeat the CRM export", PullRequestState.OPEN, head="export1",
        branch="feat/{export}-repeat",
    )  # fmt: skip
