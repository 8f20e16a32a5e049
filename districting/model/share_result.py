"""What a command of ``share`` found: tables for people, the facts of ``--json``, and a few sentences for the screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from districting.wording import Text


@dataclass(frozen=True, eq=False)
class ShareResult:
    """One result.

    tables : name -> tidy rows; each becomes ``NAME.csv`` and a sheet of the workbook; its headers are ``sharing.head_COLUMN``, its sheet ``sharing.sheet_NAME``.
        Columns named ``share`` or ``..._share`` hold 0..1 and are shown in percent in the workbook
    facts : status (``optimal``, ``feasible`` or ``measured`` where nothing is decided), objective, bound, gap, unit, and whatever counts the command names
    lines : sentences for the screen, most important first
    notes : table -> what its sheet says under its title, where that holds numbers; else ``sharing.note_NAME``
    """

    tables: Mapping[str, pd.DataFrame]
    facts: Mapping[str, Any]
    lines: tuple[Text, ...] = field(default=())
    notes: Mapping[str, Text] = field(default_factory=dict)
