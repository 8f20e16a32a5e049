"""Addresses of databases: told from files, and freed of their password before anything can print it."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

_DATABASE: Final = re.compile(r"postgres(?:ql)?://", re.IGNORECASE)
_OF_USER: Final = re.compile(r"(postgres(?:ql)?://(?![^/?#@]*:\d*(?:[/?#]|$))[^/?#:@]*):(.*)@", re.IGNORECASE)
"""User and password. A password that should have been escaped and was not is taken whole, up to the last @, rather than shown by half."""
_OF_QUERY: Final = re.compile(r"([?&])password=([^&#]*)(&|$)", re.IGNORECASE)


def is_database(path: str) -> bool:
    """Whether ``path`` is the address of a database.

    >>> is_database("postgresql://planner@db/city/public.schools"), is_database("schools.xlsx")
    (True, False)
    """
    return bool(_DATABASE.match(path))


def without_password(path: str) -> tuple[str, str | None]:
    """The address without its password, and the password; a path of a file stays as it is.

    >>> without_password("postgresql://planner:s%40fe@db:5433/city/public.schools?sslmode=require")
    ('postgresql://planner@db:5433/city/public.schools?sslmode=require', 's@fe')
    >>> without_password("postgresql://planner@db/city/public.schools?password=x&sslmode=require")
    ('postgresql://planner@db/city/public.schools?sslmode=require', 'x')
    >>> without_password("a:b@c.csv")
    ('a:b@c.csv', None)
    >>> without_password("postgresql://planner:p/w?@db/city/public.schools"), without_password("postgresql://db:5432/city/public.schools")
    (('postgresql://planner@db/city/public.schools', 'p/w?'), ('postgresql://db:5432/city/public.schools', None))
    """
    if not is_database(path):
        return path, None
    password = None
    found = _OF_USER.match(path)
    if found:
        password = unquote(found[2])
        path = f"{found[1]}@{path[found.end() :]}"
    asked = _OF_QUERY.search(path)
    if asked:
        password = unquote(asked[2])
        path = f"{path[: asked.start()]}{asked[1] if asked[3] else ''}{path[asked.end() :]}"
    return path, password
