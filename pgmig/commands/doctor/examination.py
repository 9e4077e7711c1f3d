"""All checks, each as far as the ones before it let it get."""

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial

from pgmig import scripts
from pgmig.commands.doctor import project, rights, server, shadow
from pgmig.commands.doctor import scripts as standing
from pgmig.commands.doctor.finding import Finding, failed, tried
from pgmig.commands.ignoring import scope
from pgmig.commands.settings import Settings
from pgmig.commands.status import status
from pgmig.commands.target import Target, session
from pgmig.db import Connection
from pgmig.errors import PgmigError

_SERVER: tuple[tuple[str, Callable[[server.Answer], Iterator[Finding]]], ...] = (
    ("server", server.version),
    ("encryption", server.encryption),
    ("pooler", server.pooler),
    ("writes", server.writes),
    ("timeouts", server.timeouts),
    ("clock", server.clock),
    ("connections", server.connections),
)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What all checks found.

    Attributes:
        findings: in the order of looking.
    """

    findings: tuple[Finding, ...]

    @property
    def is_good(self) -> bool:
        """Whether nothing is wrong."""
        return all(finding.state != "wrong" for finding in self.findings)


def doctor(
    settings: Settings,
    on_wait: Callable[[str], None] | None = None,
    on_finding: Callable[[Finding], None] = lambda _: None,
) -> Diagnosis:
    """Look at everything that a deployment needs; changes nothing.

    Args:
        settings: of the project.
        on_wait: hears once what is waited for.
        on_finding: hears of each finding as it is found.
    """
    findings: list[Finding] = []
    for finding in _findings(settings, on_wait):
        on_finding(finding)
        findings.append(finding)
    return Diagnosis(tuple(findings))


def _findings(settings: Settings, on_wait: Callable[[str], None] | None) -> Iterator[Finding]:
    yield from tried("settings", lambda: project.settings_file(settings))
    named = tuple(tried("database", lambda: project.database(settings)))
    yield from named
    yield from tried("migrations", lambda: project.directory(settings))
    with ExitStack() as stack:
        conn: Connection | None = None
        wanted: tuple[str, ...] = ()
        try:
            target = settings.target(on_wait)
            start = time.monotonic()
            conn = stack.enter_context(closing(session(target, application_name="pgmig doctor")))
            yield from _of_server(server.Answer(conn, time.monotonic() - start))
            wanted = yield from _of_database(settings, target, conn)
        except PgmigError as error:
            if conn is None and all(finding.state != "wrong" for finding in named):
                yield failed("server", error)
            what = "nothing could be asked about the server, rights and history"
            yield Finding("target", "skipped", what)
        yield from tried("shadow", lambda: shadow.shadow(settings, conn, wanted))


def _of_server(answer: server.Answer) -> Iterator[Finding]:
    for name, check in _SERVER:
        yield from tried(name, partial(check, answer))


def _of_database(
    settings: Settings, target: Target, conn: Connection
) -> Generator[Finding, None, tuple[str, ...]]:
    """What is found; gives the extensions that pending scripts make."""
    yield from tried("rights", lambda: rights.role(conn, scope(settings.ignore)))
    yield from tried("history", lambda: rights.history(conn))
    try:
        directory = scripts.read(settings.directory())
        report = status(target, settings.directory(), has_leftovers=True)
    except PgmigError as error:
        yield Finding("scripts", "skipped", f"not compared with the history: {error.what}")
        return ()
    waiting = standing.pending(report, directory)
    yield from standing.agreement(report)
    yield from standing.in_the_way(report)
    yield from tried("roles", lambda: rights.named_roles(conn, waiting))
    try:
        wanted = standing.extensions(waiting)
    except PgmigError as error:  # a statement that never ends, or the like
        yield failed("scripts", error)
        return ()
    yield from tried("extensions", lambda: standing.offered(conn, wanted))
    yield from tried("protections", lambda: standing.allowed(target, conn, directory, waiting))
    return wanted
