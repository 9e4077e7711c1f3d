"""Rule: a name, how bad it is, and what finds it; its page is the docstring of its module."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pgmig.lint.facts import Facts, Found
from pgmig.lint.finding import Severity

Check = Callable[[Facts], Iterator[Found]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        name: what reads well after "allow".
        severity: unless the settings say otherwise.
        check: gives what it finds in a script.
        page: Markdown: what it finds, why, bad, good, when to allow.
        is_textual: the text of a script is all that it looks at.
    """

    name: str
    severity: Severity
    check: Check
    page: str
    is_textual: bool = False

    @property
    def summary(self) -> str:
        """The first line of its page, without its full stop."""
        return self.page.partition("\n")[0].rstrip(".")


def rule(
    module: str,
    page: str | None,
    check: Check,
    *,
    severity: Severity = "warning",
    is_textual: bool = False,
) -> Rule:
    """The rule of a module, which bears its name."""
    name = module.rpartition(".")[2].replace("_", "-")
    return Rule(name, severity, check, page or "", is_textual)
