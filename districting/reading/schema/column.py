"""What a column is: its kind, its headers in Chinese and English, its unit; and how columns are written down in the tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from districting.model.stages import STAGES, Stage

Kind = Literal["text", "number", "integer", "bool", "stage"]

STAGE_ZH: Final[Mapping[Stage, tuple[str, ...]]] = {
    "preschool": ("幼儿园", "学前"),
    "primary": ("小学",),
    "junior": ("初中",),
    "senior": ("高中",),
}
"""Chinese words of a stage as they stand in headers; the first is used in templates."""


@dataclass(frozen=True)
class Column:
    """One column. ``headers`` are other spellings; ``stage_headers`` hold ``{}`` where the Chinese stage word goes."""

    name: str
    kind: Kind
    headers: tuple[str, ...]
    unit: str = ""
    required: bool = False
    minimum: float | None = None
    per_stage: bool = False

    @property
    def header_zh(self) -> str:
        """The Chinese header of templates."""
        return self.headers[0]


def text_column(name: str, *headers: str, required: bool = False) -> Column:
    """A column of words."""
    return Column(name, "text", headers, required=required)


def number_column(name: str, *headers: str, unit: str = "", minimum: float | None = 0.0) -> Column:
    """A column of numbers, none below 0 unless another ``minimum`` is named."""
    return Column(name, "number", headers, unit, minimum=minimum)


def stage_columns(name: str, *patterns: str, kind: Kind = "number", minimum: float | None = 0.0) -> tuple[Column, ...]:
    """``name_STAGE`` for the four stages; ``{}`` in a pattern is the Chinese stage word."""
    return tuple(
        Column(f"{name}_{stage}", kind, tuple(p.format(word) for p in patterns for word in STAGE_ZH[stage]), minimum=minimum, per_stage=True)
        for stage in STAGES
    )
