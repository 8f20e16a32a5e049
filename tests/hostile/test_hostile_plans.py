"""Plan files, moves and configs that nobody wrote in good faith: every command that takes one refuses it in a line, and writes nothing."""

import json
import shutil
import sqlite3
from pathlib import Path

import numpy as np
import pytest

import districting as dt
from districting.errors import DataError
from districting.model.plan import OPTIONAL_TABLES, PLAN_TABLES
from districting.model.plan_key import plan_key
from tests.cli.test_commands import call
from tests.planning.strip_city import strip_city


@pytest.fixture(scope="module")
def strip(tmp_path_factory):
    path = tmp_path_factory.mktemp("strip") / "plan.gpkg"
    dt.write_plan(dt.make_plan(strip_city()), path)
    return path


def statements(*sql):
    def change(path):
        with sqlite3.connect(path) as base:
            for statement in sql:
                base.execute(statement)
        base.close()

    return change


def cut(share):
    return lambda path: path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])


def noise_inside(path):
    data = bytearray(path.read_bytes())
    rng = np.random.default_rng(3)
    for at in range(4096, len(data) - 4096, 4096):
        data[at : at + 64] = rng.bytes(64)
    path.write_bytes(bytes(data))


def noise_for_shapes(path):
    with sqlite3.connect(path) as base:
        base.execute("PRAGMA trusted_schema=OFF")
        for (trigger,) in base.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall():
            base.execute(f'DROP TRIGGER "{trigger}"')
        base.execute("UPDATE blocks SET geometry = X'DEADBEEF'")
    base.close()


BAD_PLANS = {
    "nothing in it": lambda path: path.write_bytes(b""),
    "one byte": cut(0.000001),
    "a tenth": cut(0.1),
    "half": cut(0.5),
    "all but the end": cut(0.97),
    "noise": lambda path: path.write_bytes(np.random.default_rng(1).bytes(5000)),
    "noise in every page": noise_inside,
    "a text": lambda path: path.write_text("a plan", encoding="utf-8"),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
    "a link to itself": lambda path: (path.unlink(), path.symlink_to(path)),
    "missing": lambda path: path.unlink(),
    "another format version": statements("UPDATE plan SET value='999' WHERE key='format_version'"),
    "no head": statements("DELETE FROM plan"),
    "a year of words": statements("UPDATE plan SET value='soon' WHERE key='year'"),
    "a language nobody speaks": statements("UPDATE plan SET value='tlh' WHERE key='language'"),
    "a reference system nobody knows": statements("UPDATE plan SET value='EPSG:999999' WHERE key='crs'"),
    "shapes of noise": noise_for_shapes,
    "a column renamed": statements('ALTER TABLE zones RENAME COLUMN zone_id TO "zone_id; DROP TABLE zones"'),
}
COMMANDS = {
    "audit": lambda plan, out: ("audit", plan),
    "map": lambda plan, out: ("map", plan, "-o", out / "m.html"),
    "explain": lambda plan, out: ("explain", plan, "--block", "b02"),
    "report": lambda plan, out: ("report", plan, "-o", out / "report"),
    "export": lambda plan, out: ("export", plan, out / "e.csv", "--as", "ID,ZONE"),
    "compare": lambda plan, out: ("compare", plan, plan, "-o", out / "c.html"),
    "risk": lambda plan, out: ("risk", plan, "-o", out / "risk"),
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("bad", BAD_PLANS)
def test_a_bad_plan_is_refused_by_every_command_and_nothing_is_written(bad, command, strip, tmp_path):
    plan = tmp_path / "plan.gpkg"
    shutil.copyfile(strip, plan)
    BAD_PLANS[bad](plan)
    out = tmp_path / "out"
    out.mkdir()
    result = call(*COMMANDS[command](plan, out))
    assert result.exit_code in (2, 4), (result.exit_code, result.stdout[-300:], result.stderr)
    assert "plan.gpkg" in result.stderr
    assert "Traceback" not in result.stderr
    assert list(out.iterdir()) == []


def moves(plan, **changes):
    whole = {"format": "moves-1", "base": {"key": plan_key(dt.read_plan(plan))}, "moves": [["primary", "b02", "P-A", "P-B"]]}
    return json.dumps({**whole, **changes}).encode()


BAD_MOVES = {
    "nothing": lambda plan: b"",
    "noise": lambda plan: np.random.default_rng(2).bytes(500),
    "a number": lambda plan: b"7",
    "null": lambda plan: b"null",
    "a list": lambda plan: b"[]",
    "brackets without end": lambda plan: b"[" * 200_000,
    "a number of a million digits": lambda plan: b'{"format":' + b"9" * 1_000_000 + b"}",
    "half of it": lambda plan: moves(plan)[:60],
    "another base": lambda plan: moves(plan, base={"key": "0" * 64}),
    "a base that is a number": lambda plan: moves(plan, base=5),
    "another format": lambda plan: moves(plan, format="moves-99"),
    "moves that are words": lambda plan: moves(plan, moves="all"),
    "moves of numbers": lambda plan: moves(plan, moves=[1, 2]),
    "a move of one": lambda plan: moves(plan, moves=[["primary"]]),
    "a move of a thousand": lambda plan: moves(plan, moves=[["primary"] * 1000]),
    "a block nobody has": lambda plan: moves(plan, moves=[["primary", "<script>", "P-A", "P-B"]]),
    "a zone nobody has": lambda plan: moves(plan, moves=[["primary", "b02", "P-A", "'; DROP TABLE zones;--"]]),
    "a stage nobody has": lambda plan: moves(plan, moves=[["../..", "b02", "P-A", "P-B"]]),
    "from where the block is not": lambda plan: moves(plan, moves=[["primary", "b02", "P-C", "P-B"]]),
    "a block moved twice": lambda plan: moves(plan, moves=[["primary", "b02", "P-A", "P-B"], ["primary", "b02", "P-A", "P-C"]]),
    "an object for a block": lambda plan: moves(plan, moves=[["primary", {"$where": "1"}, "P-A", "P-B"]]),
}


@pytest.mark.parametrize("bad", BAD_MOVES)
def test_bad_moves_are_refused_and_no_plan_is_written(bad, strip, tmp_path):
    (tmp_path / "moves.json").write_bytes(BAD_MOVES[bad](strip))
    result = call("edit", strip, tmp_path / "moves.json", "-o", tmp_path / "edited.gpkg")
    assert result.exit_code in (2, 4), (result.exit_code, result.stdout, result.stderr)
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "edited.gpkg").exists()


BAD_CONFIGS = {
    "nothing": b"",
    "noise": np.random.default_rng(4).bytes(300),
    "no TOML": b"inputs: {schools: a.csv}",
    "brackets without end": b"a = " + b"[" * 5000,
    "a key twice": b"[project]\nyear = 2026\nyear = 2027\n",
    "a year beyond numbers": b"[project]\nyear = 99999999999999999999\n",
    "a seed below nought": b"[project]\nseed = -1\n",
    "a number that is none": b"[zoning.primary.rules]\nmax_distance_m = nan\n",
    "a number beyond numbers": b"[zoning.primary.rules]\nmax_distance_m = inf\n",
    "a path out of the world": b'[inputs]\nschools = { path = "../../../../etc/passwd" }\n',
    "a path with a nought byte": b'[inputs]\nschools = { path = "a\\u0000.csv" }\n',
    "a path of ten thousand letters": b'[inputs]\nschools = { path = "' + b"a" * 10_000 + b'.csv" }\n',
    "a database that is none": b'[inputs]\nschools = { path = "postgresql://nobody:secret-word@127.0.0.1:1/x.y;DROP TABLE z" }\n',
    "a table where a word belongs": b"[project]\nname = { a = 1 }\n",
    "a stage nobody has": b"[zoning.university]\n",
}


@pytest.mark.parametrize("bad", BAD_CONFIGS)
def test_a_bad_config_is_refused_before_anything_is_written(bad, tmp_path):
    (tmp_path / "config.toml").write_bytes(BAD_CONFIGS[bad])
    for command in (("check",), ("run", "-o", tmp_path / "out")):
        result = call(command[0], tmp_path / "config.toml", *command[1:])
        assert result.exit_code in (2, 4), (result.exit_code, result.stdout, result.stderr)
        assert "Traceback" not in result.stderr
        assert "secret-word" not in result.stderr + result.stdout
        assert not (tmp_path / "out").exists()


def test_a_plan_of_every_table_cut_off_is_never_taken_for_a_whole_one(strip, tmp_path):
    """One table at a time is dropped: refused, or read where older plan files lack it."""
    few = sorted(OPTIONAL_TABLES)[::8]
    for name in (t for t in PLAN_TABLES if t in few or t not in OPTIONAL_TABLES):
        path = tmp_path / f"{name}.gpkg"
        shutil.copyfile(strip, path)
        with sqlite3.connect(path) as base:
            base.execute(f'DROP TABLE IF EXISTS "{name}"')
            base.execute("DELETE FROM gpkg_contents WHERE table_name = ?", (name,))
            base.execute("DELETE FROM gpkg_geometry_columns WHERE table_name = ?", (name,))
        base.close()
        if name in OPTIONAL_TABLES:
            assert len(getattr(dt.read_plan(path), name)) == 0
        else:
            with pytest.raises(DataError, match=name):
                dt.read_plan(path)


@pytest.mark.parametrize("given", ["postgresql://planner:hush@db/city/plans", Path("postgresql://planner:hush@db/city/plans")], ids=["as words", "as a path"])
def test_an_address_of_a_database_is_no_plan_file_and_its_password_is_not_shown(given):
    with pytest.raises(DataError) as refused:
        dt.read_plan(given)
    assert refused.value.say("en").count("postgresql://planner@db/city/plans") == 1
    assert "hush" not in refused.value.say("en")
