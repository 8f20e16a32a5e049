"""What is handed over is whole: the wheel, the locked requirements, the two commands of the README."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

import districting

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
LOCKS = {name: ROOT / "scripts" / "lock" / f"{name}.txt" for name in ("runtime", "develop")}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the working tree."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def pins(lock: str) -> dict[tuple[str, str], tuple[str, int]]:
    """(package, condition) -> (version, number of hashes)."""
    found: dict[tuple[str, str], tuple[str, int]] = {}
    for entry in re.split(r"\n(?=\S)", LOCKS[lock].read_text("utf-8").strip()):
        head = entry.splitlines()[0].removesuffix("\\").strip()
        requirement = Requirement(head)
        (version,) = [s.version for s in requirement.specifier if s.operator == "=="]
        found[canonicalize_name(requirement.name), str(requirement.marker or "")] = version, entry.count("--hash=sha256:")
    return found


def test_the_wheel_holds_every_file_of_the_package_and_the_sample_city(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    source = {p.relative_to(ROOT).as_posix() for p in (ROOT / "districting").rglob("*") if p.is_file() and "__pycache__" not in p.parts and p.suffix != ".pyc"}
    sample = {f"districting/{p.relative_to(ROOT / 'data').as_posix()}" for p in (ROOT / "data" / "sample").rglob("*") if p.is_file()}
    assert sample
    assert (source | sample) - inside == set()
    assert {n.split("/")[0] for n in inside} == {"districting", f"districting-{districting.__version__}.dist-info"}


def test_the_wheel_speaks_and_starts_by_itself(wheel: Path, tmp_path: Path) -> None:
    """Read straight from the wheel, away from the working tree: the catalogue is found and the command answers."""
    code = "; ".join(
        [
            "import sys",
            f"sys.path.insert(0, {str(wheel)!r})",
            "import districting.cli",
            "from districting.wording import say",
            "print(say('word.zone', 'zh'))",
            "print(districting.cli.__file__)",
        ]
    )
    done = subprocess.run([sys.executable, "-X", "utf8", "-c", code], cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=True)
    assert done.stdout.splitlines()[0] == "招生片区"
    assert str(wheel) in done.stdout


def test_one_version_everywhere(wheel: Path) -> None:
    assert districting.__version__ == PROJECT["version"]
    assert f"## {districting.__version__}" in (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert wheel.name.startswith(f"districting-{PROJECT['version']}-py3-none-any")


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_requirement_has_one_version_and_its_hashes(lock: str) -> None:
    assert pins(lock)
    assert [name for name, (_, hashes) in pins(lock).items() if hashes == 0] == []


def test_the_two_locks_agree() -> None:
    develop = pins("develop")
    assert [key for key, (version, _) in pins("runtime").items() if develop.get(key, ("", 0))[0] != version] == []


@pytest.mark.parametrize(("lock", "extras"), [("runtime", []), ("develop", ["postgis", "dask", "osm", "duckdb", "test", "check"])])
def test_the_lock_serves_what_pyproject_asks_for(lock: str, extras: list[str]) -> None:
    """A requirement added or raised in pyproject.toml without `make lock` is found here."""
    wanted = [Requirement(r) for r in [*PROJECT["dependencies"], *(r for e in extras for r in PROJECT["optional-dependencies"][e])]]
    locked: dict[str, list[str]] = {}
    for (name, _), (version, _) in pins(lock).items():
        locked.setdefault(name, []).append(version)
    unmet = [
        str(r) for r in wanted if not locked.get(canonicalize_name(r.name)) or not all(Version(v) in r.specifier for v in locked[canonicalize_name(r.name)])
    ]
    assert unmet == []


@pytest.mark.parametrize("target", ["run", "test", "check", "bench", "bench-full", "lock"])
def test_make_knows_every_command_of_the_readme(target: str) -> None:
    done = subprocess.run(["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, "MAKEFLAGS": ""})
    assert done.returncode == 0, done.stderr


def test_make_says_what_to_do_where_python_is_too_old_or_missing(tmp_path: Path) -> None:
    old = tmp_path / "python-old"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.8.1"\nexit 1\n')
    old.chmod(0o755)
    for python, sentence in ((str(old), "Python 3.8.1 is too old: Python 3.11 or newer is needed"), (str(tmp_path / "none"), "Install Python 3.11 or newer")):
        done = subprocess.run(
            ["make", f"PYTHON={python}", f"VENV={tmp_path / 'venv'}", "run"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "MAKEFLAGS": ""},
        )
        assert done.returncode != 0
        assert sentence in done.stderr


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "README.md"])
def test_every_path_a_page_names_exists(page: str) -> None:
    named = re.findall(r"`((?:districting|scripts|tests|data|\.ci)/[\w./-]*)`", (ROOT / page).read_text("utf-8"))
    assert [p for p in named if not (ROOT / p).exists()] == []
