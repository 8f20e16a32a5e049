"""Files of classes: a table of the classes, masked lists, a public summary, and what is for its owner only: the record with scores and who is who."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from districting.enrolling.classes import Classes
from districting.outputs.enrolment_files import Book, csv_text, head
from districting.outputs.lottery import as_text, mask_id, mask_name, private_text
from districting.outputs.workbook import Row, Sheet
from districting.wording import say


def class_rows(found: Classes) -> list[Row]:
    """Class, size, boys, girls, mean (where there are scores), team (where there are any)."""
    plan, teams = found.plan, found.admitted.draw.teams
    rows: list[Row] = []
    for c in range(len(plan.sizes)):
        row: tuple[Any, ...] = (c + 1, int(plan.sizes[c]), *map(int, plan.sexes[c]))
        row += (round(float(plan.means[c]), 3),) if found.admitted.scored else ()
        rows.append((*row, teams[found.teams[c]]) if found.teams else row)
    return rows


def class_head(found: Classes, lang: str) -> tuple[str, ...]:
    """Headers of the table of classes."""
    return head(lang, "class_number", "size", "boys", "girls", *(("mean",) if found.admitted.scored else ()), *(("team",) if found.teams else ()))


def classes_csv(found: Classes, lang: str) -> str:
    """``classes.csv``."""
    return csv_text(class_head(found, lang), class_rows(found))


def _list_rows(found: Classes, record: Mapping[str, Any]) -> list[tuple[int, str, str, str]]:
    """Class, number, masked id, masked name; by class, then by number, so that no row tells a place in the list."""
    private = found.admitted.private
    rows = [
        (int(c), str(number), mask_id(own), mask_name(name))
        for c, number, own, name in zip(record["results"], record["numbers"], private.ids, private.names, strict=True)
    ]
    return sorted(rows)


def class_list(found: Classes, record: Mapping[str, Any], lang: str) -> str:
    """``class_list.csv``."""
    rows = [(c, as_text(n), as_text(own), as_text(name)) for c, n, own, name in _list_rows(found, record)]
    return csv_text(head(lang, "class_number", "number", "pupil_id", "pupil_name"), rows)


def classes_book(found: Classes, record: Mapping[str, Any], lang: str) -> Book:
    """``classes.xlsx``: the classes, and the masked lists."""
    gap = f"{found.plan.mean_gap:.3f}" if found.admitted.scored else "-"
    note = say("enrolment.classes_note", lang, gap=gap, audit=record["audit_hash"])
    sheets = [
        Sheet(say("enrolment.sheet_classes", lang), class_head(found, lang), class_rows(found), note),
        Sheet(
            say("enrolment.sheet_lists", lang),
            head(lang, "class_number", "number", "pupil_id", "pupil_name"),
            list(_list_rows(found, record)),
            say("enrolment.masked_note", lang),
        ),
    ]
    return sheets, lambda sheet: say("enrolment.classes_title", lang, sheet=sheet.name)


def classes_summary(found: Classes, record: Mapping[str, Any]) -> dict[str, Any]:
    """What ``--json`` and ``classes.json`` say: nothing about a single pupil."""
    plan, teams = found.plan, found.admitted.draw.teams
    scored = found.admitted.scored
    gap = (plan.mean_gap - plan.bound) / plan.mean_gap if plan.mean_gap > plan.bound else 0.0
    return {
        "status": "optimal" if gap == 0 else "feasible",
        "objective": plan.mean_gap,
        "bound": plan.bound,
        "gap": gap,
        "unit": "mark",
        "violations": [],
        "pupils": int(plan.sizes.sum()),
        "mean_gap": plan.mean_gap if scored else None,
        "classes": [
            {
                "class": c + 1,
                "size": int(plan.sizes[c]),
                "male": int(plan.sexes[c, 0]),
                "female": int(plan.sexes[c, 1]),
                "mean": float(plan.means[c]) if scored else None,
                "team": teams[found.teams[c]] if found.teams else None,
            }
            for c in range(len(plan.sizes))
        ],
        **{key: record[key] for key in ("algorithm", "commitment", "public_seed", "audit_hash")},
    }


def class_private(found: Classes, record: Mapping[str, Any]) -> str:
    """``classes_record.private.json``: who is who, with salt."""
    own = found.admitted.private
    return private_text(str(record["commitment"]), own.salt, own.tokens, own.ids, own.names)


def class_public(found: Classes, record: Mapping[str, Any]) -> str:
    """``classes_proof.json``: commitment, seed, class of every pseudonym and the audit hash; no score."""
    pairs = sorted(zip(found.admitted.draw.tokens, record["results"], strict=True))
    head_ = {key: record[key] for key in ("algorithm", "commitment", "public_seed", "audit_hash")}
    return json.dumps({**head_, "class_of_pseudonym": dict(pairs)}, ensure_ascii=False, indent=1) + "\n"
