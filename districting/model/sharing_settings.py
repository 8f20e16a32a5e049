"""``[sharing]``: what the commands of ``share`` go by. One class per command."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from districting.model.pairing_settings import STRICT
from districting.model.teacher_settings import RotationSettings, StaffingSettings


@dataclass(frozen=True)
class DigitalSettings:
    """``[sharing.digital]``.

    rooms_per_100 : the line of each stage, rooms with network multimedia per 100 pupils (教督〔2017〕6号, indicator 7)
    class_size : pupils of a class where a school's classes are not given (GB 50099-2011 3.0.1)
    """

    rooms_per_100: Mapping[str, float] = field(default_factory=lambda: {"primary": 2.3, "junior": 2.4})
    class_size: Mapping[str, int] = field(default_factory=lambda: {"primary": 45, "junior": 50})
    __pydantic_config__: ClassVar[Any] = STRICT


@dataclass(frozen=True)
class SharingSettings:
    """``[sharing]``: a table for each command."""

    digital: DigitalSettings = field(default_factory=DigitalSettings)
    rotation: RotationSettings = field(default_factory=RotationSettings)
    staffing: StaffingSettings = field(default_factory=StaffingSettings)
    __pydantic_config__: ClassVar[Any] = STRICT
