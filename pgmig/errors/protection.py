"""What the settings forbid on an environment, and passwords that a command was to give."""

from pathlib import Path

from pgmig.errors.base import Refused, UsageError
from pgmig.errors.connection import ConnectionFailed


class HazardNotAllowed(Refused):
    """A script consents to a hazard that the settings do not allow here.

    Attributes:
        path: of the half that would run.
        line: of the directive that consents.
        word: the hazard.
        rule: the settings file, the table in it, and what `allow` is there.
        others: how many more such words the scripts have that would run.
        is_stored: the text is the one that history keeps, its file gone or changed.
    """

    def __init__(
        self,
        *,
        path: Path,
        line: int,
        word: str,
        rule: str,
        others: int = 0,
        is_stored: bool = False,
    ) -> None:
        more = f" ({others} more like it)" if others else ""
        place = f"line {line} of the text that history keeps" if is_stored else f"{path}:{line}"
        do = "it was applied with that text: " if is_stored else "make the change without it, or "
        super().__init__(
            f"{path.name} says allow={word}, which this environment does not allow{more}",
            where=place,
            notes=(("rule", rule),),
            do=f'{do}put "{word}" into `allow` of that table; nothing has run',
        )
        self.path = path
        self.line = line
        self.word = word
        self.rule = rule
        self.others = others
        self.is_stored = is_stored


class ConsentNotAllowed(Refused):
    """`--allow` consents to a hazard that the settings do not allow here."""

    def __init__(self, *, word: str, rule: str) -> None:
        super().__init__(
            f"--allow {word} is not allowed in this environment",
            where=rule,
            do=f'leave it out, or put "{word}" into `allow` of that table; nothing has run',
        )
        self.word = word
        self.rule = rule


class ScriptNotVerified(Refused):
    """A pending script was not proved on the target's major, and the settings want that.

    Attributes:
        path: of its way up.
        major: of the target's server.
        is_sealed: it is sealed, and was proved on other majors.
        rule: the settings file, the table in it, and what `require` is there.
        others: how many more such scripts would run.
    """

    def __init__(
        self, *, path: Path, major: int, is_sealed: bool, rule: str, others: int = 0
    ) -> None:
        more = f" ({others} more like it)" if others else ""
        what = (
            f"was not proved on PostgreSQL {major}" if is_sealed else "is not sealed in pgmig.sum"
        )
        super().__init__(
            f"{path.name} {what}, which this environment requires{more}",
            where=str(path),
            notes=(("rule", rule),),
            do=f"prove it: `pgmig verify --seal --major {major}`, and commit pgmig.sum;"
            " nothing has run",
        )
        self.path = path
        self.major = major
        self.is_sealed = is_sealed
        self.rule = rule
        self.others = others


class PlanRequired(Refused):
    """Scripts were to go up without a plan that has tried them, and the settings want one."""

    def __init__(self, *, label: str, rule: str, others: int = 0) -> None:
        more = f" ({others} more pending)" if others else ""
        super().__init__(
            f"{label} goes up with a plan alone in this environment{more}",
            where=rule,
            do="`pgmig plan --out plan.json`, read it, then `pgmig up --plan plan.json`, both for"
            " this environment and without --no-shadow; nothing has run",
        )
        self.label = label
        self.rule = rule
        self.others = others


class PasswordCommandFailed(ConnectionFailed):
    """The command that gives the password gave none; what it printed is not told.

    Attributes:
        program: its first word.
        reason: how it ended.
    """

    def __init__(self, *, target: str, program: str, reason: str, do: str) -> None:
        super().__init__(target=target, reason=f"password_command {program} {reason}", do=do)
        self.program = program


class PasswordCommandMissing(UsageError):
    """The program of `password_command` is not there, or is none."""

    def __init__(self, *, program: str, reason: str, folder: str) -> None:
        super().__init__(
            f"password_command {program} cannot be run: {reason}",
            where=folder,
            do="name a program on the PATH, or a path from the folder of the settings file; what"
            ' needs a shell is written as ["sh", "-c", "..."]',
        )
        self.program = program
        self.reason = reason
