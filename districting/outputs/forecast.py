"""Files of a forecast: the warning table as it is published, schools and blocks by year, one workbook, one JSON; and its lines in the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from districting.enrolling.forecast import Asked, Outlook
from districting.outputs.atomic import atomic_paths, write_json
from districting.outputs.numbers import tidy
from districting.outputs.text_table import aligned
from districting.outputs.workbook import Cell, Row, Share, Sheet, write_book
from districting.wording import say, text

FILES: Final = ("forecast_warnings.csv", "forecast_schools.csv", "forecast_blocks.csv", "forecast.xlsx", "forecast.json")
_SHOWN: Final = 30
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def warning_head(made: Outlook, lang: str) -> list[str]:
    """Headers of the warning table: school, ratio of each year, level, seats and classes that clear it, the rule that does, the least building that does."""
    years = made.years[: made.rules.warn_years]
    return [
        say("forecast.head_school", lang),
        *(say("forecast.head_ratio", lang, year=int(y)) for y in years),
        *(say(f"forecast.head_{k}", lang) for k in ("level", "to_clear", "classes", "rule", "building")),
    ]


def warning_rows(made: Outlook, lang: str) -> list[Row]:
    """The warning table of the mid scenario, worst first: every school, so that none is missing from it."""
    schools, span = made.schools, min(made.rules.warn_years, len(made.years))
    rows: list[Row] = []
    for z in _worst_first(made):
        ratios: list[Cell] = [_ratio(made, z, y, lang) for y in range(span)]
        need = int(schools.outlook["mid"].to_clear[z, :span].max(initial=0))
        rows.append([schools.names[z], *ratios, say(f"forecast.level_{schools.worst(z, span)}", lang), need, schools.classes(z, span), *_remedy(made, z, lang)])
    return rows


def _remedy(made: Outlook, zone: int, lang: str) -> tuple[str, str]:
    """The rule and the building that clear the warnings of a zone, "" where there is none."""
    found = made.remedies.get(zone)
    if found is None:
        return "", ""
    rule = say("forecast.by_rule", lang, partner=found.partner, year=found.since) if found.rule else ""
    key = "by_building" if found.until >= made.years[-1] else "by_building_once" if found.until == found.since else "by_building_until"
    years = {"year": found.since, **({"until": found.until} if key == "by_building_until" else {})}
    return rule, say(f"forecast.{key}", lang, count=found.classes, **years)


def balance_lines(made: Outlook, lang: str) -> list[str]:
    """Whether zones drawn anew may do, or seats must be built whatever the zones."""
    short = [b for b in made.balances if b.classes]
    if not short:
        most = made.balances[0]
        return [say("forecast.seats_suffice", lang, ratio=f"{most.ratio:.1%}", year=most.year)] if made.remedies else []
    where = {b.county: say("forecast.county", lang, code=b.county) if b.county else say("forecast.everywhere", lang) for b in short}
    return [say("forecast.seats_lack", lang, where=where[b.county], ratio=f"{b.ratio:.1%}", year=b.year, classes=b.classes) for b in short]


def _worst_first(made: Outlook) -> list[int]:
    schools, span = made.schools, min(made.rules.warn_years, len(made.years))
    order = {"red": 0, "yellow": 1, "unknown": 2, "none": 3}
    peak = schools.outlook["mid"].ratio[:, :span].max(axis=1)
    return sorted(range(len(schools.names)), key=lambda z: (order[schools.worst(z, span)], -peak[z], schools.names[z]))


def _ratio(made: Outlook, zone: int, year: int, lang: str) -> Cell:
    """Children to seats; of what is partly unknown the least it can be, said so."""
    value = float(made.schools.outlook["mid"].ratio[zone, year])
    shown = say("forecast.no_seats", lang) if not np.isfinite(value) else f"{value:.1%}"
    if made.schools.unknown[zone, year]:
        return say("forecast.at_least", lang, ratio=shown)
    return Share(value) if np.isfinite(value) else shown


def caveats(made: Outlook, lang: str) -> list[str]:
    """What is published beside every warning: day of the data, method, that it is no basis for buying a house."""
    rules = made.rules
    basis = text(f"forecast.basis_{made.basis}")
    lines = [
        say("forecast.data_date", lang, date=rules.data_date, plan=made.zones.plan.name, year=made.zones.plan.year),
        say("forecast.method", lang, method=text(f"forecast.method_{made.method}"), basis=basis),
        say("forecast.lines", lang, yellow=f"{rules.yellow:.0%}", red=f"{rules.red:.0%}"),
        say("forecast.scenarios", lang, spread=f"{rules.rates.migration_spread:.1%}"),
        *(remark.say(lang) for remark in made.remarks),
    ]
    if made.unknown.any():
        lines.append(say("forecast.unknown_years", lang, years=[str(y) for y in made.years[made.unknown.any(axis=0)]], cells=int(made.unknown.sum())))
    return [*lines, say("forecast.caveat_house", lang), say("forecast.caveat_change", lang)]


def forecast_lines(made: Outlook, asked: Sequence[Asked], lang: str) -> list[str]:
    """The terminal: warnings of the first years, what clears them, every what-if, the caveats."""
    span = min(made.rules.warn_years, len(made.years))
    counts = {name: sum(made.schools.worst(z, span) == name for z in range(len(made.schools.names))) for name in ("red", "yellow", "unknown", "none")}
    lines = [say("forecast.headline", lang, first=int(made.years[0]), last=int(made.years[span - 1]), **counts)]
    for name in ("high", "low"):
        levels = [made.schools.worst(z, span, name) for z in range(len(made.schools.names))]
        lines.append(say(f"forecast.counts_{name}", lang, red=levels.count("red"), yellow=levels.count("yellow")))
    none = say("forecast.level_none", lang)
    rows = [r for r in warning_rows(made, lang) if r[1 + span] != none]
    if rows:
        head = [*warning_head(made, lang)[: 2 + span], say("forecast.head_least", lang)]
        shown = [[*[f"{c:.1%}" if isinstance(c, Share) else str(c) for c in r[: 2 + span]], str(r[-2] or r[-1])] for r in rows[:_SHOWN]]
        lines += aligned([head, *shown], right=range(1, 1 + span))
    if len(rows) > _SHOWN:
        lines.append(say("forecast.more_schools", lang, count=len(rows) - _SHOWN))
    lines += total_lines(made, lang) + balance_lines(made, lang)
    if made.remedies and not asked:
        worst = next(z for z in _worst_first(made) if z in made.remedies)
        lines.append(say("forecast.try_it", lang, words=made.remedies[worst].rule or made.remedies[worst].building))
    for one in asked:
        lines += what_if_lines(one, lang)
    return lines + caveats(made, lang)


def total_lines(made: Outlook, lang: str) -> list[str]:
    """Children of every scenario and seats, all schools together, year by year."""
    head = [say("forecast.head_total", lang), *(str(int(y)) for y in made.years)]
    least = ["≥" if some else "" for some in made.unknown.sum(axis=0).tolist()]  # what is not known is not in the sum
    body = [
        [say(f"forecast.total_{name}", lang), *(f"{sign}{v:,.0f}" for sign, v in zip(least, made.children[name].sum(axis=0), strict=True))]
        for name in ("low", "mid", "high")
    ]
    seats = [say("forecast.total_seats", lang), *(f"{v:,.0f}" for v in made.schools.seats.sum(axis=0))]
    return aligned([head, *body, seats], right=range(1, 1 + len(made.years)))


def what_if_lines(one: Asked, lang: str) -> list[str]:
    """Warnings that go and come under one what-if."""
    lines = [say("forecast.what_if", lang, words=one.words, gone=len(one.gone), come=len(one.come), blocks=one.moved_blocks)]
    for key, changes in (("gone", one.gone), ("come", one.come)):
        for school, year, before, after in changes[:_SHOWN]:
            levels = {"before": text(f"forecast.level_{before}"), "after": text(f"forecast.level_{after}")}
            lines.append("  " + say(f"forecast.warning_{key}", lang, school=school, year=year, **levels))
    if one.ways is not None:
        lines.append("  " + one.ways.say(lang))
    if one.stranded[0]:
        lines.append("  " + say("forecast.stranded", lang, blocks=one.stranded[0], children=round(one.stranded[1])))
    if one.least_classes:
        lines.append("  " + say("forecast.least_opened" if one.opens else "forecast.least_classes", lang, count=one.least_classes))
    elif one.least_classes == 0:
        lines.append("  " + say("forecast.opened_for_nothing" if one.opens else "forecast.nothing_to_clear", lang))
    lines.append("  " + say(f"forecast.{'school' if one.of_school else 'all'}_{'clear' if one.clears else 'warned'}", lang))
    return lines


def as_json(made: Outlook, asked: Sequence[Asked]) -> dict[str, Any]:
    """The JSON of a forecast."""
    rules, span = made.rules, min(made.rules.warn_years, len(made.years))
    warnings = [
        {
            "school": name,
            "school_ids": list(made.schools.schools[z]),
            "level": made.schools.worst(z, span),
            "years": {
                str(int(y)): {
                    "level": made.schools.level("mid", z, i),
                    "ratio": tidy(float(made.schools.outlook["mid"].ratio[z, i])) if np.isfinite(made.schools.outlook["mid"].ratio[z, i]) else None,
                    "blocks_unknown": int(made.schools.unknown[z, i]),
                }
                for i, y in enumerate(made.years[:span])
            },
            "seats_to_clear": int(made.schools.outlook["mid"].to_clear[z, :span].max(initial=0)),
            "classes_to_clear": made.schools.classes(z, span),
            "remedies": _remedy_json(made, z),
        }
        for z, name in enumerate(made.schools.names)
    ]
    return {
        "stage": rules.stage,
        "data_date": rules.data_date,
        "years": [int(y) for y in made.years],
        "basis": made.basis,
        "method": made.method,
        "lines": {"yellow": rules.yellow, "red": rules.red},
        "children": {name: [tidy(float(v)) for v in values.sum(axis=0)] for name, values in made.children.items()},
        "children_without_zone": [tidy(float(v)) for v in made.zoneless["mid"]],
        "balance": [
            {"county": b.county, "ratio": tidy(b.ratio) if np.isfinite(b.ratio) else None, "year": b.year, "least_classes": b.classes} for b in made.balances
        ],
        "progression": [tidy(p) for p in made.progression],
        "blocks_unknown": [int(v) for v in made.unknown.sum(axis=0)],
        "warnings": warnings,
        "what_if": [what_if_json(one) for one in asked],
    }


def _remedy_json(made: Outlook, zone: int) -> list[dict[str, Any]]:
    """What clears the warnings, the least first: a rule that builds nothing, then the fewest classes; words for ``--what-if``."""
    found = made.remedies.get(zone)
    if found is None:
        return []
    rule = [{"kind": "rule", "what_if": found.rule, "classes": 0}] if found.rule else []
    return [*rule, {"kind": "building", "what_if": found.building, "classes": found.classes}]


def what_if_json(one: Asked) -> dict[str, Any]:
    """One what-if."""
    changes = {key: [{"school": s, "year": y, "before": b, "after": a} for s, y, b, a in rows] for key, rows in (("disappear", one.gone), ("appear", one.come))}
    return {
        "what_if": one.words,
        **changes,
        "clears": one.clears,
        "least_classes": one.least_classes,
        "blocks_moved": one.moved_blocks,
        "ways": None if one.ways is None else one.ways.key.removeprefix("forecast.way_"),
        "blocks_stranded": one.stranded[0],
        "children_stranded": tidy(one.stranded[1]),
    }


def write_forecast(folder: str | Path, made: Outlook, asked: Sequence[Asked], lang: str) -> list[str]:
    """All files of :data:`FILES`, or none.

    Raises
    ------
    OutputError : the folder cannot be written
    """
    targets = [str(Path(folder) / name) for name in FILES]
    with atomic_paths(targets) as (warnings, schools, blocks, book, tree):
        rows = warning_rows(made, lang)
        plain = [[f"{c:.1%}" if isinstance(c, Share) else c for c in r] for r in rows]
        table = pd.DataFrame(plain, columns=warning_head(made, lang))
        _csv(
            table.assign(**{say("forecast.head_date", lang): made.rules.data_date, say("forecast.head_caveat", lang): say("forecast.caveat_house", lang)}),
            warnings,
        )
        _csv(made.schools.rows(), schools)
        _csv(made.block_rows(), blocks)
        write_book(book, _sheets(made, asked, rows, lang), lambda sheet: say("forecast.title", lang, city=made.zones.plan.name, sheet=sheet.name), [])
        write_json({**as_json(made, asked), "notes": caveats(made, lang)}, tree)
    return targets


def _csv(frame: pd.DataFrame, path: Path) -> None:
    """For spreadsheets: a mark at the beginning, and no name that is computed."""
    names = [c for c in frame.columns if c not in ("block_id", "school_id") and not pd.api.types.is_numeric_dtype(frame[c])]
    safe = frame.assign(**{c: ["'" + v if isinstance(v, str) and v.startswith(_FORMULA) else v for v in frame[c]] for c in names})
    path.write_bytes(safe.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig"))


def _sheets(made: Outlook, asked: Sequence[Asked], rows: list[Row], lang: str) -> list[Sheet]:
    note = say("forecast.data_date", lang, date=made.rules.data_date, plan=made.zones.plan.name, year=made.zones.plan.year)
    frame = made.schools.rows()
    heads = tuple(say(f"forecast.col_{c}", lang) for c in frame.columns)
    body: list[Row] = [[_cell(c, v, lang) for c, v in zip(frame.columns, r, strict=True)] for r in frame.itertuples(index=False)]
    totals: list[Row] = [
        [int(y), *(round(float(made.children[s][:, i].sum()), 1) for s in ("low", "mid", "high")), int(made.unknown[:, i].sum())]
        for i, y in enumerate(made.years)
    ]
    sheets = [
        Sheet(say("forecast.sheet_warnings", lang), tuple(warning_head(made, lang)), rows, note),
        Sheet(say("forecast.sheet_schools", lang), heads, body, note),
        Sheet(
            say("forecast.sheet_city", lang),
            tuple(say(f"forecast.col_{c}", lang) for c in ("year", "demand_low", "demand_mid", "demand_high", "blocks_unknown")),
            totals,
            note,
        ),
        Sheet(say("forecast.sheet_notes", lang), (say("forecast.sheet_notes", lang),), [[line] for line in caveats(made, lang)], note),
    ]
    if asked:
        changes: list[Row] = [
            [one.words, school, year, say(f"forecast.level_{before}", lang), say(f"forecast.level_{after}", lang)]
            for one in asked
            for school, year, before, after in (*one.gone, *one.come)
        ]
        sheets.append(
            Sheet(
                say("forecast.sheet_what_if", lang),
                tuple(say(f"forecast.col_{c}", lang) for c in ("what_if", "school", "year", "before", "after")),
                changes,
                note,
            )
        )
    return sheets


def _cell(column: str, value: Any, lang: str) -> Cell:
    if column.startswith("level_"):
        return say(f"forecast.level_{value}", lang)
    if column.startswith("ratio_"):
        return Share(value) if np.isfinite(value) else say("forecast.no_seats", lang)
    return value if isinstance(value, str) else int(value) if float(value).is_integer() else float(value)
