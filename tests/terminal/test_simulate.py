"""`labkeeper simulate` beside a server of one's own, on each kind of database."""

from urllib.parse import urlsplit

from tests.terminal.shell import Shell

DONE, REFUSED, USAGE = 0, 1, 2


def test_a_server_of_ones_own_is_given_a_hook_once(each_board_shell: Shell) -> None:
    shell = each_board_shell
    shell.environment["SECRET_KEY"] = "a key that the operator has set"
    shell.labkeeper("lab", "task", "new", "Try focal loss", "box:10d")
    port = str(urlsplit(shell.start("run").wait_until_ready()).port)
    for message in ("#start with gamma 2", "#note gamma 5 diverges"):
        said = shell.labkeeper("simulate", "push", "--message", message, PORT=port)
        assert (said.code, said.err) == (DONE, ""), said
    shown = shell.labkeeper("lab", "task", "show", "CHURN-1").out
    assert "doing" in shown
    assert "gamma 5 diverges" in shown
    assert shell.labkeeper("lab-admin", "hook", "list").out.count("acme/churn") == 1
    # A deployment of a task without commits is told with a push before it.
    shell.labkeeper("lab", "task", "new", "Serve it", "kind:deploy")
    said = shell.labkeeper("simulate", "deploy", "--task", "CHURN-2", PORT=port)
    assert said.out.index("Sent push") < said.out.index("Sent deployment_status")
    assert "done" in shell.labkeeper("lab", "task", "show", "CHURN-2").out
    refused = shell.labkeeper("simulate", "deploy", "--result", "banana", PORT=port)
    assert (refused.code, "success or failure or running" in refused.err) == (REFUSED, True)
    assert shell.labkeeper("simulate", "banana", PORT=port).code == USAGE
    assert shell.labkeeper("simulate", "ci", "--task", "CHURN-9", PORT=port).code == REFUSED
