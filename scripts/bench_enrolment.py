"""Time of a lottery of 100,000 pupils and 500 schools: the whole command from tables to record, the replay of the record, and the draw alone by engine; balanced classes and a split."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from districting.enrolling.lottery import freeze
from districting.enrolment import lottery, verify_record
from districting.enrolment.classes import balanced_classes
from districting.enrolment.split import split_graduates
from districting.model.lottery_rules import ENGINE_NAMES
from districting.reading.lottery_rules import load_rules
from scripts import bench_forecast, bench_overflow
from scripts.bench_row import Row, median_seconds, seconds

PUPILS, SCHOOLS, WISHES, TWINS = 100_000, 500, 5, 1_500
TARGET_S = 5.0
ADMITTED, CLASSES = 2_000, 40
CLASSES_TARGET_S, GAP_TARGET = 2.0, 0.5
HEADERS = ("学生编号", "姓名", "双胞胎组", "户籍在片区", "产权人关系", "军人子女", "报名日期", *(f"志愿{n}" for n in range(1, WISHES + 1)))
RULES = """
name = "bench"
engine = "{engine}"
pupils = "pupils.csv"
schools = "schools.csv"
{order}
[[tiers]]
name = "一"
when = "hukou_in_zone and owner_relation == '父母'"
[[reserved]]
school = "学校003"
seats = 20
when = "soldier"
{batches}
"""
BATCHES = '[[batches]]\nname = "一"\nwishes = [1, 2]\n[[batches]]\nname = "二"\nwishes = [3, 5]\nengine = "number_first"\n'


def write_tables(folder: Path, pupils: int, schools: int) -> None:
    """Pupils with five wishes each, some schools wished far more than others; as many seats as pupils; 3 % of the pupils are twins."""
    rng = np.random.default_rng(0)
    pull = rng.exponential(size=schools)
    scores = rng.gumbel(size=(pupils, schools)).astype(np.float32) + np.log(pull).astype(np.float32)
    wishes = np.argsort(-scores, axis=1)[:, :WISHES]
    with (folder / "pupils.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADERS)
        for i in range(pupils):
            twin = f"T{i // 2}" if i < 2 * TWINS * pupils // PUPILS else ""
            names = [f"学校{s:03d}" for s in wishes[i - i % 2 if twin else i]]
            flags = ["是" if x else "否" for x in rng.random(2) < (0.6, 0.02)]
            writer.writerow(
                [f"S{i:07d}", f"学生{i:06d}", twin, flags[0], "父母" if rng.random() < 0.7 else "祖父母", flags[1], f"2026-05-{1 + i % 28:02d}", *names]
            )
    (folder / "schools.csv").write_text("学校,招生计划\n" + "".join(f"学校{s:03d},{pupils // schools}\n" for s in range(schools)), encoding="utf-8")


def write_rules(folder: Path, engine: str) -> Path:
    """Rules of one engine; where every school draws by itself a pupil has one wish only."""
    path = folder / f"{engine}.toml"
    if engine == "single_school":
        with (folder / "pupils.csv").open(encoding="utf-8", newline="") as file, (folder / "one_wish.csv").open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows(cells[: len(HEADERS) - WISHES + 1] for cells in csv.reader(file))
        path.write_text(RULES.format(engine=engine, order="", batches="").replace("pupils.csv", "one_wish.csv"), encoding="utf-8")
        return path
    order = 'order_keys = ["registration_date"]' if engine == "number_first" else ""
    path.write_text(RULES.format(engine=engine, order=order, batches=BATCHES if engine == "batched" else ""), encoding="utf-8")
    return path


def _command(*words: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "districting", "enrol", *words, "-q"],
        check=True,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )


def rows(full: bool) -> list[Row]:
    """The section ``enrolment``."""
    found = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_tables(folder, PUPILS, SCHOOLS)
        rules, record = str(write_rules(folder, "preference_first")), str(folder / "RECORD.json")
        size = f"{PUPILS:,} pupils x {SCHOOLS} schools"
        took, _ = median_seconds(lambda: _command("lottery", rules, "--public-seed", "384721", "-o", record, "--overwrite"))
        found.append(Row(f"enrol lottery, {size}: tables to record, whole command", took, "s", TARGET_S, remark="preference_first, tier, reserve, twins"))
        took, _ = median_seconds(lambda: _command("verify", record))
        found.append(Row(f"enrol verify, {size}: whole command", took, "s", TARGET_S, remark=f"{Path(record).stat().st_size / 1e6:.0f} MB of record"))
        found.append(_workbook_row(folder, size))
        took, frozen = seconds(lambda: freeze(load_rules(rules)))
        found.append(Row(f"reading and freezing, {size}", took, "s"))
        for engine in ENGINE_NAMES if full else ("preference_first", "number_first", "single_school"):
            draw = frozen.draw if engine == "preference_first" else freeze(load_rules(write_rules(folder, engine))).draw
            took, drawn = median_seconds(lambda: lottery(draw, "384721"))  # noqa: B023
            again, _ = median_seconds(lambda: verify_record(drawn))  # noqa: B023
            found.append(Row(f"draw alone, {engine}, {size}", took, "s", TARGET_S, remark=f"{len(drawn['log']):,} decisions; replay {again:.2f} s"))
    return found + _class_rows() + _split_rows() + bench_overflow.rows(full) + bench_forecast.rows()


def _workbook_row(folder: Path, size: str) -> Row:
    """The same list as one sheet of a workbook; the target is that of text tables."""
    import xlsxwriter

    with (
        xlsxwriter.Workbook(str(folder / "pupils.xlsx"), {"constant_memory": True}) as book,
        (folder / "pupils.csv").open(encoding="utf-8", newline="") as file,
    ):
        sheet = book.add_worksheet("报名")
        for r, cells in enumerate(csv.reader(file)):
            for c, cell in enumerate(cells):
                sheet.write_string(r, c, cell)
    rules = folder / "workbook.toml"
    rules.write_text((folder / "preference_first.toml").read_text(encoding="utf-8").replace("pupils.csv", "pupils.xlsx"), encoding="utf-8")
    took, _ = median_seconds(lambda: _command("lottery", str(rules), "--public-seed", "384721", "-o", str(folder / "BOOK.json"), "--overwrite"))
    return Row(
        f"enrol lottery, {size}: workbook (.xlsx) to record, whole command",
        took,
        "s",
        remark=f"{(folder / 'pupils.xlsx').stat().st_size / 1e6:.0f} MB of workbook",
    )


def _class_rows() -> list[Row]:
    """2,000 pupils to 40 classes, 30 pairs of twins together and 30 apart: the exchanges alone, and the whole command."""
    rng = np.random.default_rng(0)
    scores, sex = rng.normal(75, 12, ADMITTED).round(1), rng.integers(0, 2, ADMITTED)
    together, apart = [(2 * i, 2 * i + 1) for i in range(30)], [(100 + 2 * i, 101 + 2 * i) for i in range(30)]
    took, plan = median_seconds(lambda: balanced_classes(scores, sex, CLASSES, together=together, apart=apart))
    size = f"{ADMITTED:,} pupils, {CLASSES} classes"
    found = [Row(f"balanced classes, {size}", took, "s", CLASSES_TARGET_S, remark="30 pairs together, 30 apart")]
    found.append(Row(f"gap of the class means, {size}", plan.mean_gap, "mark", GAP_TARGET))
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "admitted.csv"
        groups = {i: f"T{i // 2}" for pair in together for i in pair}
        rows = (f"S{i:07d},{'男女'[sex[i]]},{scores[i]},{groups.get(i, '')}\n" for i in range(ADMITTED))
        path.write_text("学生编号,性别,成绩,同班组\n" + "".join(rows), encoding="utf-8")
        words = ("classes", str(path), "--classes", str(CLASSES), "--public-seed", "384", "-o", str(Path(name) / "out"), "--overwrite")
        took, _ = median_seconds(lambda: _command(*words))
    return [*found, Row(f"enrol classes, {size}: whole command", took, "s", CLASSES_TARGET_S)]


def _split_rows() -> list[Row]:
    """A district far larger than any: 100 primaries to 30 juniors."""
    rng = np.random.default_rng(0)
    graduates, plans = rng.integers(20, 300, 100), rng.integers(100, 700, 30)
    took, plan = median_seconds(lambda: split_graduates(graduates, plans))
    gap = (plan.off - plan.bound) / max(plan.off, 1e-9)
    return [Row("split of graduates, 100 primaries x 30 juniors", took, "s", remark=f"gap {gap:.1%}")]
