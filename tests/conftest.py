"""What every test shares: hypothesis profiles, Debian packages that may be missing, the table of what was skipped."""

import os
from collections.abc import Callable, Generator

import pytest
from hypothesis import settings

from tests.support import debian, rights

settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("here", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "here")

REQUIRE_ALL = os.environ.get("LIGHTSHIP_REQUIRE_ALL") == "1"
MISSING, REFUSED = "missing Debian package", "missing right"


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test marked `needs("chromium", ...)` where a package is missing."""
    for mark in item.iter_markers("needs"):
        _want(item, mark.args)


@pytest.fixture
def needs(request: pytest.FixtureRequest) -> Callable[..., None]:
    """The marker `needs` as a function, for tests that find out late: `needs("nginx-light")`."""
    return lambda *packages: _want(request.node, packages)


def _want(item: pytest.Item, packages: tuple[str, ...]) -> None:
    refused = [name for name in packages if name in rights.CONDITIONS and not rights.CONDITIONS[name]()]
    if refused:
        item.user_properties += [(REFUSED, name) for name in refused]
        pytest.skip(f"{REFUSED}: {' '.join(refused)}")
    wanted = [name for name in packages if name not in rights.CONDITIONS]
    missing = [name for name in wanted if not debian.packages()[name].is_there()]
    if missing:
        item.user_properties += [(MISSING, name) for name in missing]
        pytest.skip(f"{MISSING}: {' '.join(missing)}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where all is required, a skip is a failure."""
    report = yield
    if REQUIRE_ALL and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, but LIGHTSHIP_REQUIRE_ALL=1: {_why(report)}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The table of what was skipped, and the line that would mend it."""
    skipped: list[pytest.TestReport] = terminalreporter.getreports("skipped")
    if not skipped:
        return
    terminalreporter.section("not run here")
    for report in skipped:
        terminalreporter.write_line(f"{report.nodeid:<80} {_why(report)}")
    if missing := _named(skipped, MISSING):
        terminalreporter.write_line(f"\nTo run them too:  sudo apt-get install {' '.join(missing)}")
    for name in _named(skipped, REFUSED):
        terminalreporter.write_line(f"\nTo run them too:  {rights.MENDED_BY[name]}")


def _named(skipped: list[pytest.TestReport], wanted: str) -> list[str]:
    """What the skipped tests lacked of one kind."""
    return sorted({str(name) for each in skipped for kind, name in each.user_properties if kind == wanted})


def _why(report: pytest.TestReport) -> str:
    if isinstance(report.longrepr, tuple):
        return str(report.longrepr[2]).removeprefix("Skipped: ")
    return str(report.longrepr)
