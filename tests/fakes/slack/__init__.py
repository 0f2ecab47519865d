"""A Slack for the tests: Web API, response_url, files, views, Socket Mode and OAuth, with state, refusals and faults on
request.

    with SlackServer() as slack:                       # or SlackProcess(directory), in a process of its own
        add_small_team(slack)
        ana = slack.person("U1", slack.app("http://127.0.0.1:8000/slack/events", signing_secret))
        assert "CHURN-1" in ana.command("task new CHURN Fix it", channel="C1").text
        slack.wait_until(lambda: slack.channel("C1").messages)
        slack.fault("chat.postMessage", lost_answer())
        ben = slack.person("U2", slack.socket_app())       # the same over Socket Mode

It listens on the loopback address only and knows nothing of the program under test.
"""
