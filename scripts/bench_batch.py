"""Batches of synthetic counties: two processes against one after another, both with one thread of arithmetic a county, and the memory of a worker."""

from __future__ import annotations

import resource
import tempfile
from pathlib import Path

from districting.batch import find_counties, run_batch
from districting.executing import open_executor
from scripts.bench_row import Row, peak_memory_mb, seconds
from scripts.synthetic_province import synthetic_province


def rows(full: bool = False) -> list[Row]:
    """8 counties of 1,000 blocks; with ``full`` 100 of 5,000."""
    return measured(8, 1_000) + (measured(100, 5_000) if full else [])


def measured(count: int, blocks: int, workers: int = 2) -> list[Row]:
    """Serial first, so that it alone pays for what is compiled or loaded once in this process; then processes, which load it in each worker."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        synthetic_province(folder / "warm", 1, 16, steps=100)
        run_batch(find_counties(folder / "warm"), folder / "warm" / "out", open_executor("serial"))
        synthetic_province(folder / "counties", count, blocks)
        counties = find_counties(folder / "counties")
        serial_s, _ = seconds(lambda: run_batch(counties, folder / "serial", open_executor("serial")))

        def in_processes() -> None:
            with open_executor("processes", workers=workers) as executor:
                run_batch(counties, folder / "processes", executor)

        processes_s, _ = seconds(in_processes)
        same = all((folder / "serial" / c.code / "plan.gpkg").read_bytes() == (folder / "processes" / c.code / "plan.gpkg").read_bytes() for c in counties)
    work = f"batch of {count} counties x {blocks:,} blocks"
    worker_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    remark = "plan.gpkg of every county the same bytes" if same else "PLANS DIFFER"
    return [
        Row(f"{work}, serial", serial_s, "s", remark=f"peak memory {peak_memory_mb():,.0f} MB"),
        Row(f"{work}, {workers} processes", processes_s, "s", None, "serial", serial_s, remark),
        Row(f"{work}, speed-up of {workers} processes", serial_s / processes_s, "x", 1.7 if blocks >= 5_000 else None, at_least=True),
        Row(f"{work}, peak memory of a worker", worker_mb / 1024, "GB", 1.5),
    ]
