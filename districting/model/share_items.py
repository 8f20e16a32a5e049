"""What a school may give to another, and by which ways a course is taught: codes and the words that tables use for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

LEDGER_ITEMS: Final[Mapping[str, tuple[str, ...]]] = {
    "teacher_days": ("教师工作日", "教师日", "教师人日", "交流教师日", "teacher days", "teacher day"),
    "facility_hours": ("场馆课时", "场地课时", "设施课时", "场馆时数", "facility hours", "facility hour"),
    "lessons": ("课时", "课程课时", "授课节数", "送课", "lessons given", "lesson"),
}
"""Item of the ledger (policy R28) -> what it is called; the first is the whole name."""
COURSE_MODES: Final[Mapping[str, tuple[str, ...]]] = {
    "live": ("直播", "同步课堂", "专递课堂", "直播课堂"),
    "platform": ("平台", "网络平台", "资源平台", "录播", "点播"),
    "place": ("到校", "现场", "走班", "线下", "到校上课", "in place"),
}
"""Way of teaching -> what it is called."""


def item_of(label: str) -> str | None:
    """The item that a cell names; None where there is none.

    >>> item_of("教师日"), item_of("Facility hours"), item_of("钱")
    ('teacher_days', 'facility_hours', None)
    """
    return _of(LEDGER_ITEMS, label)


def mode_of(label: str) -> str | None:
    """The way of teaching that a cell names; None where there is none.

    >>> mode_of("专递课堂"), mode_of("live"), mode_of("函授")
    ('live', 'live', None)
    """
    return _of(COURSE_MODES, label)


def _of(known: Mapping[str, tuple[str, ...]], label: str) -> str | None:
    plain = " ".join(label.casefold().replace("_", " ").replace("-", " ").split())
    return next((code for code, words in known.items() if plain == code.replace("_", " ") or plain in words), None)
