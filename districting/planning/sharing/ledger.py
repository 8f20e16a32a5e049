"""``share ledger``: what each school gives and takes, and the compensation for what it gives net (policy R28)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from districting.checking.sharing.ledger import check_ledger
from districting.errors import DataError, DistrictingError, Fault
from districting.model.plan import Plan
from districting.model.share_items import LEDGER_ITEMS
from districting.model.share_result import ShareResult
from districting.model.sharing_settings import LedgerSettings
from districting.reading.city import City
from districting.sharing.ledger import Balance, balance
from districting.wording import Text, text

_ITEMS = tuple(LEDGER_ITEMS)


def share_ledger(city: City, plan: Plan | None = None) -> ShareResult:
    """The ledger of ``inputs.ledger``; what ``share facilities`` and ``share courses`` write as entries may stand there as further files.

    Raises
    ------
    DataError : there is no ledger
    """
    settings, entries = city.settings.sharing.ledger, city.ledger
    if entries is None:
        raise DataError(Fault(text("sharing.needs_ledger"), text("sharing.give_ledger"), column="inputs.ledger"))
    undated = int((entries["date"] == "").sum()) if settings.year is not None else 0
    if settings.year is not None:
        entries = entries[entries["date"].str.startswith(str(settings.year))]
    ids = pd.Index(sorted({*entries["giver_id"], *entries["taker_id"]}), dtype="object")
    weights = {**LedgerSettings().weights, **settings.weights}
    points = np.array([weights[item] for item in _ITEMS])  # type: ignore[index]
    giver, taker, item = (
        ids.get_indexer(pd.Index(entries["giver_id"])),
        ids.get_indexer(pd.Index(entries["taker_id"])),
        pd.Index(_ITEMS).get_indexer(pd.Index(entries["item"])),
    )
    amount = entries["amount"].to_numpy(np.float64)
    made = balance(giver, taker, item, amount, schools=len(ids), weights=points, fund_yuan=settings.fund_yuan, equal_if_none=settings.if_none == "equal")
    wrong = check_ledger(
        zip(giver.tolist(), taker.tolist(), (amount * points[item]).tolist(), strict=True), made.net.tolist(), made.yuan.tolist(), settings.fund_yuan
    )
    if wrong:
        raise DistrictingError(text("planning.broken_rule", rules=wrong))
    table = _table(city, ids, made, fund=settings.fund_yuan > 0)
    facts = {
        "status": "measured", "entries": len(entries), "schools": len(ids), "givers": int((made.net > 0).sum()), "takers": int((made.net < 0).sum()),
        "points_given": float(made.net.clip(min=0).sum()), "weights": weights, "fund_yuan": settings.fund_yuan, "paid_yuan": int(made.yuan.sum()), "year": settings.year, "undated": undated,
    }  # fmt: skip
    return ShareResult({"ledger": table}, facts, _lines(made, settings, len(entries), undated))


def _table(city: City, ids: pd.Index, made: Balance, *, fund: bool) -> pd.DataFrame:
    """The largest net giver first; who takes more than it gives stands below zero."""
    names = city.schools.set_index("school_id")["name"].reindex(ids).to_numpy(dtype=object)
    columns: dict[str, Any] = {"school_id": ids, "name": names}
    columns |= {f"{end}_{item}": amounts[:, i] for i, item in enumerate(_ITEMS) for end, amounts in (("given", made.given), ("taken", made.taken))}
    frame = pd.DataFrame(columns).assign(net_points=made.net, fund_share=made.share)
    frame = frame.assign(yuan=made.yuan) if fund else frame
    return frame.sort_values(["net_points", "school_id"], ascending=[False, True], kind="stable").reset_index(drop=True)


def _lines(made: Balance, settings: LedgerSettings, entries: int, undated: int) -> tuple[Text, ...]:
    out = [text("sharing.ledger_undated", count=undated, year=str(settings.year))] if undated else []
    if not entries:
        return (text("sharing.ledger_empty") if settings.year is None else text("sharing.ledger_empty_year", year=str(settings.year)), *out)
    lines = [text("sharing.ledger_line", entries=entries, givers=int((made.net > 0).sum()), takers=int((made.net < 0).sum()), even=int((made.net == 0).sum()))]
    if settings.fund_yuan and made.yuan.any():
        lines.append(text("sharing.ledger_fund", yuan=settings.fund_yuan, schools=int((made.yuan > 0).sum())))
    elif settings.fund_yuan:
        lines.append(text("sharing.ledger_nobody", yuan=settings.fund_yuan))
    return (*lines, *out)
