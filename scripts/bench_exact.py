"""Proofs: published service-area instances, from the package's own plan to a proved optimum."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence

from districting import assign_blocks
from districting.zoning.exact import ProofRecord
from scripts.bench_row import Row
from scripts.real_problems import read_sap, real_folder

QUICK = ("zys_16a", "gy2s_21a")
LIMIT_S, QUICK_S = 600.0, 120.0


def reference() -> dict[str, float]:
    """Published objectives in pupil-metres, optimal or best known."""
    with (real_folder("sap") / "reference.csv").open(encoding="utf-8") as file:
        return {row["instance"]: float(row["objective"]) * 1000 for row in csv.DictReader(file)}


def proof_row(name: str, published: float, seconds: float = LIMIT_S) -> Row:
    """Seconds of one proof, and what is left of the gap."""
    problem = read_sap(name)
    found = assign_blocks(problem, time_limit_s=seconds)
    said = "proved" if found.status == "optimal" else f"open, gap {100 * found.gap:.4f} %"
    against = f"{100 * (found.objective / published - 1):+.4f} % to the reference"
    record = found.certificate
    remark = f"{said}; {against}"
    if isinstance(record, ProofRecord):
        arcs = ", ".join(f"{step} {count}" for step, count in record.arcs_left)
        remark += f"; {record.nodes} nodes, {record.cuts} cuts; {record.method}, {record.solver}; arcs: {arcs}"
    return Row(f"plan and proof, {name}", found.seconds, "s", LIMIT_S if found.status == "optimal" else None, remark=remark)


def rows(full: bool = False, names: Sequence[str] = ()) -> list[Row]:
    """Two instances; all of them in a full run."""
    if not (real_folder("sap") / "reference.csv").exists():
        return [Row("proofs", float("nan"), "", remark="no real data: set DISTRICTING_REAL_DATA")]
    published = reference()
    return [proof_row(name, published[name], LIMIT_S if full or names else QUICK_S) for name in (names or (sorted(published) if full else QUICK))]


if __name__ == "__main__":
    for chosen in sys.argv[1:] or QUICK:
        for row in rows(names=[chosen]):
            print(f"{row.work} | {row.measured:.1f} {row.unit} | {row.remark}", flush=True)
