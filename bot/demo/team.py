"""The demo's team: who they are, what they work on, and what their numbers mean."""

from collections.abc import Iterator

from bot.demo.diary import Diary
from bot.demo.stage import Line, Step

CHURN_REPOSITORY, RANK_REPOSITORY = "acme/churn", "acme/search-ranking"
# Beside those whom one can be in the local chat.
_COLLEAGUES = (("priya", "ml"), ("jonas", "data"))
_ACCOUNTS = ("mira", "ana", "ben", "priya", "jonas")


def set_up(diary: Diary) -> Iterator[Step]:
    """The first morning: projects, people, metrics, hooks, and what is shown where."""
    zone = diary.zone.key
    lines = (
        # The channel's own project is the one that was made in it last.
        ("mira", f'lab-admin project new RANK "Search ranking" zone:{zone}', "ml-board"),
        ("mira", f'lab-admin project new CHURN "Churn model" zone:{zone}', "ml-board"),
        ("mira", "lab-admin project lead CHURN @mira", "ml-board"),
        ("mira", "lab-admin project lead RANK @mira", "ml-board"),
        *(("mira", f"lab-admin member new {name.capitalize()} role:{role}", "ml-board") for name, role in _COLLEAGUES),
        *((name, f"lab me link github:{name}", "ml-board") for name in _ACCOUNTS),
        # Ranking is done between Lisbon and Sydney: somebody is always at work, and a timebox may end at any hour.
        ("mira", "lab-admin calendar set RANK days:mon-sun hours:00:00-23:59", "ml-board"),
        ("mira", "lab-admin watch add CHURN only:environment=production", "ml-releases"),
        ("mira", "lab-admin watch add RANK only:environment=production", "ml-releases"),
        ("mira", "lab-admin watch add CHURN only:environment=production,result=success", "stakeholders"),
        ("mira", f"lab-admin hook new github project:CHURN repo:{CHURN_REPOSITORY}", "ml-board"),
        ("mira", f"lab-admin hook new github project:RANK repo:{RANK_REPOSITORY}", "ml-board"),
        ("mira", "lab-admin metric define val_auc direction:up baseline:0.861 target:0.900 project:CHURN meaning:How"
                 " well it puts customers who will leave above those who stay; 0.5 is a coin toss", "ml-board"),
        ("mira", "lab-admin metric define recall_at_10 direction:up baseline:0.34 target:0.50 project:CHURN meaning:Of"
                 " the customers who left, the share among the 10 % we would have called", "ml-board"),
        ("mira", "lab-admin metric define ndcg_at_10 direction:up baseline:0.412 target:0.435 project:RANK meaning:How"
                 " close the first ten results are to the best possible order; 1 is perfect", "ml-board"),
        ("mira", "lab-admin metric define p95_ms direction:down baseline:84 target:120 project:RANK meaning:19 of 20"
                 " searches are answered within so many milliseconds", "ml-board"),
        ("mira", "lab glossary add cross-encoder A model that reads the query and a result together: precise, and slow",
                 "ml-board"),
        ("mira", "lab glossary add uplift How much likelier a customer stays because somebody called", "ml-board"),
        ("mira", "lab glossary add LightGBM A model made of many small decision trees; it trains in minutes",
                 "ml-board"),
    )  # fmt: skip
    for minute, (who, text, channel) in enumerate(lines):
        yield diary.line(44, f"09:{minute:02}", who, text, channel=channel)


def digests(diary: Diary) -> Iterator[Step]:
    """The plans of the last Mondays; from now on they come by themselves."""
    for at in diary.mondays(2, "09:00"):
        yield Line(at, "mira", "lab-admin digest post weekly")
    yield diary.just(1, "mira", "lab-admin digest schedule weekly day:mon at:09:00")
    yield diary.just(0.9, "mira", "lab-admin digest schedule monthly at:10:00", channel="stakeholders")
