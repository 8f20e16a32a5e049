"""The folder of a report: made whole beside its place, then put there; nothing of an older report stays behind."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from districting.errors import OutputError
from districting.outputs.atomic import atomic_paths, plain, refuse_unwritable
from districting.outputs.report import gis
from districting.outputs.report.chapter_files import chapter_docx
from districting.outputs.report.cover import cover_chapter, cover_rows
from districting.outputs.report.facts import Report
from districting.outputs.report.pdf_file import weasy
from districting.outputs.report.registry import DOCUMENTS
from districting.wording import text

COVER: Final = "00-contents.docx"
CONTENTS: Final = "contents.json"
"""What stands in the folder, for programs, and so that a later report knows what it replaces."""

SHP_FOLDER: Final = "11-shp-gbk"


def planned_files(report: Report, *, shp_gbk: bool = False) -> list[str]:
    """Names of the files of a report inside its folder, in order."""
    names = [COVER]
    for row in cover_rows(report):
        names += row["files"]
    if shp_gbk:
        names += [f"{SHP_FOLDER}/{layer}.{part}" for layer in gis.layers(report) for part in gis.SHP_PARTS] + [f"{SHP_FOLDER}/fields.csv"]
    return [*names, CONTENTS]


def standing(folder: str | Path, names: list[str]) -> list[Path]:
    """Those of ``names`` that stand in ``folder`` already."""
    return [Path(folder) / name for name in names if (Path(folder) / name).exists()]


def write_report(report: Report, folder: str | Path, *, shp_gbk: bool = False) -> list[Path]:
    """Write every document that the plan and the audience allow; all of them or none. The same report gives the same bytes.

    Files of an earlier report that this one does not have are removed, so that an internal one leaves nothing in a public folder; files of others are left alone.

    Raises
    ------
    DependencyError : a PDF is asked for and pango is not on this machine
    OutputError : the folder cannot be written; what stood there is unchanged
    """
    weasy()
    target = Path(os.path.realpath(folder))
    refuse_unwritable(target)
    names = planned_files(report, shp_gbk=shp_gbk)
    with _staged(target) as staging:
        _fill(report, staging, shp_gbk=shp_gbk)
        (staging / CONTENTS).write_text(json.dumps(_contents(report, names), ensure_ascii=False, indent=2) + "\n", encoding="utf-8", newline="\n")
        stale = _stale(target, names)
        if not target.exists():
            _move_whole(staging, target)
        else:
            with atomic_paths([target / name for name in names]) as temporaries:
                for name, temporary in zip(names, temporaries, strict=True):
                    os.replace(staging / name, temporary)
            for old in stale:
                with suppress(OSError):
                    old.unlink()
    return [Path(folder) / name for name in names]


def _fill(report: Report, staging: Path, *, shp_gbk: bool) -> None:
    chapter_docx(report, cover_chapter(report), staging / COVER)
    for document in DOCUMENTS:
        if document.missing(report) is None:
            for name, make in document.files(report).items():
                make(report, staging / name)
    if shp_gbk:
        shp = staging / SHP_FOLDER
        shp.mkdir()
        changed = {layer: gis.write_shapefile(frame, shp / f"{layer}.shp", report.plan.year) for layer, frame in gis.layers(report).items()}
        (shp / "fields.csv").write_text(gis.fields_text(report, changed), encoding="utf-8", newline="")


def _contents(report: Report, names: list[str]) -> dict[str, Any]:
    about = {"name": report.plan.name, "year": report.plan.year, "audience": report.audience, "language": report.lang}
    tree: dict[str, Any] = plain({**about, "documents": cover_rows(report), "files": names})
    return tree


def _stale(target: Path, names: list[str]) -> list[Path]:
    """Files that the contents of an earlier report name, inside the folder, and this one lacks."""
    try:
        listed = json.loads((target / CONTENTS).read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    old = [target / str(n) for n in listed if isinstance(n, str) and n not in names]
    return [p for p in old if target in Path(os.path.realpath(p)).parents and p.is_file()]


@contextmanager
def _staged(target: Path) -> Iterator[Path]:
    staging = target.with_name(f".{target.name}.{uuid4().hex[:8]}")
    try:
        try:
            staging.mkdir(parents=True)
        except OSError as error:
            raise OutputError(text("outputs.cannot_write", path=str(target), reason=error.strerror or str(error))) from error
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _move_whole(staging: Path, target: Path) -> None:
    try:
        os.replace(staging, target)
    except OSError as error:
        raise OutputError(text("outputs.cannot_write", path=str(target), reason=error.strerror or str(error))) from error
