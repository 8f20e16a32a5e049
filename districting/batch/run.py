"""A batch: what is done already stays, the rest goes through an executor, every end is recorded, and the province's pages are written last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from districting import __version__
from districting.batch.counties import County
from districting.batch.fingerprint import input_hash
from districting.batch.manifest import MANIFEST, Manifest, alone_in
from districting.batch.result import COUNTY_FILE, read_result
from districting.batch.task import FAULTS_FILE, CountyTask, settings_of, solve_county, trouble
from districting.errors import DataError
from districting.executing import Executor
from districting.model.province import CountyResult, Province
from districting.progress import tell_part

PAGES: Final = ("province.xlsx", "index.html")
_ANSWERS: Final = ("ok", "infeasible", "invalid")
"""Ends that the same inputs lead to again; a failure may pass."""


@dataclass(frozen=True)
class BatchOptions:
    """``overrides`` lie over every config; ``again``: do all counties anew; ``name`` of the province; ``lang`` of its pages and of troubles."""

    overrides: Mapping[str, Any] = field(default_factory=dict)
    again: bool = False
    name: str = ""
    lang: str = "zh"


@dataclass(frozen=True)
class Batch:
    """``province``: every county of this batch; ``kept``: codes of those that stayed as they were; ``outputs``: the files of the province."""

    province: Province
    kept: tuple[str, ...]
    outputs: tuple[Path, ...]


@dataclass(frozen=True)
class _Planned:
    task: CountyTask
    hash: str | None
    kept: CountyResult | None


def planned_batch(counties: Sequence[County], folder: str | Path, options: BatchOptions) -> dict[str, bool]:
    """Code -> whether its result stays as it is; nothing is written."""
    return {p.task.code: p.kept is not None for p in _planned(counties, Path(folder), Manifest(Path(folder)), options)}


def run_batch(counties: Sequence[County], folder: str | Path, executor: Executor, options: BatchOptions = BatchOptions()) -> Batch:
    """Solve every county into ``folder/CODE`` and write the province's workbook and index page.

    A county whose inputs, settings and version are those of its recorded result is not done again, unless ``options.again``. A county that cannot be solved is
    recorded with its trouble and stops no other. Results are the same bytes whatever the executor.

    Raises
    ------
    OutputError : ``folder`` cannot be written, or another batch is at work there
    """
    folder = Path(folder)
    with alone_in(folder):
        manifest = Manifest(folder)
        planned = _planned(counties, folder, manifest, options)
        manifest.begin()
        results = {p.task.code: p.kept for p in planned if p.kept is not None}
        kept = tuple(sorted(results))
        todo = [p for p in planned if p.kept is None]
        tell_part("counties", done=len(kept), total=len(planned))
        for one in executor.each(solve_county, [p.task for p in todo]):
            at = todo[one.index]
            result = one.value if one.error is None else trouble(at.task, "", one.error)
            manifest.add(result, at.hash, one.tries)
            results[result.code] = result
            tell_part("counties", done=len(results), total=len(planned))
        province = Province(options.name, tuple(results[code] for code in sorted(results)))
        return Batch(province, kept, tuple(write_pages(province, folder, options.lang)))


def write_pages(province: Province, folder: Path, lang: str) -> list[Path]:
    """The province's workbook and its index page, both or none."""
    from districting.outputs.atomic import atomic_paths
    from districting.outputs.province import write_province
    from districting.outputs.province_page import write_page

    paths = [folder / name for name in PAGES]
    with atomic_paths(paths) as (book, page):
        write_province(province, book, lang)
        write_page(province, page, lang)
    return [folder / MANIFEST, *paths]


def _planned(counties: Sequence[County], folder: Path, manifest: Manifest, options: BatchOptions) -> list[_Planned]:
    found = []
    for county in counties:
        task = CountyTask(county.code, str(county.config), str(folder / county.code), options.overrides, options.lang, county.name, county.where)
        try:
            hashed = input_hash(settings_of(task), {"code": county.code})
        except DataError:
            hashed = None  # it will say so itself
        entry = manifest.entries.get(county.code)
        same = not options.again and entry is not None and hashed is not None and (entry.get("input_hash"), entry.get("version")) == (hashed, __version__)
        found.append(_Planned(task, hashed, _kept(task, entry) if same and entry is not None else None))
    return found


def _kept(task: CountyTask, entry: Mapping[str, Any]) -> CountyResult | None:
    """The recorded result, if it is an answer and its files are there."""
    status, folder = entry.get("status"), Path(task.folder)
    if status not in _ANSWERS:
        return None
    if status == "ok":
        return read_result(folder) if (folder / "plan.gpkg").exists() and (folder / COUNTY_FILE).exists() else None
    if entry.get("faults_file") and not (folder / FAULTS_FILE).exists():
        return None
    name, why, file, audience = (str(entry.get(key) or "") for key in ("name", "trouble", "faults_file", "audience"))
    return CountyResult(task.code, status, name, audience, int(entry.get("exit_code") or 0), trouble=why, faults_file=file)
