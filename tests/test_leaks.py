"""Nothing in the project tells where it was made: no path of somebody's machine, no address of a package registry."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# Put together from parts, so that this file does not find itself.
_FOLDERS = "|".join(["home", "Users", "root", "work", "opt", "srv", "mnt"])
PATH_OF_A_MACHINE = re.compile(rf"(?<![\w.}})*\\-])(?:/(?:{_FOLDERS})/[\w.-]+|[A-Z]:\\{{1,2}}Users\\)".encode())
_HOSTS = "|".join(["py" + "pi", "py" + "pi\\.python", "files\\.python" + "hosted", "registry\\.np" + "mjs", "conda\\.ana" + "conda"])
REGISTRY_HOST = re.compile(rf"(?:{_HOSTS})\.(?:org|com)".encode())


def project_files() -> list[Path]:
    """Tracked files and those that would be; every file but the ignored ones where there is no version control."""
    try:
        listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        skipped = {".git", ".venv", "__pycache__", "maps", "build", "dist"}
        return [p for p in ROOT.rglob("*") if p.is_file() and not skipped & set(p.relative_to(ROOT).parts)]
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def found(pattern: re.Pattern[bytes]) -> list[str]:
    lines = []
    for path in project_files():
        for match in pattern.finditer(path.read_bytes()):
            lines.append(f"{path.relative_to(ROOT)}: {match.group().decode(errors='replace')}")
    return lines


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    assert found(PATH_OF_A_MACHINE) == []


def test_no_file_names_a_package_registry() -> None:
    assert found(REGISTRY_HOST) == []


@pytest.mark.parametrize("host", ["py" + "pi.org", "files.python" + "hosted.org", "registry.np" + "mjs.org"])
def test_the_search_does_see_a_registry(host: str) -> None:
    assert REGISTRY_HOST.search(f"https://{host}/simple".encode())


@pytest.mark.parametrize("folder", ["home/someone", "Users/someone", "work/place"])
def test_the_search_does_see_a_leaked_path(folder: str) -> None:
    assert PATH_OF_A_MACHINE.search(f"read('/{folder}/x.csv')".encode())
    assert not PATH_OF_A_MACHINE.search(f"https://example.org/{folder}".encode())
