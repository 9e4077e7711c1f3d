"""Finding: what a rule found, with its place and how bad it is."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Severity = Literal["error", "warning", "off"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found in a script.

    Attributes:
        rule: its name.
        severity: error or warning.
        message: one sentence without a full stop.
        do: what to do instead; "" when the message says it.
        script: the label.
        file: of the way up or the way down.
        line: from 1.
        column: from 1.
        statement: its number in the half; None: the file.
        sql: the beginning of the statement.
        reason: why it is allowed; "" when it is allowed without one or is not allowed.
        is_allowed: the script says that it may be.
    """

    rule: str
    severity: Severity
    message: str
    do: str
    script: str
    file: Path
    line: int = 1
    column: int = 1
    statement: int | None = None
    sql: str = ""
    reason: str = ""
    is_allowed: bool = False
