"""`/lab-admin project …` and `/lab-admin metric …`."""

import pytest

from core.ids import ChannelRef
from tests.bot.speaker import Speaker
from tests.drivers import BoardDriver


def test_project_new(ana: Speaker) -> None:
    ana.done(
        "lab-admin project new fraud name:Fraud alerts zone:america/new_york",
        "▌ FRAUD Fraud alerts\n",
        "Created.",
        "lead          nobody yet",
        "time zone     America/New_York",
        "home channel  none: nothing is posted",
        "Next: labkeeper lab task new What to do first project:FRAUD",
    )
    ana.done("lab-admin project new PRICING", "▌ PRICING Pricing\n", "Europe/Lisbon")
    ana.done("lab-admin project new Q3 Third quarter", "▌ Q3 Third quarter\n")


def test_project_new_in_a_channel_makes_it_the_home(ana: Speaker) -> None:
    ana.channel = ChannelRef("slack", "T1", "C1")
    said = ana.done("lab-admin project new FRAUD", "home channel  #lab")
    assert said.facts["project"] == "FRAUD"
    ana.done("lab task new Look into it", "FRAUD-1 Look into it")
    ana.channel = None
    ana.refused("lab task new Look into it", "There are several projects here.", "project:CHURN", "CHURN, FRAUD")


def test_project_new_refuses_a_bad_or_taken_key(ana: Speaker) -> None:
    ana.refused("lab-admin project new CHURN", "There is already a project CHURN.", "lab-admin project list")
    ana.refused("lab-admin project new", "“key” is missing", "lab-admin project new CHURN name:Churn model")
    for key in ("C", "1ST", "CH-URN", "ABCDEFGHIJK", "ÇHURN", "CHURN12345X"):
        ana.refused(f"lab-admin project new {key}", f"key: “{key}” cannot be a project key.", "2 to 10 letters")
    ana.refused("lab-admin project new NEW zone:Lisbon", "“Lisbon” is not a time zone.", "Europe/Lisbon")
    ana.refused(f"lab-admin project new NEW name:{'x' * 81}", "The project name has 81 characters; at most 80 fit.")


def test_project_list(ana: Speaker) -> None:
    ana.done("lab-admin project list", "1 project\n", "CHURN  Churn  —     —     Europe/Lisbon")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_without_a_project_the_first_one_is_suggested(board: BoardDriver, sqlite_board: BoardDriver) -> None:
    empty = BoardDriver.open(board.store, now=board.now, project="")
    bea = Speaker(empty, empty.ana)
    bea.done("lab-admin project list", "There is no project yet.", "labkeeper lab-admin project new CHURN")
    bea.refused("lab task new Fix it", "There is no project yet.", "labkeeper lab-admin project new CHURN")
    bea.refused("lab task show CHURN-1", "There is no project yet.", "labkeeper lab-admin project new CHURN")


def test_project_lead(ana: Speaker) -> None:
    ana.beside("ben")
    ana.done("lab-admin project lead CHURN @ben", "ben leads it.", "lead          ben")
    ana.done("lab-admin project list", "CHURN  Churn  ben")
    ana.done("lab-admin project lead CHURN none", "Nobody leads it now.", "nobody yet")
    ana.refused("lab-admin project lead CHURN @bea", "There is no member “bea”", "@ben")
    ana.refused("lab-admin project lead FRAUD @ben", "There is no project FRAUD.")
    ana.refused("lab-admin project lead CHURN", "“lead” is missing: who, or none.")


def test_metric_define_and_list(ana: Speaker) -> None:
    ana.done("lab-admin metric list", "No metric is defined yet.", "labkeeper lab-admin metric define val_auc")
    ana.done(
        "lab-admin metric define val_auc direction:up baseline:0.88 target:.9 meaning:how well churners are told apart",
        "Metric val_auc is defined.",
        "how well churners are told apart",
        "better    higher",
        "baseline  0.88",
        "target    0.9",
        "labkeeper lab task set CHURN-12 metric:val_auc=0.91",
    )
    ana.done("lab-admin metric define loss direction:down", "better    lower", "target    —")
    ana.done("lab-admin metric list", "val_auc  higher  0.88      0.9     how well churners are told apart")
    ana.refused("lab-admin metric define 1st", "“1st” cannot be a metric's name.", "as in val_auc")
    ana.refused("lab-admin metric define f1 target:high", "target: “high” is not a number.", "0.91")
    ana.refused("lab-admin metric define f1 direction:sideways", "Choose: up, down.")
    ana.refused("lab-admin metric define f1 project:FRAUD", "There is no project FRAUD.")


def test_only_administrators_configure(ana: Speaker) -> None:
    ben = ana.beside("ben")
    for line in ("project new NEW", "project list", "project lead CHURN @ben", "metric define f1", "metric list"):
        ben.refused(f"lab-admin {line}", "Only administrators may do this.", "labkeeper lab-admin member admin @ben")
