"""A ``where`` as SQL that keeps at least the rows it keeps: what SQL reads otherwise is left to :func:`districting.reading.where.rows_where`, which has the last word.

Only comparisons of a column with constants, joined by and, or, not, become SQL; names are quoted, constants are bound, nothing of the expression is text of the query.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from districting.reading.where import parsed_where, plain_word

SqlKind = Literal["text", "integer", "float"]
_MOST_EXACT: Final = 2**53
_MOST_SHORT: Final = 10**6
_WHOLE: Final = re.compile(r"0|-?[1-9][0-9]{0,15}")
_SIGNS: Final[Mapping[type[ast.cmpop], str]] = {ast.Eq: "=", ast.NotEq: "<>", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
_TURNED: Final[Mapping[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.Gt,
    ast.LtE: ast.GtE,
    ast.Gt: ast.Lt,
    ast.GtE: ast.LtE,
    ast.Eq: ast.Eq,
    ast.NotEq: ast.NotEq,
}


@dataclass(frozen=True)
class SqlColumn:
    """A column of a file or a database: its header, what it holds, whether it may have blanks, and its name in the query ("": the header in quotes)."""

    header: str
    kind: SqlKind
    blanks: bool
    name: str = ""


@dataclass
class SqlWhere:
    """A condition with a mark for each of ``values``."""

    condition: str
    values: list[Any] = field(default_factory=list)


def sql_where(expression: str, column: Callable[[str], SqlColumn | None], mark: str = "?") -> SqlWhere | None:
    """The condition, or None where SQL can leave out no row. ``column``: what a name of the expression means; None where that is not sure; ``mark`` stands for a value.

    Raises
    ------
    WhereError : it is no expression

    >>> sql_where("county == '1' and size * 2 > 3", lambda name: SqlColumn(name, "text", False))
    SqlWhere(condition='("county" IS NOT NULL AND "county" = ?)', values=['1'])
    """
    tree, quoted = parsed_where(expression)
    try:
        found = _over(tree, _Names(lambda name: column(quoted.get(name, name)), mark))
    except RecursionError:
        return None
    return None if found.condition == "TRUE" else found


@dataclass(frozen=True)
class _Names:
    find: Callable[[str], SqlColumn | None]
    mark: str


_ALL: Final = "TRUE"
_NONE: Final = "FALSE"


def _over(node: ast.expr, names: _Names, *, under: bool = False) -> SqlWhere:
    """A condition that holds at least where ``node`` does; ``under``: at most there."""
    match node:
        case ast.BoolOp(op=op, values=parts):
            return _joined([_over(p, names, under=under) for p in parts], "AND" if isinstance(op, ast.And) else "OR")
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            inside = _over(operand, names, under=not under)
            turned = {_ALL: _NONE, _NONE: _ALL}.get(inside.condition)
            return SqlWhere(turned or f"(NOT {inside.condition})", inside.values)
        case ast.Compare(left=left, ops=ops, comparators=right):
            pairs = zip([left, *right[:-1]], ops, right, strict=True)
            return _joined([_pair(a, op, b, names) or SqlWhere(_NONE if under else _ALL) for a, op, b in pairs], "AND")
    return SqlWhere(_NONE if under else _ALL)


def _joined(parts: list[SqlWhere], word: str) -> SqlWhere:
    nothing, everything = (_ALL, _NONE) if word == "AND" else (_NONE, _ALL)
    if any(p.condition == everything for p in parts):
        return SqlWhere(everything)
    kept = [p for p in parts if p.condition != nothing]
    if not kept:
        return SqlWhere(nothing)
    condition = kept[0].condition if len(kept) == 1 else "(" + f" {word} ".join(p.condition for p in kept) + ")"
    return SqlWhere(condition, [v for p in kept for v in p.values])


def _pair(left: ast.expr, op: ast.cmpop, right: ast.expr, names: _Names) -> SqlWhere | None:
    """One comparison, never null; None where SQL may see it otherwise."""
    if isinstance(right, ast.Name) and not isinstance(left, ast.Name) and type(op) in _TURNED:
        left, op, right = right, _TURNED[type(op)](), left
    column = names.find(left.id) if isinstance(left, ast.Name) else None
    if column is None:
        return None
    name = column.name or '"' + column.header.replace('"', '""') + '"'
    blank = f"({name} IS NULL OR isnan({name}))" if column.kind == "float" else f"({name} IS NULL)"
    if isinstance(op, (ast.In, ast.NotIn)):
        return _listed(column, name, right, names.mark, negated=isinstance(op, ast.NotIn))
    known, value = _constant(right)
    if not known:
        return None
    if value is None:
        word = {ast.Is: blank, ast.Eq: blank, ast.IsNot: f"(NOT {blank})", ast.NotEq: f"(NOT {blank})"}.get(type(op))
        return None if word is None else SqlWhere(word)
    fits = isinstance(value, str) if column.kind == "text" else isinstance(value, (int, float)) and abs(value) < _MOST_EXACT
    if not fits or type(op) not in _SIGNS:
        return None
    if isinstance(op, ast.NotEq):
        return SqlWhere(f"({blank} OR {name} <> {names.mark})", [value])
    there = f"{name} IS NOT NULL AND NOT isnan({name})" if column.kind == "float" else f"{name} IS NOT NULL"
    return SqlWhere(f"({there} AND {name} {_SIGNS[type(op)]} {names.mark})", [value])


def _listed(column: SqlColumn, name: str, right: ast.expr, mark: str, *, negated: bool) -> SqlWhere | None:
    """``in`` a list: text against words, whole numbers without blanks against whole numbers."""
    if not isinstance(right, (ast.List, ast.Tuple, ast.Set)) or not right.elts:
        return None
    constants = [_constant(e) for e in right.elts]
    values = [v for known, v in constants if known]
    if len(values) < len(constants):
        return None
    if column.kind == "text" and all(isinstance(v, (str, int, float)) for v in values):
        values = [plain_word(v) for v in values]
        if "nan" in values or "None" in values:
            return None
    elif column.kind == "integer":
        values = [int(v) if isinstance(v, str) and _WHOLE.fullmatch(v) else v for v in values]
        most = _MOST_SHORT if column.blanks else _MOST_EXACT  # with blanks the column is one of floats, which compare with text in six digits
        if not all(isinstance(v, int) and abs(v) < most for v in values):
            return None
        values = list(dict.fromkeys(values))
    else:
        return None
    marks = ", ".join([mark] * len(values))
    condition = f"({name} IS NULL OR {name} NOT IN ({marks}))" if negated else f"({name} IS NOT NULL AND {name} IN ({marks}))"
    return SqlWhere(condition, values)


def _constant(node: ast.expr) -> tuple[bool, Any]:
    """(whether it is a constant that SQL knows, the constant)."""
    match node:
        case ast.Constant(value=value) if value is None or (isinstance(value, (str, int, float)) and not isinstance(value, bool)):
            return True, value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=value)) if isinstance(value, (int, float)) and not isinstance(value, bool):
            return True, -value
    return False, None
