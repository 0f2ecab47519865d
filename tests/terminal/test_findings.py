"""Research that was dropped is found again in a shell, and offered to the next who asks the same."""

import shlex

from tests.terminal.shell import Done, Shell


def say(shell: Shell, *words: str) -> Done:
    done = shell.labkeeper("lab", *words)
    assert done.code == 0, done
    return done


def test_what_was_learned_is_found_and_offered_to_the_next(each_board_shell: Shell) -> None:
    shell = each_board_shell
    say(shell, "task", "new", "Try focal loss on tail classes", "box:5d", "owner:me")
    dropped = say(shell, "box", "drop", "CHURN-1", "learned:# Tails\n\n- are **label** noise; $(reboot) 'quoted'")
    assert "Kept as labkeeper lab finding show 1." in dropped.out
    assert "CHURN-1" in say(shell, "finding", "search", "label noise").out
    page = say(shell, "finding", "show", "1").out
    assert "• are label noise; $(reboot) 'quoted'" in page
    asked = say(shell, "task", "new", "Focal loss & 'rare' classes", "box:5d").out
    assert "Tried before? Nothing was made yet." in asked
    assert "Learned: # Tails" in asked
    line = next(line for line in asked.splitlines() if "make it anyway" in line).partition(": ")[2]
    made = shell.labkeeper(*shlex.split(line)[1:])
    assert "CHURN-2 Focal loss & 'rare' classes" in made.out, line
    assert "CHURN-2" not in asked
