"""The folder of a run: every output written under a temporary name, then renamed together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

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

Audience = Literal["internal", "public"]


@dataclass(frozen=True)
class Output:
    """``write(plan, path, audience)``; ``has``: whether the plan has anything for it. ``stays``: one that stands there already is written all the same,
    so that the scores and links of an internal run do not stay behind.
    """

    write: Callable[[Plan, Path, Audience], object]
    has: Callable[[Plan], bool] = lambda _plan: True
    stays: bool = False


OUTPUTS: Final[Mapping[str, Output]] = {
    "plan.gpkg": Output(lambda plan, path, _: write_plan(plan, path)),
    "zones.csv": Output(lambda plan, path, _: zones_csv(plan, path)),
    "districts.csv": Output(lambda plan, path, _: districts_csv(plan, path)),
    "links.csv": Output(lambda plan, path, audience: links_csv(plan, path, PUBLIC_LINK_COLUMNS if audience == "public" else LINK_COLUMNS)),
    "findings.csv": Output(lambda plan, path, _: findings_csv(plan, path)),
    "governance.xlsx": Output(lambda plan, path, audience: write_governance(plan, path, audience=audience), lambda plan: len(plan.charter) > 0, stays=True),
    "links.xlsx": Output(lambda plan, path, audience: write_links(plan, path, audience=audience), has_links, stays=True),
    "balance.xlsx": Output(lambda plan, path, audience: write_balance(plan, path, audience=audience), has_balance, stays=True),
    "map.html": Output(lambda plan, path, audience: write_text(map_html(plan, audience=audience, lang=plan.language), path), is_drawable),
    "summary.json": Output(lambda plan, path, _: write_json(summary_tree(plan), path)),
}
"""A new output is one line here. For the public the plan is that of :func:`districting.outputs.public.public_plan` already."""


def planned_outputs(folder: str | Path) -> list[Path]:
    """The paths a run writes."""
    return [Path(folder) / name for name in OUTPUTS]


def _outputs_of(plan: Plan, folder: str | Path) -> list[Path]:
    """The paths a run of this plan writes: no map where there is nothing to draw, and no workbook of districts or links where there are none."""
    return [path for path in planned_outputs(folder) if OUTPUTS[path.name].has(plan) or (OUTPUTS[path.name].stays and path.exists())]


def refuse_existing(folder: str | Path) -> list[Path]:
    """Outputs of a run that stand in ``folder`` already."""
    return [path for path in planned_outputs(folder) if path.exists()]


def write_run(plan: Plan, folder: str | Path, *, audience: Audience = "internal") -> list[Path]:
    """Write plan.gpkg, the tables, the map (not where blocks have no outline) and the summary; either all of them change or none.

    For the ``public`` the whole folder, plan.gpkg too, is written from :func:`districting.outputs.public.public_plan`: nothing in it speaks of strength. links.csv
    is written all the same, so that one of an internal run does not stay behind.
    """
    tell_part("writing")
    plan = public_plan(plan) if audience == "public" else plan
    paths = _outputs_of(plan, folder)
    with atomic_paths(paths) as temporaries:
        for path, temporary in zip(paths, temporaries, strict=True):
            OUTPUTS[path.name].write(plan, temporary, audience)
    return paths
