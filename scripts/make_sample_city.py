"""Makes the sample city that ships with the package: a prefecture in small, all of it made up.

usage: python scripts/make_sample_city.py [FOLDER] [--seed N]

The same seed gives the same bytes. Without FOLDER the files of data/sample are made anew.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scripts.sample_city.city import make_city, write_city  # noqa: E402  (the repository root must be on the path first)

SEED = 2026


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "data" / "sample")
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args()
    write_city(make_city(given.seed), given.folder)


if __name__ == "__main__":
    main()
