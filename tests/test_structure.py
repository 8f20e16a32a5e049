"""Files of one subject and functions a person can hold in mind: nothing grows past what CONTRIBUTING.md allows unless it stands here with its reason."""

from __future__ import annotations

import ast

from tests.parsed import PACKAGE, trees

MOST_FILE, MOST_FUNCTION, MOST_ARGUMENTS = 400, 60, 8
LONG_FILES = {
    "outputs/report/maps.py": "all maps of a report; to be parted",
}
KERNEL = "compiled: a call within the loop costs time, and compiled code takes arrays one by one"
EXCUSED = {
    ("zoning/kernels.py", "anneal"): KERNEL,
    ("zoning/drift.py", "drift"): KERNEL,
    ("zoning/exact/pricing.py", "grow_zones"): KERNEL,
    ("zoning/exact/pricing.py", "_distances"): KERNEL,
    ("zoning/exact/separators.py", "_block_side"): KERNEL,
    ("zoning/exact/separators.py", "_home_side"): KERNEL,
    ("zoning/exact/separators.py", "_least_cut"): KERNEL,
    ("zoning/exact/separators.py", "_slack_of_walk"): KERNEL,
    ("zoning/exact/separators.py", "_walk"): KERNEL,
}


def _lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from ``def`` to the end, without the docstring."""
    first = function.body[0]
    told = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    return (function.end_lineno or 0) - function.lineno + 1 - ((first.end_lineno or 0) - first.lineno + 1 if told else 0)


def _arguments(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    given = [a.arg for a in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)]
    return len(given) - (given[:1] in (["self"], ["cls"]))


def test_no_file_is_longer_than_a_person_reads_at_once() -> None:
    files = [p for ending in ("py", "js", "css", "html") for p in PACKAGE.rglob(f"*.{ending}")]
    long = {p.relative_to(PACKAGE).as_posix(): n for p in files if (n := len(p.read_text("utf-8").splitlines())) > MOST_FILE}
    assert {name: n for name, n in long.items() if name not in LONG_FILES} == {}


def test_no_function_is_long_or_takes_many_arguments_and_no_excuse_is_idle() -> None:
    too_much = set()
    for name, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not name.startswith("cli/"):  # what a command asks for are its arguments
                compiled = any("njit" in ast.unparse(d) for d in node.decorator_list)
                if _lines(node) > MOST_FUNCTION or _arguments(node) > MOST_ARGUMENTS:
                    assert compiled, (name, node.name)
                    too_much.add((name, node.name))
    assert too_much == set(EXCUSED)
