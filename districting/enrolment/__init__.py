"""Enrolment as decisions over plain rows: the lottery (微机派位) whose every draw anyone can replay."""

from __future__ import annotations

from districting.enrolment.draw import lottery
from districting.enrolment.engines import ENGINES
from districting.enrolment.verify import verify_record

__all__ = ["ENGINES", "lottery", "verify_record"]
