"""What every test shares: the folder of real data, and the rule that nothing is skipped where CI=true."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import settings

settings.register_profile("untimed", deadline=None)  # what a law says holds on a busy machine too
settings.load_profile("untimed")

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)
ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data that is not shipped; the test is skipped, saying so, where it is missing."""
    folder = ROOT / os.environ.get("DISTRICTING_REAL_DATA", "../shared/data")
    if not folder.is_dir():
        pytest.skip("no real data: set DISTRICTING_REAL_DATA to their folder")
    return folder.resolve()


class SkipsFail:
    """Turns a skipped test, and a skipped module, into a failure that gives the reason of the skip."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        return _refuse_skip(report)

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        report = yield
        return _refuse_skip(report)


def _refuse_skip(report: Report) -> Report:
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"CI allows no skipped test. {reason}"
    return report


def pytest_configure(config: pytest.Config) -> None:
    if os.environ.get("CI", "").lower() in {"1", "true", "yes"}:
        config.pluginmanager.register(SkipsFail(), "skips-fail")
