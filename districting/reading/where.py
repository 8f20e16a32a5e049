"""The language of ``where``: comparisons over columns, and nothing else. No call, no attribute, no name that is not a column."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

_COMPARE: Final[Mapping[type[ast.cmpop], Callable[[Any, Any], Any]]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_ARITHMETIC: Final[Mapping[type[ast.operator], Callable[[Any, Any], Any]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


class WhereError(ValueError):
    """An expression that the language does not know, or a column that is not there."""


def rows_where(expression: str, columns: Mapping[str, pd.Series], count: int) -> NDArray[np.bool_]:
    """(count,) which rows satisfy ``expression``.

    Text that is compared with a number is read as a number where it can be; a missing value satisfies only ``is None`` and ``!=``.

    >>> rows_where("`学位 数` > 3 and kind == 'ES'", {"学位 数": pd.Series([2, 5]), "kind": pd.Series(["ES", "ES"])}, 2).tolist()
    [False, True]
    """
    quoted: list[str] = []

    def keep(match: re.Match[str]) -> str:
        quoted.append(match.group(1))
        return f"_quoted_{len(quoted) - 1}_"

    try:
        tree = ast.parse(re.sub(r"`([^`]+)`", keep, expression.strip()), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # the last two: nested deeper than any question of a planner
        raise WhereError(expression) from None
    names = {**columns, **{f"_quoted_{i}_": columns[q] for i, q in enumerate(quoted) if q in columns}}
    missing = [q for q in quoted if q not in columns]
    if missing:
        raise WhereError(f"`{missing[0]}`")
    try:
        result = _value(tree.body, names)
    except WhereError:
        raise
    except (TypeError, ValueError, ZeroDivisionError, RecursionError):
        raise WhereError(expression) from None
    if isinstance(result, (bool, np.bool_)):
        return np.full(count, bool(result))
    if not isinstance(result, pd.Series) or result.dtype != bool:
        raise WhereError(expression)
    return result.to_numpy(dtype=bool)


def _value(node: ast.expr, names: Mapping[str, pd.Series]) -> Any:
    match node:
        case ast.Constant(value=value) if isinstance(value, (str, int, float, bool, type(None))):
            return value
        case ast.Name(id=name):
            if name not in names:
                raise WhereError(name)
            return names[name]
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
            return [_value(i, names) for i in items]
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return ~_truth(_value(operand, names))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_number(_value(operand, names))
        case ast.BoolOp(op=op, values=parts):
            return _join(op, [_truth(_value(p, names)) for p in parts])
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
            return _ARITHMETIC[type(op)](_number(_value(left, names)), _number(_value(right, names)))
        case ast.Compare():
            return _comparison(node, names)
    raise WhereError(ast.unparse(node))


def _comparison(node: ast.Compare, names: Mapping[str, pd.Series]) -> Any:
    values = [_value(v, names) for v in (node.left, *node.comparators)]
    parts = [_compare(op, a, b) for op, a, b in zip(node.ops, values[:-1], values[1:], strict=True)]
    return parts[0] if len(parts) == 1 else _join(ast.And(), parts)


def _compare(op: ast.cmpop, left: Any, right: Any) -> Any:
    if right is None and isinstance(op, (ast.Is, ast.Eq)):
        return _series(left).isna()
    if right is None and isinstance(op, (ast.IsNot, ast.NotEq)):
        return _series(left).notna()
    if isinstance(op, (ast.In, ast.NotIn)):
        column = _series(left)
        hit = column.isin(right) | column.map(_plain).isin([_plain(r) for r in right])
        return ~hit if isinstance(op, ast.NotIn) else hit
    if type(op) not in _COMPARE:
        raise WhereError(type(op).__name__)
    as_number = any(_is_number(v) for v in (left, right)) or not isinstance(op, (ast.Eq, ast.NotEq))
    if as_number and not any(isinstance(v, str) for v in (left, right)):
        left, right = _number(left), _number(right)
    result = _COMPARE[type(op)](left, right)
    return result.fillna(False).astype(bool) if isinstance(result, pd.Series) else bool(result)


def _series(value: Any) -> pd.Series:
    if not isinstance(value, pd.Series):
        raise WhereError(str(value))
    return value


def _plain(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _is_number(value: Any) -> bool:
    if isinstance(value, pd.Series):
        return bool(pd.api.types.is_numeric_dtype(value))
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _number(value: Any) -> Any:
    if isinstance(value, pd.Series):
        return pd.to_numeric(value, errors="coerce")
    if isinstance(value, (int, float)):
        return value
    raise WhereError(str(value))


def _truth(value: Any) -> Any:
    if isinstance(value, pd.Series) and value.dtype == bool:
        return value
    if isinstance(value, (bool, np.bool_)):
        return np.bool_(value)
    raise WhereError(str(value))


def _join(op: ast.boolop, parts: list[Any]) -> Any:
    joined = parts[0]
    for part in parts[1:]:
        joined = joined & part if isinstance(op, ast.And) else joined | part
    return joined
