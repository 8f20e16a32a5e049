"""The school workbook as a bureau would send it: merged title, two-line header, a row of totals, a few digits typed in full width."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import xlsxwriter

GROUPS: Final = ("小学", "初中", "高中")
FULL_WIDTH: Final = str.maketrans("0123456789", "０１２３４５６７８９")
SHEET: Final = "学校"


def write_workbook(path: Path, title: str, headers: Sequence[tuple[str, str]], rows: Sequence[Sequence[Any]]) -> None:
    """``headers``: (group, name) of each column, group empty where the header is one tall cell; numbers are summed in the last row."""
    memory = io.BytesIO()
    book = xlsxwriter.Workbook(memory, {"in_memory": True})
    book.set_properties({"title": title, "created": datetime(2026, 1, 1)})
    sheet = book.add_worksheet(SHEET)
    bold = book.add_format({"bold": True, "align": "center", "valign": "vcenter", "border": 1, "text_wrap": True})
    sheet.merge_range(0, 0, 0, len(headers) - 1, title, bold)
    _write_headers(sheet, headers, bold)
    for r, row in enumerate(rows, start=3):
        for c, value in enumerate(row):
            if value is not None:
                sheet.write(r, c, value)
    last = 3 + len(rows)
    sheet.write(last, 0, "合计", bold)
    for c, (_, name) in enumerate(headers):
        numbers = [row[c] for row in rows if isinstance(row[c], (int, float))]
        if name in _SUMMED:
            sheet.write(last, c, sum(numbers), bold)
    sheet.freeze_panes(3, 2)
    sheet.set_column(0, 0, 13)
    sheet.set_column(1, 1, 26)
    book.close()
    path.write_bytes(_plain_zip(memory.getvalue()))


_SUMMED: Final = frozenset({
    "班数", "学位数", "招生计划", "在校生数", "教职工数", "专任教师数", "高于规定学历教师数", "县级以上骨干教师数", "体艺教师数", "中级及以上职称教师数", "教学及辅助用房面积",
    "体育运动场馆面积", "教学仪器设备值", "网络多媒体教室数", "计算机台数", "图书册数", "校园占地",
})  # fmt: skip


def _write_headers(sheet: Any, headers: Sequence[tuple[str, str]], style: Any) -> None:
    c = 0
    while c < len(headers):
        group, name = headers[c]
        if not group:
            sheet.merge_range(1, c, 2, c, name, style)
            c += 1
            continue
        width = next((k for k in range(c, len(headers)) if headers[k][0] != group), len(headers)) - c
        sheet.merge_range(1, c, 1, c + width - 1, group, style)
        for k in range(c, c + width):
            sheet.write(2, k, headers[k][1], style)
        c += width


def _plain_zip(content: bytes) -> bytes:
    """The same archive without compression: compressed bytes differ from one zlib to the next."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as new:
        for name in sorted(old.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            new.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), old.read(name))
    return out.getvalue()
