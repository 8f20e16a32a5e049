"""What a user waits for: help, the whole job on the sample city, the size of its map."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from scripts.bench_row import Row, median_seconds


def rows(full: bool = False) -> list[Row]:
    """Help, warm-up, run and map on the sample city."""
    command = [sys.executable, "-c", "from districting.cli import main; main()"]
    with tempfile.TemporaryDirectory() as folder:
        demo = Path(folder) / "demo"
        helping, _ = median_seconds(lambda: subprocess.run([*command, "--help"], capture_output=True, check=True), 5)
        warming, _ = median_seconds(lambda: subprocess.run([*command, "warm-up"], capture_output=True, check=True), 1)
        subprocess.run([*command, "sample", str(demo)], capture_output=True, check=True)
        job = [*command, "run", str(demo / "config.toml"), "-o", str(demo / "out"), "--overwrite"]
        running, _ = median_seconds(lambda: subprocess.run(job, capture_output=True, check=True), 2)
        size = (demo / "out" / "map.html").stat().st_size / 1e6
    return [
        Row("districting --help", helping, "s", 0.3),
        Row("districting warm-up, kernels compiled", warming, "s"),
        Row("districting run, sample city", running, "s", 30),
        Row("map.html of the sample city", size, "MB", 1.5),
    ]
