"""Figures of trials, gathered from all test processes and printed at the end of the run."""

import pytest

from tests.chaos.trial import Trials


@pytest.fixture
def trials(request: pytest.FixtureRequest) -> Trials:
    """Runs trials for a test and tells their figures."""
    return Trials(request)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    lines = [
        str(value)
        for reports in terminalreporter.stats.values()
        for report in reports
        if isinstance(report, pytest.TestReport) and report.when == "call"
        for name, value in report.user_properties
        if name == "chaos"
    ]
    if lines:
        terminalreporter.section("what was tried")
        for line in sorted(lines):
            terminalreporter.line(line)
