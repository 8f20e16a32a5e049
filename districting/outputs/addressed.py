"""The answer to an address, as lines and as JSON: schools, exceptions, seats left; no tiers, no scores."""

from __future__ import annotations

import dataclasses
from typing import Any

from districting.planning.addresses import AddressAnswer, AddressFound, StageAnswer
from districting.wording import say, text


def address_lines(found: AddressFound, lang: str) -> list[str]:
    """The answer, or every block it may be."""
    count = len(found.answers) + found.more
    lines = [] if found.sure else [say("address.several" if count > 1 else "address.nearest", lang, **({"count": count} if count > 1 else {}))]
    for answer in found.answers:
        lines += _one(answer, found.year, lang)
    if found.more:
        lines.append(say("address.more", lang, count=found.more))
    return [*lines, say("address.caveat", lang)]


def _one(answer: AddressAnswer, year: int, lang: str) -> list[str]:
    name = answer.name if answer.name and answer.name != answer.block_id else ""
    lines = [say("address.block_named" if name else "address.block", lang, block=answer.block_id, **({"name": name} if name else {}))]
    if answer.delivery_year is not None:
        lines.append("  " + say("address.not_delivered", lang, year=answer.delivery_year))
    if answer.exception:
        lines.append("  " + say("address.under", lang, exception=answer.exception))
    if answer.ended:
        lines.append("  " + say("address.ended", lang, exception=answer.ended))
    lines += ["  " + line for stage in answer.stages for line in _stage(stage, year, lang)]
    if answer.other:
        lines.append("  " + say("address.others", lang, items=list(answer.other)))
    return lines


def _stage(told: StageAnswer, year: int, lang: str) -> list[str]:
    stage = text(f"word.{told.stage}")
    if told.school_unclear:
        return [say("address.unclear", lang, stage=stage, schools=list(told.schools))]
    if not told.schools:
        return [say("address.no_zone", lang, stage=stage)]
    key = "address.schools" if len(told.schools) > 1 else "address.school"
    lines = [say(key, lang, stage=stage, schools=list(told.schools))]
    if told.why == "block_exception":
        lines.append("  " + (say("address.by_exception_reason", lang, reason=told.reason) if told.reason else say("address.by_exception", lang)))
    if told.until is not None:
        lines.append("  " + say("address.until", lang, year=told.until))
    if told.seats is not None and told.seats_left is not None:
        left = round(told.seats_left)
        key = "address.seats_left" if left >= 0 else "address.seats_short"
        lines.append("  " + say(key, lang, year=year, seats=round(told.seats), left=abs(left)))
    return lines


def address_json(found: AddressFound) -> dict[str, Any]:
    """For ``--json``."""
    return {"status": "found" if found.sure else "candidates", "year": found.year, "answers": [dataclasses.asdict(a) for a in found.answers]}
