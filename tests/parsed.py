"""The package as Python reads it, parsed once for all tests that look at its code."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "districting"


@cache
def trees() -> dict[str, ast.Module]:
    """Path inside the package -> its module."""
    return {p.relative_to(PACKAGE).as_posix(): ast.parse(p.read_text("utf-8")) for p in sorted(PACKAGE.rglob("*.py"))}
