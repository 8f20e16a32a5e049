"""Folders to start from: the sample city, and an empty template (workbook with Chinese headers, commented config)."""

from __future__ import annotations

import io
from collections.abc import Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import xlsxwriter

from districting.errors import DataError, Fault
from districting.outputs.atomic import atomic_path, refuse_unwritable
from districting.reading.schema import template_columns
from districting.wording import say, text

_SHEETS = ("schools", "blocks", "today", "teachers", "shares")


def sample_files() -> dict[str, bytes]:
    """Every file of the sample city by its relative name; the folder is ready for ``districting run config.toml``."""
    folder = _sample_folder()
    return {name: item.read_bytes() for name, item in _walk(folder, "")}


def template_files(lang: str) -> dict[str, bytes]:
    """``template.xlsx`` (one sheet per table, Chinese headers, a note on each column in ``lang``) and a ``config.toml`` commented in ``lang``."""
    config = resources.files("districting.profiles").joinpath("template.toml" if lang == "zh" else "template_en.toml").read_bytes()
    return {"config.toml": config, "template.xlsx": _workbook(lang)}


def write_project(folder: Path, contents: Mapping[str, bytes]) -> list[Path]:
    """Write every file, each under a temporary name first."""
    refuse_unwritable(folder)
    written = []
    for name, data in contents.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with atomic_path(target) as temporary:
            temporary.write_bytes(data)
        written.append(target)
    return written


def _sample_folder() -> Traversable:
    """Installed beside the package, or in ``data/sample`` of a source checkout."""
    installed = resources.files("districting").joinpath("sample")
    if installed.joinpath("config.toml").is_file():
        return installed
    checkout = Path(str(resources.files("districting"))).parent / "data" / "sample"
    if (checkout / "config.toml").is_file():
        return checkout
    raise DataError(Fault(text("project.no_sample"), text("project.reinstall")))


def _walk(folder: Traversable, prefix: str) -> list[tuple[str, Traversable]]:
    found = []
    for item in sorted(folder.iterdir(), key=lambda i: i.name):
        if item.is_dir():
            found += _walk(item, f"{prefix}{item.name}/")
        elif not item.name.startswith("."):
            found.append((f"{prefix}{item.name}", item))
    return found


def _workbook(lang: str) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E8EEF4", "border": 1})
    must = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#F8E6C8", "border": 1})
    as_text = book.add_format({"num_format": "@"})
    for table in _SHEETS:
        sheet = book.add_worksheet(say(f"project.sheet_{table}", "zh"))
        for position, column in enumerate(template_columns(table)):
            sheet.write_string(0, position, column.header_zh, must if column.required else head)
            sheet.write_comment(0, position, say("project.column_note", lang, name=column.name, kind=say(f"project.kind_{column.kind}", lang)))
            sheet.set_column(position, position, max(10, 2.2 * len(column.header_zh)), as_text if column.kind == "text" else None)
        sheet.freeze_panes(1, 0)
    book.close()
    return buffer.getvalue()
