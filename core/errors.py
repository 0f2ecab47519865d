"""What can go wrong, told to the person who asked.

UserError
├── InvalidInput   a word, a value or a combination that cannot be meant
├── NotFound       nothing of that name on this team's board
├── NotAllowed     the person may not do this; says who may
├── Conflict       the board is in another state than the request supposes, or somebody was faster
│   └── AlreadyDone    this very request was received before
└── Unavailable    the database or the network did not answer in time; says whether anything was changed
"""


class UserError(Exception):
    """A refusal in plain words.

    `hint` is a sentence on what to do next. `example` is a command line ready to copy, written with the default
    roots (`lab task show CHURN-12`); each platform shows it with its own root. `form` is a line that lacks something:
    where forms can be opened, the one that asks for it is a better answer than words.
    """

    def __init__(self, message: str, hint: str = "", *, example: str = "", form: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.example = example
        self.form = form


class InvalidInput(UserError):
    pass


class NotFound(UserError):
    pass


class NotAllowed(UserError):
    pass


class Conflict(UserError):
    pass


class AlreadyDone(Conflict):
    pass


class Unavailable(UserError):
    pass
