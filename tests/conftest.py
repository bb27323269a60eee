"""How every test runs: the same examples each time, so a red run can be repeated; `make soak` looks for new ones."""

import os
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("soak", deadline=None, max_examples=1000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("WOR_HYPOTHESIS", "same"))

_COUNTED = "counted"


@pytest.fixture
def counts(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Adds a line to the summary at the end of the run: what a campaign tried, and what came of it."""

    def add(line: str) -> None:
        request.node.user_properties.append((_COUNTED, line))  # travels from a worker to the process that prints

    return add


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the lines of `counts`, also those of tests that passed."""
    reports = [report for found in terminalreporter.stats.values() for report in found if hasattr(report, "when")]
    lines = [
        str(line)
        for report in sorted(reports, key=lambda report: report.nodeid)
        if report.when == "call"
        for name, line in report.user_properties
        if name == _COUNTED
    ]
    if lines:
        terminalreporter.section("counted")
        for line in lines:
            terminalreporter.write_line(line)
