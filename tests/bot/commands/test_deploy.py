from core.git import Result
from tests.bot.speaker import Speaker
from tests.git_facts import deployment, take


def test_what_was_deployed_is_listed_with_what_came_of_it(ana: Speaker) -> None:
    take(ana.board, deployment("a" * 40, Result.WAITING, order=0), deployment("a" * 40, Result.SUCCESS, minutes=2))
    take(ana.board, deployment("b" * 40, Result.FAILURE, id="2", environment="staging", minutes=3))
    ana.done("lab deploy list", "2 deployments", "aaaaaaa", "succeeded in 2 min", "bbbbbbb", "failed", "Bo Berg")
    said = ana.done("lab deploy list environment:staging", "1 deployment", "bbbbbbb")
    assert "aaaaaaa" not in said.text
    ana.done("lab deploy list project:CHURN", "2 deployments")


def test_a_board_without_deployments_says_how_to_have_them_reported(ana: Speaker) -> None:
    ana.done("lab deploy", "No deployment was reported yet", "lab-admin hook new github project:CHURN")
