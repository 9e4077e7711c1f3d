"""Rule: a name, how bad it is, and what finds it; its page is the docstring of its module."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pgmig.lint.facts import Course, Facts, Found
from pgmig.lint.finding import Severity


def _nothing(_: object) -> Iterator[Found]:
    return iter(())


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        name: what reads well after "allow".
        severity: unless the settings say otherwise.
        page: Markdown: what it finds, why, bad, good, when to allow.
        of_script: gives what it finds in a script.
        of_course: gives what it finds in the schema that scripts have left.
        is_textual: the text of a script is all that it looks at.
        is_final: neither the settings nor a script may say otherwise.
    """

    name: str
    severity: Severity
    page: str
    of_script: Callable[[Facts], Iterator[Found]] = _nothing
    of_course: Callable[[Course], Iterator[Found]] = _nothing
    is_textual: bool = False
    is_final: bool = False

    @property
    def summary(self) -> str:
        """The first line of its page, without its full stop."""
        return self.page.partition("\n")[0].rstrip(".")


def rule(
    module: str,
    page: str | None,
    check: Callable[[Facts], Iterator[Found]] = _nothing,
    *,
    course: Callable[[Course], Iterator[Found]] = _nothing,
    severity: Severity = "warning",
    is_textual: bool = False,
    is_final: bool = False,
) -> Rule:
    """The rule of a module, which bears its name."""
    name = module.rpartition(".")[2].replace("_", "-")
    return Rule(name, severity, page or "", check, course, is_textual, is_final)
