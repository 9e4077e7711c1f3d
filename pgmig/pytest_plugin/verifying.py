"""A test for every migration script: up, down and up again, all of them by one `verify`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pgmig import scripts
from pgmig.commands.ignoring import scope
from pgmig.commands.server import local
from pgmig.commands.settings import Settings
from pgmig.commands.testing.address import whole
from pgmig.commands.testing.project import settings_of
from pgmig.commands.verify import Options, Result, Verified, verify
from pgmig.errors import (
    NoTestProject,
    NoTestServer,
    PgmigError,
    PostgresNotFound,
    RunStopped,
    RunStoppedPartWay,
)
from pgmig.pytest_plugin import ledger, running
from pgmig.scripts.sum_file import NAME

_SUM = "pgmig_sum"  # a name with a dot in it is told as a method's
_SHOWN = 8  # findings of one fault


class Unproved(Exception):
    """A script does not do what it should; the text says why."""


class ScriptTest(pytest.Item):
    """The test of one script; that of pgmig.sum is of the directory as a whole."""

    script: str
    file: Path
    folder: Path  # of the ledger

    def runtest(self) -> None:
        """Fail with what verifying has found."""

        def tell(write: ledger.Write) -> None:
            _verify(self.config, write)

        if finding := ledger.result(self.folder, self.script, tell):
            raise Unproved(finding)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The finding alone."""
        if isinstance(excinfo.value, Unproved):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        """The file and the name."""
        return self.file, None, self.name


class Scripts(pytest.Collector):
    """The tests of all scripts, and one of pgmig.sum where there is one."""

    folder: Path  # of the ledger

    def collect(self) -> Iterator[ScriptTest]:
        """A test for each of them.

        Raises:
            CollectError: the scripts cannot be read.
        """
        try:
            settings = _settings(self.config)
            found = scripts.read(settings.migrations)
        except PgmigError as error:
            message = f"pgmig: {error}"
            raise self.CollectError(message) from None
        files = {script.label: script.up.path for script in found.scripts}
        if (settings.migrations / NAME).exists():
            files[""] = settings.migrations / NAME
        for label, file in files.items():
            name = f"{settings.migrations.name}/{label or _SUM}"
            test = ScriptTest.from_parent(self, name=name, nodeid=name)  # pyright: ignore[reportUnknownMemberType] - pytest's **kw
            test.script, test.file, test.folder = label, file, self.folder
            yield test


def tests(session: pytest.Session, folder: Path) -> list[ScriptTest]:
    """What there is to test, collected and reported as a file's tests are.

    Args:
        session: of pytest.
        folder: of the ledger.
    """
    parent = Scripts.from_parent(session, name="migrations", nodeid="migrations")  # pyright: ignore[reportUnknownMemberType] - pytest's **kw
    parent.folder = folder
    report = parent.ihook.pytest_make_collect_report(collector=parent)
    parent.ihook.pytest_collectreport(report=report)
    return [each for each in report.result if isinstance(each, ScriptTest)]


def _settings(config: pytest.Config) -> Settings:
    folder = running.folder(config)
    settings = settings_of(folder)
    if not settings.is_project:
        raise NoTestProject(folder=str(folder))
    return settings


def _verify(config: pytest.Config, write: ledger.Write) -> None:
    """Try all scripts, and write down each of them."""
    try:
        settings = _settings(config)
        url = running.named(config)
        options = Options(
            shadow_url=whole(url) if url else None,
            local=local(settings.server),
            scope=scope(settings.ignore),
            on_trip=lambda result: write(result.label, "\n".join(_lines(result))),
        )
        write("", "\n".join(_whole(verify(settings.migrations, options))))
    except (RunStopped, RunStoppedPartWay):  # as Ctrl-C is told
        raise KeyboardInterrupt from None
    except PostgresNotFound as error:
        write("", f"pgmig: {NoTestServer(reason=error.what)}")
    except PgmigError as error:
        write("", f"pgmig: {error}")


def _lines(result: Result) -> Iterator[str]:
    """What is wrong with a script."""
    if not result.is_reached:
        yield f"{result.label}: not reached, as a way up before it failed"
    for fault in result.faults:
        yield f"{result.label}, {fault.step}: {fault.findings[0]}"
        yield from (f"  {each}" for each in fault.findings[1:_SHOWN])
        if len(fault.findings) > _SHOWN:
            yield f"  and {len(fault.findings) - _SHOWN} more"
        if fault.place is not None and fault.place.line:
            yield f"  at: {fault.place.path}:{fault.place.line}:{fault.place.column}"
    if result.seal == "edited":
        yield f"{result.label}: edited since it was sealed; `pgmig verify --seal` proves it anew"
    if result.is_known is False:
        yield f"{result.label}: leads to another schema than the one that {NAME} has for it"


def _whole(done: Verified) -> Iterator[str]:
    """What is wrong with the directory as a whole."""
    if done.removed:
        yield f"sealed and gone: {', '.join(done.removed)}"
    for each in done.standings:
        if each.findings:
            yield f"{each.label} stands for {each.count} scripts, which do not lead to the same"
            yield from (f"  {finding}" for finding in each.findings[:_SHOWN])
