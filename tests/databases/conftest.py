"""A PostgreSQL of its own for the tests: a fresh cluster on a private socket, without a network, gone when they end."""

import os
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest


def newest(pattern):
    found = sorted(Path("/usr/lib/postgresql").glob(pattern), key=lambda p: int(p.parts[4]))
    return found[-1].parent if found else None


def as_server_owner(command):
    """PostgreSQL refuses to run as root."""
    words = [str(c) for c in command]
    run = ["su", "postgres", "-s", "/bin/sh", "-c", shlex.join(words)] if os.getuid() == 0 else words
    done = subprocess.run(run, capture_output=True, text=True, check=False, cwd="/", env={**os.environ, "LC_ALL": "C.UTF-8"})
    assert done.returncode == 0, done.stderr + done.stdout


@pytest.fixture(scope="session")
def cluster():
    """The folder of the socket."""
    binaries = newest("*/bin/initdb")
    if binaries is None:
        pytest.skip("no PostgreSQL: install the Debian packages postgresql and postgresql-postgis")
    if not list(Path("/usr/share/postgresql").glob("*/extension/postgis.control")):
        pytest.skip("no PostGIS: install the Debian package postgresql-postgis")
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    if os.getuid() == 0:
        shutil.chown(folder, "postgres")
    data = folder / "data"
    as_server_owner([binaries / "initdb", "-D", data, "-U", "planner", "--no-sync", "--encoding=UTF8", "--auth=trust", "--no-instructions"])
    hba = data / "pg_hba.conf"
    hba.write_text("local all guarded scram-sha-256\nlocal all all trust\n")
    options = f"-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c listen_addresses= -c unix_socket_directories={folder} -c port=5433"
    as_server_owner([binaries / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start"])
    yield folder
    as_server_owner([binaries / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"])
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def base(cluster):
    """(url of a schema or table, connect): one database with PostGIS and a user who needs a password."""
    import psycopg

    def connect(name="city"):
        return psycopg.connect(host=str(cluster), port=5433, user="planner", dbname=name, autocommit=True)

    with connect("postgres") as server:
        server.execute("CREATE DATABASE city")
        server.execute("CREATE ROLE guarded LOGIN PASSWORD 'op3n/sesame'")
    with connect() as city:
        city.execute("CREATE EXTENSION postgis")

    def url(place, user="planner", database="city"):
        return f"postgresql://{user}@/{database}/{place}?host={cluster}&port=5433"

    return url, connect
