"""Records of the draws beside the lottery (splits, quotas, classes): made, and drawn again. Their formats are specified in ``other-draws.md``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from districting.enrolment.class_draw import CLASSES, draw_classes
from districting.enrolment.frozen import commitment_of, line_checks
from districting.enrolment.keyed import audit_hash
from districting.enrolment.numbers import public_seed
from districting.enrolment.quota_draw import QUOTA, draw_quota
from districting.enrolment.split_draw import SPLIT, draw_split
from districting.enrolment.verify import as_published, differs, frozen_as_committed, same
from districting.errors import DataError, Fault
from districting.wording import text

DRAWS: Final[Mapping[str, Callable[[Sequence[str], str], dict[str, Any]]]] = {SPLIT: draw_split, QUOTA: draw_quota, CLASSES: draw_classes}
"""Algorithm -> what draws its lines."""
PARTS: Final = ("algorithm", "commitment", "public_seed", "frozen", "frozen_checks", "numbers", "results", "summary", "audit_hash")


def draw_record(lines: Sequence[str], seed: str) -> dict[str, Any]:
    """Everything that is needed to draw again; nothing about a person but a pseudonym (and for classes its score: that record is not for the public).

    Raises
    ------
    DataError : the seed is empty or holds control characters
    ValueError : what the draw itself refuses
    """
    seed = public_seed(seed)
    commitment = commitment_of(lines)
    drawn = DRAWS[lines[0]](lines, seed)
    return {
        "algorithm": lines[0],
        "commitment": commitment,
        "public_seed": seed,
        "frozen": list(lines),
        "frozen_checks": line_checks(lines),
        **drawn,
        "audit_hash": audit_hash(commitment, seed, ["-" if r is None else str(r) for r in drawn["results"]]),
    }


def is_other_record(record: Any) -> bool:
    """Whether this is a record of this module."""
    return isinstance(record, Mapping) and record.get("algorithm") in DRAWS


def verify_other(record: Mapping[str, Any], *, file: str = "", commitment: str | None = None, seed: str | None = None) -> dict[str, Any]:
    """Draw ``record`` again and return its summary when every part is the same.

    Raises
    ------
    DataError : the first line that differs, or a record that cannot be read
    """
    faults = [
        Fault(text("enrolment.bad_part"), text("enrolment.no_record_remedy"), file=file, column=part)
        for part in PARTS
        if not isinstance(record.get(part), dict if part == "summary" else list if part in ("frozen", "frozen_checks", "numbers", "results") else str)
    ]
    faults += [
        Fault(text("enrolment.unknown_part"), text("enrolment.no_record_remedy"), file=file, column=str(part)[:100]) for part in record if part not in PARTS
    ]
    if not faults and not all(isinstance(line, str) for part in ("frozen", "frozen_checks", "numbers") for line in record[part]):
        faults.append(Fault(text("enrolment.bad_part"), text("enrolment.no_record_remedy"), file=file, column="frozen"))
    if faults:
        raise DataError(faults)
    as_published(record, commitment, seed, file)
    lines = record["frozen"]
    frozen_as_committed(record, lines, file)
    if lines[:1] != [record["algorithm"]]:
        raise differs("algorithm", None, (lines or [""])[0], record["algorithm"], file)
    if public_seed(record["public_seed"]) != record["public_seed"]:
        raise differs("public_seed", None, public_seed(record["public_seed"]), record["public_seed"], file)
    try:
        again = draw_record(lines, record["public_seed"])
    except DataError as error:
        raise DataError([replace(fault, file=file) for fault in error.faults]) from None
    except (ValueError, IndexError, KeyError, TypeError):
        raise DataError(Fault(text("enrolment.bad_part"), text("enrolment.no_record_remedy"), file=file, column="frozen")) from None
    for part in ("numbers", "results", "summary", "audit_hash"):
        if part == "audit_hash":
            if again[part] != record[part]:
                raise differs(part, None, again[part], record[part], file)
        else:
            same(part, again[part], record[part], file)
    summary: dict[str, Any] = again["summary"]
    return summary
