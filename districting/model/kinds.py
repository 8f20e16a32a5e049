"""What a public function was given instead of what it takes, said in words."""

from __future__ import annotations

from districting.errors import DataError, Fault
from districting.model.plan import Plan
from districting.wording import text


def refuse_kind(value: object, kind: type, name: str) -> None:
    """Nothing when ``value`` is a ``kind`` (Plan, City or GeoDataFrame).

    Raises
    ------
    DataError : it is not; the remedy says how to get one

    >>> refuse_kind("plan.gpkg", str, "plan")
    """
    if not isinstance(value, kind):
        wanted = kind.__name__
        remedy = text(f"problem.give_{wanted.lower()}")
        raise DataError(Fault(text("problem.wrong_kind", name=name, given=type(value).__name__, wanted=wanted), remedy, column=name))


def refuse_public(*plans: Plan) -> None:
    """Nothing when no plan is as the public has it: such a file has neither pupils of blocks nor neighbours, so that what is made of them would be wrong.

    Raises
    ------
    DataError : one of them is
    """
    faults = [Fault(text("outputs.for_public", name=plan.name), text("outputs.for_public_remedy")) for plan in plans if plan.for_public]
    if faults:
        raise DataError(faults)
