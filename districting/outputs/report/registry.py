"""Every document of a report, one line each: its number among the deliverables of policy 4.2, its files, what makes it, why it may be missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from districting.model.draft_mark import RISK_LEVELS
from districting.outputs.balance_book import has_balance, write_balance
from districting.outputs.geopackage import write_plan
from districting.outputs.governance import write_governance
from districting.outputs.report import chapters, gis, maps
from districting.outputs.report.adjustments import adjustments_chapter, has_adjustments
from districting.outputs.report.book import write_workbook
from districting.outputs.report.chapter_files import chapter_book, chapter_docx, notice_book, notice_docx, notice_pdf, whole_pdf
from districting.outputs.report.facts import Report
from districting.outputs.report.parts import Chapter
from districting.wording import Text, text

Maker = Callable[[Report, Path], None]


@dataclass(frozen=True)
class Document:
    """``number``: 1 to 12, or 0 for what is none of the twelve. ``files``: name -> maker. ``missing``: why this plan or audience has none, or None."""

    key: str
    number: int
    files: Callable[[Report], Mapping[str, Maker]]
    missing: Callable[[Report], Text | None]


def _always(_report: Report) -> Text | None:
    return None


def _zones(report: Report) -> Text | None:
    return None if report.zones else text("report.no_zones")


def _districts(report: Report) -> Text | None:
    return None if len(report.plan.districts) else text("report.no_districts")


def _adjusted(report: Report) -> Text | None:
    return None if has_adjustments(report) else text("report.no_adjustments")


def _feeders(report: Report) -> Text | None:
    return None if len(report.plan.feeders) else text("report.no_feeders")


def _seats(report: Report) -> Text | None:
    return None if any(z.seats for zones in report.zones.values() for z in zones) else text("report.no_seats")


def _balance(report: Report) -> Text | None:
    if report.audience == "public":
        return text("report.not_public")
    return None if has_balance(report.plan) or report.plan.findings["measure"].astype(str).str.startswith("cv.").any() else text("report.no_balance")


def _risk(report: Report) -> Text | None:
    return None if report.plan.recorded("risk", "level") in RISK_LEVELS else text("report.no_risk")


def _drawn(report: Report) -> Text | None:
    return None if maps.has_maps(report) else text("report.no_shapes")


def _lottery(report: Report) -> Text | None:
    shared = any(len(z.school_ids) > 1 for zones in report.zones.values() for z in zones)
    return text("report.no_lottery" if shared else "report.no_lottery_needed")


def _elsewhere(command: str) -> Callable[[Report], Text | None]:
    return lambda _report: text("report.elsewhere", command=command)


def _none(_report: Report) -> Mapping[str, Maker]:
    return {}


def _docx(name: str, make: Callable[[Report], Chapter]) -> dict[str, Maker]:
    return {f"{name}.docx": lambda report, path: chapter_docx(report, make(report), path)}


def _xlsx(name: str, make: Callable[[Report], Chapter]) -> dict[str, Maker]:
    return {f"{name}.xlsx": lambda report, path: chapter_book(report, make(report), path)}


def _governance(report: Report) -> Mapping[str, Maker]:
    made = _docx("02-districts", chapters.districts_chapter)
    if len(report.plan.charter):
        made["02-districts.xlsx"] = lambda report, path: write_governance(report.plan, path, audience=report.audience, lang=_language(report))
    return made


def _language(report: Report) -> Literal["zh", "en"]:
    return "zh" if report.lang == "zh" else "en"


def _map_files(report: Report) -> Mapping[str, Maker]:
    made: dict[str, Maker] = {"11-maps.pdf": maps.write_map_book}
    for spot in maps.overall_maps(report):
        made[f"11-map-{spot.name}.png"] = _png(spot)
    made["11-layers.gpkg"] = lambda report, path: write_plan(report.plan, path)
    for layer in gis.layers(report):
        made[f"11-{layer}.geojson"] = _geojson(layer)
    return made


def _png(spot: maps.MapOf) -> Maker:
    return lambda report, path: _held(path, maps.map_png(report, spot))


def _geojson(layer: str) -> Maker:
    return lambda report, path: gis.write_geojson(gis.layers(report)[layer], path)


def _held(path: Path, content: bytes) -> None:
    path.write_bytes(content)


DOCUMENTS: Final[tuple[Document, ...]] = (
    Document("notice", 0, lambda _: {"notice.xlsx": notice_book, "notice.docx": notice_docx, "notice.pdf": notice_pdf}, _zones),
    Document("adjustments", 0, lambda _: _docx("adjustments", adjustments_chapter) | _xlsx("adjustments", adjustments_chapter), _adjusted),
    Document("whole", 0, lambda _: {"report.pdf": whole_pdf}, _always),
    Document("workbook", 0, lambda _: {"report.xlsx": write_workbook}, _always),
    Document("zoning", 1, lambda _: _docx("01-zoning", chapters.zoning_chapter), _zones),
    Document("districts", 2, _governance, _districts),
    Document("feeders", 3, lambda _: _docx("03-feeders", chapters.feeders_chapter) | _xlsx("03-feeders", chapters.feeders_chapter), _feeders),
    Document("seats", 4, lambda _: _docx("04-seats", chapters.seats_chapter) | _xlsx("04-seats", chapters.seats_chapter), _seats),
    Document("balance", 5, lambda _: {"05-balance.xlsx": lambda report, path: write_balance(report.plan, path, lang=_language(report))}, _balance),
    Document("rotation", 6, _none, _elsewhere("districting share rotation | roving")),
    Document("quota", 7, _none, _elsewhere("districting enrol quota")),
    Document("lottery", 8, _none, _lottery),
    Document("risk", 9, lambda _: _docx("09-risk", chapters.risk_chapter), _risk),
    Document("consultation", 10, lambda _: _docx("10-consultation", chapters.consultation_chapter), _zones),
    Document("maps", 11, _map_files, _drawn),
    Document("log", 12, lambda _: _xlsx("12-data-log", chapters.log_chapter), _always),
)
"""A new document is one line here."""
