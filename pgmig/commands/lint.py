"""`pgmig lint`: what is dangerous or unwise in scripts, seen in a shadow database."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pgmig import scripts
from pgmig.catalog.scope import ALL, Scope
from pgmig.commands.chosen import chosen, shadow_server, since
from pgmig.lint import Course, Finding, Linted, Severity, judge
from pgmig.lint.course import observed, textual
from pgmig.lint.rules.down_differs import RULE as _DOWN
from pgmig.scripts import Directory, Script
from pgmig.shadow.application import Queries
from pgmig.shadow.database import ShadowServer
from pgmig.shadow.server import LocalServer


@dataclass(frozen=True, slots=True)
class Options:
    """What lint may be told.

    Attributes:
        names: scripts, as files, labels or numbers; none for all.
        rev: only scripts that the directory of this commit lacks, or has with another text.
        root: a folder inside the repository of that commit.
        severities: of rules that are not to have their own.
        is_observing: run the scripts in a shadow database; otherwise their text is all there is.
        queries: statements of the application that must go on working.
        shadow_url: a server for shadow databases; None for the local one.
        local: where the local server lives.
        scope: what is the project's.
        on_step: told what happens next.
    """

    names: tuple[str, ...] = ()
    rev: str | None = None
    root: Path = Path()
    severities: Mapping[str, Severity] = field(default_factory=dict[str, Severity])
    is_observing: bool = True
    queries: Queries | None = None
    shadow_url: str | None = None
    local: LocalServer | None = None
    scope: Scope = ALL
    on_step: Callable[[str], None] = lambda _: None


@dataclass(frozen=True, slots=True)
class Lint:
    """What was found.

    Attributes:
        directory: of the scripts.
        major: of the server that they ran on; None when they did not run.
        scripts: those that were judged, in order.
        unreached: labels of those behind a script that failed.
    """

    directory: Path
    major: int | None
    scripts: tuple[Linted, ...] = ()
    unreached: tuple[str, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All that is told, by script and place."""
        return tuple(finding for each in self.scripts for finding in each.findings)

    @property
    def allowed(self) -> tuple[Finding, ...]:
        """All that the scripts say may be."""
        return tuple(finding for each in self.scripts for finding in each.allowed)

    @property
    def errors(self) -> int:
        """How many findings are errors."""
        return sum(each.severity == "error" for each in self.findings)

    @property
    def is_good(self) -> bool:
        """Whether no finding is an error, and every script was reached."""
        return not self.errors and not self.unreached


def lint(directory: Path, options: Options) -> Lint:
    """Judge scripts of a directory by what they do.

    Raises:
        BadScript, DirectoryMissing: the directory cannot be read.
        ScriptNotThere: a name is no script's.
        GitUnusable: the commit cannot be read.
        ExtensionsMissing, PostgresNotFound: the scripts cannot be tried here.
    """
    found = scripts.read(directory)
    wanted = chosen(found, options.names)
    if options.rev is not None:
        new = {each.version for each in since(found, options.rev, options.root)}
        wanted = tuple(each for each in wanted if each.version in new)
    if not wanted:
        return Lint(directory, None)
    if not options.is_observing:
        return Lint(directory, None, judge(textual(wanted), options.severities))
    with shadow_server(found, options.shadow_url, options.local) as server:
        course = _course(server, found, wanted, options)
        major = server.major
    labels = {each.label for each in wanted} | {
        each.script.label for each in course.scripts if each.faults
    }
    judged = judge(course, options.severities, labels=frozenset(labels))
    reached = {each.label for each in judged}
    return Lint(directory, major, judged, tuple(e.label for e in wanted if e.label not in reached))


def _course(
    server: ShadowServer, found: Directory, wanted: Sequence[Script], options: Options
) -> Course:
    """What is seen of the wanted scripts; those between them run as well."""
    first, last = wanted[0].version, wanted[-1].version
    earlier = [each for each in found.scripts if each.version < first]
    if earlier:
        options.on_step(f"running {len(earlier)} earlier scripts in a shadow database")
    return observed(
        server,
        earlier,
        [each for each in found.scripts if first <= each.version <= last],
        scope=options.scope,
        goes_back=options.severities.get(_DOWN.name, _DOWN.severity) != "off",
        queries=options.queries.checked if options.queries else (),
        on_script=lambda script: options.on_step(f"trying {script.label}"),
    )
