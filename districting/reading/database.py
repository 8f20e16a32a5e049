"""PostgreSQL with PostGIS: an address in words of its own, and a connection that fails in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from districting.errors import DependencyError
from districting.model.database_address import without_password
from districting.reading.table import fail
from districting.wording import text

_NAME: Final = re.compile(r"[^\W\d][\w$ -]*")
"""A schema or table as people name them: letters of any script, digits, and the like; no quotes, brackets, semicolons or full stops."""
_LONGEST_NAME: Final = 63
"""Bytes; PostgreSQL cuts what is longer in silence."""
_TIMEOUT_S: Final = "10"


@dataclass(frozen=True)
class DatabaseAddress:
    """``shown``: the address without password; ``parameters`` of the connection; ``schema`` and ``table``, "" where none is named."""

    shown: str
    parameters: Mapping[str, str]
    schema: str
    table: str

    def of(self, table: str = "") -> str:
        """The address of another table of the schema, or of the schema itself, to show."""
        base, _, query = self.shown.partition("?")
        return base.rsplit("/", 1)[0] + f"/{self.schema}" + (f".{table}" if table else "") + (f"?{query}" if query else "")


def database_address(url: str, password: str | None = None, *, needs_table: bool = True) -> DatabaseAddress:
    """``postgresql://user@host:port/database/schema.table?setting=value``; a password may also stand in PGPASSWORD or ~/.pgpass.

    Parameters
    ----------
    needs_table : else ``/database/schema`` alone is good too

    Raises
    ------
    DataError : it is not of that form, or a name holds what no name may

    >>> found = database_address("postgresql://planner@db/city/public.schools")
    >>> found.schema, found.table, found.parameters["host"], found.of("blocks")
    ('public', 'schools', 'db', 'postgresql://planner@db/city/public.blocks')
    """
    shown, inside = without_password(url)
    try:
        parts = urlsplit(shown)
        port, path = parts.port, [unquote(p) for p in parts.path.strip("/").split("/")]
    except ValueError:
        path = []
    if len(path) != 2 or not path[0]:
        raise fail(shown, text("database.bad_address"), text("database.give_address" if needs_table else "database.give_schema"))
    schema, dot, table = path[1].partition(".")
    if (needs_table and not dot) or (dot and not table):
        raise fail(shown, text("database.no_schema", given=path[1]), text("database.give_address"))
    for name in (schema, table) if dot else (schema,):
        if not _NAME.fullmatch(name) or len(name.encode()) > _LONGEST_NAME:
            raise fail(shown, text("database.bad_name", name=name), text("database.plain_name"))
    given = {"host": parts.hostname, "port": port, "user": unquote(parts.username or ""), "password": password or inside, "dbname": path[0]}
    settings = {"connect_timeout": _TIMEOUT_S, **dict(parse_qsl(parts.query))}
    return DatabaseAddress(shown, settings | {k: str(v) for k, v in given.items() if v}, schema, table)


@contextmanager
def connected(address: DatabaseAddress, *, read_only: bool = False) -> Iterator[Any]:
    """A connection of psycopg: one transaction that is kept when the block ends well and undone when it does not. ``read_only``: it sees one moment of the database.

    Raises
    ------
    DependencyError : psycopg is missing, the server cannot be reached or refuses the user, or PostGIS is not installed in the database
    """
    try:
        import psycopg
    except ImportError:
        raise DependencyError(text("database.no_driver")) from None
    try:
        connection = psycopg.connect(**(dict(address.parameters) | {"client_encoding": "utf8"}))  # type: ignore[arg-type]
    except psycopg.Error as error:
        raise DependencyError(text("database.unreachable", address=address.shown, why=reason(error, address))) from None
    if read_only:
        connection.isolation_level, connection.read_only = psycopg.IsolationLevel.REPEATABLE_READ, True
    with connection:
        if connection.execute("SELECT to_regtype('geometry') IS NULL").fetchone()[0]:  # type: ignore[index]
            raise DependencyError(text("database.no_postgis", address=address.shown))
        yield connection


def reason(error: Exception, address: DatabaseAddress) -> str:
    """The server's own words in one line, never with the password."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    said = lines[0] if lines else type(error).__name__
    password = address.parameters.get("password")
    return said.replace(password, "***") if password else said
