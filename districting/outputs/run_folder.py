"""The folder of a run: every output written under a temporary name, then renamed together."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from districting.model.plan import Plan
from districting.outputs.atomic import atomic_paths, write_json, write_text
from districting.outputs.balance_book import has_balance, write_balance
from districting.outputs.geopackage import write_plan
from districting.outputs.governance import write_governance
from districting.outputs.links_book import has_links, write_links
from districting.outputs.map import is_drawable, map_html
from districting.outputs.public import PUBLIC_LINK_COLUMNS, public_plan
from districting.outputs.summary import summary_tree
from districting.outputs.tables import LINK_COLUMNS, districts_csv, findings_csv, links_csv, zones_csv
from districting.progress import tell_part

OUTPUTS = ("plan.gpkg", "zones.csv", "districts.csv", "links.csv", "findings.csv", "governance.xlsx", "links.xlsx", "balance.xlsx", "map.html", "summary.json")


def planned_outputs(folder: str | Path) -> list[Path]:
    """The paths a run writes."""
    return [Path(folder) / name for name in OUTPUTS]


def _outputs_of(plan: Plan, folder: str | Path) -> list[Path]:
    """The paths a run of this plan writes: no map where there is nothing to draw, and no workbook of districts or links where there are none.

    A workbook that stands there already is written all the same, so that the scores and links of an internal run do not stay behind.
    """
    idle = set() if is_drawable(plan) else {"map.html"}
    idle |= set() if len(plan.charter) or (Path(folder) / "governance.xlsx").exists() else {"governance.xlsx"}
    idle |= set() if has_links(plan) or (Path(folder) / "links.xlsx").exists() else {"links.xlsx"}
    idle |= set() if has_balance(plan) or (Path(folder) / "balance.xlsx").exists() else {"balance.xlsx"}
    return [path for path in planned_outputs(folder) if path.name not in idle]


def refuse_existing(folder: str | Path) -> list[Path]:
    """Outputs of a run that stand in ``folder`` already."""
    return [path for path in planned_outputs(folder) if path.exists()]


def write_run(plan: Plan, folder: str | Path, *, audience: Literal["internal", "public"] = "internal") -> list[Path]:
    """Write plan.gpkg, the tables, the map (not where blocks have no outline) and the summary; either all of them change or none.

    For the ``public`` the whole folder, plan.gpkg too, is written from :func:`districting.outputs.public.public_plan`: nothing in it speaks of strength. links.csv
    is written all the same, so that one of an internal run does not stay behind.
    """
    tell_part("writing")
    public = audience == "public"
    plan = public_plan(plan) if public else plan
    paths = _outputs_of(plan, folder)
    with atomic_paths(paths) as temporary:
        at = {path.name: place for path, place in zip(paths, temporary, strict=True)}
        write_plan(plan, at["plan.gpkg"])
        zones_csv(plan, at["zones.csv"])
        districts_csv(plan, at["districts.csv"])
        links_csv(plan, at["links.csv"], PUBLIC_LINK_COLUMNS if public else LINK_COLUMNS)
        findings_csv(plan, at["findings.csv"])
        if "governance.xlsx" in at:
            write_governance(plan, at["governance.xlsx"], audience=audience)
        if "links.xlsx" in at:
            write_links(plan, at["links.xlsx"], audience=audience)
        if "balance.xlsx" in at:
            write_balance(plan, at["balance.xlsx"], audience=audience)
        if "map.html" in at:
            write_text(map_html(plan, audience=audience, lang=plan.language), at["map.html"])
        write_json(summary_tree(plan), at["summary.json"])
    return paths
