"""The task of one county: a path and what is laid over the config; it writes its own folder and sends back a few numbers."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from districting.config import load_settings
from districting.errors import DataError, DistrictingError, InfeasibleError
from districting.model.province import CountyResult, CountyStatus
from districting.model.settings import Settings
from districting.outputs.atomic import write_text
from districting.progress import heard

FAULTS_FILE: Final = "faults.txt"
MOST_LETTERS: Final = 500
"""Of the line that says why there is no plan."""


@dataclass(frozen=True)
class CountyTask:
    """``config`` is run with ``overrides`` and the county's own seed into ``folder``; troubles are told in ``lang``."""

    code: str
    config: str
    folder: str
    overrides: Mapping[str, Any] = field(default_factory=dict)
    lang: str = "zh"


def county_seed(seed: int, code: str) -> int:
    """The seed of a county: from the province's seed and the county's code alone, so it does not depend on where or in what order the county is solved.

    >>> county_seed(0, "370101") == county_seed(0, "370101") != county_seed(0, "370102")
    True
    """
    return int.from_bytes(hashlib.sha256(f"{seed} {code}".encode()).digest()[:4], "big")


def settings_of(task: CountyTask) -> Settings:
    """The config with everything laid over it.

    Raises
    ------
    DataError : the config is missing or holds faults
    """
    settings = load_settings(task.config, task.overrides)
    return replace(settings, project=replace(settings.project, seed=county_seed(settings.project.seed, task.code)))


def solve_county(task: CountyTask) -> CountyResult:
    """Read, plan, write. What goes wrong with the county is its result; so the same task twice leaves the same files.

    The folder of an earlier plan stays as it is until a new plan is whole.
    """
    from districting.batch.result import county_result, write_result
    from districting.outputs.public import public_plan
    from districting.outputs.run_folder import write_run
    from districting.reading.read_city import read_city
    from districting.workflow import make_plan

    started, folder, name = time.perf_counter(), Path(task.folder), ""
    try:
        with heard(lambda told: None):  # the batch tells how many counties are done
            settings = settings_of(task)
            name = settings.project.name
            plan = make_plan(read_city(settings))
            paths = write_run(plan, folder, audience=settings.output.audience)
            told = public_plan(plan) if settings.output.audience == "public" else plan
            seconds = time.perf_counter() - started
            result = replace(county_result(told, task.code, seconds, plan), mapped=any(p.name == "map.html" for p in paths))
            write_result(result, folder)
            (folder / FAULTS_FILE).unlink(missing_ok=True)
            return result
    except DistrictingError as error:
        return trouble(task, name, error, time.perf_counter() - started)
    except Exception as error:  # one county must not stop the others
        logging.getLogger(__name__).info("%s", task.code, exc_info=True)
        return trouble(task, name, error, time.perf_counter() - started)


def trouble(task: CountyTask, name: str, error: BaseException, seconds: float = 0.0) -> CountyResult:
    """The result of a county without a plan; everything that is wrong stands in ``faults.txt`` in its folder, which no county for the public has."""
    if isinstance(error, DataError):
        error = DataError(replace(f, file=f.file or Path(task.config).name) for f in error.faults)
    status: CountyStatus = "invalid" if isinstance(error, DataError) else "infeasible" if isinstance(error, InfeasibleError) else "failed"
    code = error.exit_code if isinstance(error, DistrictingError) else 1
    said = error.say(task.lang) if isinstance(error, DistrictingError) else f"{type(error).__name__}: {error}"
    first = said.split("\n", 1)[0][:MOST_LETTERS]
    result = CountyResult(task.code, status, name, exit_code=code, seconds=seconds, trouble=first, audience=_audience(task))
    path = Path(task.folder) / FAULTS_FILE
    try:
        if result.audience == "public":
            path.unlink(missing_ok=True)
            return result
        write_text(said + "\n", path)
    except (DistrictingError, OSError):  # the disk that is full is the trouble
        return result
    return replace(result, faults_file=FAULTS_FILE)


def _audience(task: CountyTask) -> str:
    try:
        return settings_of(task).output.audience
    except DataError:
        return str(task.overrides.get("output.audience") or "internal")
