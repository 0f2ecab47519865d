"""Text objects and what several kinds of elements share. The limits are those of Slack's reference."""

from tests.fakes.slack.shapes import Shape, boolean, fields, string, tagged

ACTION_ID = string(255, minimum=1)
URL = string(3000, minimum=1, pattern=r"(https?|mailto|slack|ftp|tel):\S+$", called="url")
WEB_URL = string(3000, minimum=1, pattern=r"https?://\S+$", called="url")


def plain(maximum: int = 3000) -> Shape:
    return tagged({"plain_text": _plain(maximum)})


def mrkdwn(maximum: int = 3000) -> Shape:
    return tagged({"mrkdwn": _mrkdwn(maximum)})


def text(maximum: int = 3000) -> Shape:
    return tagged({"plain_text": _plain(maximum), "mrkdwn": _mrkdwn(maximum)})


def _plain(maximum: int) -> Shape:
    return fields({"text": string(maximum, minimum=1)}, {"emoji": boolean})


def _mrkdwn(maximum: int) -> Shape:
    return fields({"text": string(maximum, minimum=1)}, {"verbatim": boolean})
