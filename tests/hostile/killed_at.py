"""Writes a plan again and again into a folder that holds an older one, killed at one of its writes; run by test_crash.py in a process of its own."""

import hashlib
import json
import os
import shutil
import signal
import sys
from pathlib import Path

import districting as dt
from districting.outputs.run_folder import write_run

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def digests(folder):
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.rglob("*")) if p.is_file() and not p.name.startswith(".")}


def watch(folder, at):
    """From now on this process counts what it opens to write or renames in ``folder``; at number ``at`` it kills itself. Gives the count."""
    seen = [0]

    def hook(name, arguments):
        writes = name == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITES
        if (writes or name in ("os.rename", "os.link", "os.remove", "sqlite3.connect")) and str(folder) in str(arguments[0]):
            seen[0] += 1
            if seen[0] == at:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    return seen


def child_writes(folder, at, write):
    """What a child counts that gets through; None of one that is killed."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        seen = watch(folder, at)
        write()
        os.write(writer, str(seen[0]).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return int(said) if said else None


def main(plan_file, folder, kind, kills):
    folder = Path(folder)
    plan = dt.read_plan(plan_file)
    newer = plan.replace(year=plan.year + 1)
    write = {"run": lambda p: write_run(p, folder), "plan": lambda p: dt.write_plan(p, folder / "plan.gpkg")}[kind]
    write(plan)
    old = digests(folder)
    kept = shutil.copytree(folder, folder.with_name("kept"))
    count = child_writes(folder, 0, lambda: write(newer))
    new = digests(folder)
    states = {}
    for at in sorted({1 + i * (count - 1) // int(kills) for i in range(int(kills) + 1)}):
        shutil.rmtree(folder)
        shutil.copytree(kept, folder)
        assert child_writes(folder, at, lambda: write(newer)) is None
        states[at] = digests(folder)
    json.dump({"old": old, "new": new, "count": count, "states": states}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
