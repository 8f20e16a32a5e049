"""Measures the package against its targets and against peers, on the same input in the same run. ``make bench`` calls this; nothing else should run beside it.

usage: benchmark.py [--full] [--only SECTION ...] [--out FILE.md]

Each section runs in a process of its own, so that its peak memory is its own. With --full the larger sizes are measured too; finished sections are kept in
FILE.json beside the table and not repeated.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import platform
import subprocess
import sys
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scripts.bench_row import Row, table  # noqa: E402  (the repository root must be on the path first)

SECTIONS = {
    "command line": "scripts.bench_command_line:rows",
    "geography": "scripts.bench_geography:rows",
    "coverage": "scripts.bench_coverage:rows",
    "streets": "scripts.bench_streets:rows",
    "blocks from points": "scripts.bench_blocks:rows",
    "transport bound": "scripts.bench_transport:rows",
    "zoning": "scripts.bench_zoning:rows",
    "other goals": "scripts.bench_goals:rows",
    "Baltimore": "scripts.bench_baltimore:rows",
    "proofs": "scripts.bench_exact:rows",
    "peers": "scripts.bench_peers:rows",
    "grouping": "scripts.bench_grouping:rows",
    "links": "scripts.bench_pairing:rows",
    "chains": "scripts.bench_chain:rows",
    "incubation": "scripts.bench_incubation:rows",
    "difference": "scripts.bench_difference:rows",
    "balance": "scripts.bench_balance:rows",
    "enrolment": "scripts.bench_enrolment:rows",
    "choice": "scripts.bench_choice:rows",
    "sharing pools": "scripts.bench_sharing_pools:rows",
    "upgrades": "scripts.bench_upgrade:rows",
    "batch": "scripts.bench_batch:rows",
    "risk": "scripts.bench_risk:rows",
    "sharing": "scripts.bench_sharing:rows",
    "roving": "scripts.bench_roving:rows",
    "map page": "scripts.bench_page:rows",
}


def run_section(name: str, full: bool) -> list[Row]:
    """The rows of one section, measured in a fresh process."""
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from scripts.benchmark import print_section; print_section({name!r}, {full!r})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT, env={**os.environ, "OMP_NUM_THREADS": "1"})
    if done.returncode:
        return [Row(name, float("nan"), "", remark=f"failed: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else done.returncode}")]
    return [Row(**r) for r in json.loads(done.stdout.splitlines()[-1])]


def print_section(name: str, full: bool) -> None:
    """Measure one section here and print its rows as one line of JSON."""
    module, _, function = SECTIONS[name].partition(":")
    rows = getattr(import_module(module), function)(full)
    print(json.dumps([dataclasses.asdict(r) for r in rows]))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--full", action="store_true", help="larger sizes too")
    parser.add_argument("--only", nargs="*", choices=list(SECTIONS), default=list(SECTIONS))
    parser.add_argument("--out", type=Path, help="write the table here as well")
    given = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    kept_path = given.out.with_suffix(".json") if given.out else None
    kept = json.loads(kept_path.read_text(encoding="utf-8")) if given.full and kept_path and kept_path.exists() else {}
    pages = []
    for name in given.only:
        rows = [Row(**r) for r in kept[name]] if name in kept else run_section(name, given.full)
        kept[name] = [dataclasses.asdict(r) for r in rows]
        if kept_path:
            kept_path.write_text(json.dumps(kept, indent=1), encoding="utf-8")
        pages.append(f"### {name}\n\n{table(rows)}\n")
        print(pages[-1], flush=True)
    if given.out:
        given.out.write_text("\n".join(pages), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
