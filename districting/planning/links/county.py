"""County alliances (policy R08) added to a plan: who gives and who takes by the counties table or the planner, where a county is, and what it needs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from districting.checking.pairing.county import check_counties
from districting.errors import DistrictingError, Fault
from districting.model.county_problem import CountyProblem, CountySolution
from districting.model.county_roles import land_of
from districting.model.pairing_settings import PairingSettings
from districting.model.plan import Plan
from districting.model.renewal import Renewal
from districting.model.stages import STAGES
from districting.pairing.county import pair_counties, price_of_pins
from districting.planning.links.counties import Counties, counties_of, county_of_schools
from districting.planning.links.county_needs import CountyNeeds, county_needs
from districting.planning.links.county_sides import Sides, pinned, sides_of, with_standing
from districting.planning.links.tables import with_links
from districting.planning.offers import offers, points_xy
from districting.planning.rows import note_rows, provenance_rows, stack
from districting.reading.city import City
from districting.reading.schema import header_words
from districting.wording import text

FORM = "county"
NOTHING = Renewal()


def add_county_pairs(plan: Plan, city: City, settings: PairingSettings, renewal: Renewal = NOTHING) -> Plan:
    """A copy of ``plan`` with every recipient county linked from its donor, and, in ``gains``, the share of each shortage that the donor could fill.

    A county stands at the centre of its schools, weighed by pupils (schools of every stage; private ones by switch); one without schools stands at a point inside
    its outline; the provenance says which (``centre.ID``). ``runner_up_id`` is the donor of the best plan without the pair, ``dearer_m.ID`` by how much it is dearer.

    Pairs that stand by the ``renewal`` are pinned, unless the planner pins another donor to the recipient or one of the two has changed sides. No gap of scores is
    known between counties, so a renewal forbids no pair of theirs and lets none graduate.

    Raises
    ------
    DataError : no counties table, no donor or no recipient, unknown names, words that are no role
    InfeasibleError : see :func:`districting.pairing.pair_counties`
    """
    mine = settings.county
    counties = counties_of(city)
    sides = sides_of(counties, mine)
    pins = with_standing(pinned(counties, sides, mine.pins), counties, sides, renewal)
    schools = offers(city, STAGES, private=settings.private).taken
    county = county_of_schools(city, schools, counties)
    spots, centre = _spots(counties, schools, county)
    of_stages = schools["stage"].isin(settings.stages).to_numpy()
    needs = county_needs(schools[of_stages], county[of_stages], counties.id, mine.lines)
    problem = CountyProblem(
        is_donor=sides.donor,
        is_recipient=sides.recipient,
        distance_m=np.hypot(*(spots[:, None, :] - spots[None, :, :]).transpose(2, 0, 1)),
        unmet=needs.unmet() if needs.keys else None,
        need_weight_m=mine.need_weight_m,
        donor_cap=mine.donor_cap,
        every_donor=mine.every_donor,
        pins=pins,
        max_distance_m=settings.max_distance_m,
        code=counties.id,
        names=counties.name,
    )
    found = pair_counties(problem)
    broken = check_counties(problem, found.donor_of_pair, found.recipient_of_pair)
    if broken:
        raise DistrictingError(text("planning.broken_rule", rules=sorted({v.rule for v in broken})))
    plan = with_links(plan, _links(problem, found, counties), settings, {("county", i): shapely.Point(p) for i, p in zip(counties.id, spots, strict=True)})
    return plan.replace(
        gains=stack(plan.gains, _gains(found, counties, needs)),
        notes=stack(plan.notes, note_rows(_notes(counties, sides, needs, found, centre), plan.language)),
        provenance=stack(plan.provenance, provenance_rows(f"pairing.{FORM}", _record(problem, found, counties, sides, centre))),
    )


def _spots(counties: Counties, schools: Any, county: NDArray[Any]) -> tuple[NDArray[np.float64], dict[str, str]]:
    """(c, 2) metres of every county, and what each stands for: ``schools`` or ``outline``."""
    xy = points_xy(schools)
    pupils = schools["pupils"].to_numpy(dtype=np.float64)
    out = np.full((len(counties.id), 2), np.nan)
    centre = {}
    for at, name in enumerate(counties.id):
        own = county == name
        if own.any():
            told = np.nan_to_num(pupils[own])
            mean = told[told > 0].mean() if (told > 0).any() else 1.0
            out[at] = np.average(xy[own], axis=0, weights=np.where(np.isfinite(pupils[own]), told, mean) if told.sum() > 0 else None)
            centre[name] = "schools"
        else:
            out[at] = shapely.get_coordinates(shapely.point_on_surface(counties.shape[at]))[0]
            centre[name] = "outline"
    return out, centre


def _links(problem: CountyProblem, found: CountySolution, counties: Counties) -> pd.DataFrame:
    ids, names = np.array(counties.id, dtype=object), np.array(counties.name, dtype=object)
    donor, recipient, runner = found.donor_of_pair, found.recipient_of_pair, found.runner_up_of_pair
    return pd.DataFrame(
        {
            "kind": FORM,
            "from_kind": "county",
            "from_id": ids[donor],
            "from_name": names[donor],
            "to_kind": "county",
            "to_id": ids[recipient],
            "to_name": names[recipient],
            "distance_m": problem.distance_m[donor, recipient],
            "runner_up_id": np.where(runner >= 0, ids[runner], ""),
            "remote": found.remote,
            "pinned": [pair in problem.pins for pair in zip(donor.tolist(), recipient.tolist(), strict=True)],
        }
    )


def _gains(found: CountySolution, counties: Counties, needs: CountyNeeds) -> pd.DataFrame:
    """One row for every shortage of a recipient; ``amount`` is the share of it that the donor's spare could fill if all of it went there."""
    filled = needs.filled()
    rows = [
        {"kind": FORM, "stage": stage, "giver_id": counties.id[d], "taker_id": counties.id[r], "resource": resource, "amount": float(filled[d, r, k])}
        for d, r in zip(found.donor_of_pair.tolist(), found.recipient_of_pair.tolist(), strict=True)
        for k, (stage, resource) in enumerate(needs.keys)
        if np.isfinite(filled[d, r, k])
    ]
    return pd.DataFrame(rows, columns=["kind", "stage", "giver_id", "taker_id", "resource", "amount"])


def _record(problem: CountyProblem, found: CountySolution, counties: Counties, sides: Sides, centre: dict[str, str]) -> dict[str, Any]:
    distance = problem.distance_m[found.donor_of_pair, found.recipient_of_pair]
    record: dict[str, Any] = {
        "status": found.status,
        "objective": found.objective,
        "bound": found.bound,
        "gap": found.gap,
        "unit": "metre",
        "pairs": len(found.donor_of_pair),
        "donors": int(sides.donor.sum()),
        "recipients": int(sides.recipient.sum()),
        "sides_from": sides.source,
        "donor_cap": problem.cap,
        "travel_m": float(distance.sum()),
        "unmet_m": float(found.objective - distance.sum()),
        "spare_donors": ",".join(counties.id[i] for i in found.spare.tolist()),
    }
    if problem.pins:
        record["pins_cost_m"] = price_of_pins(problem)
    for recipient, dearer in zip(found.recipient_of_pair.tolist(), found.dearer_m_of_pair.tolist(), strict=True):
        if np.isfinite(dearer):
            record[f"dearer_m.{counties.id[recipient]}"] = float(dearer)
    for i in np.flatnonzero(sides.donor | sides.recipient).tolist():
        record[f"centre.{counties.id[i]}"] = centre[counties.id[i]]
    return record


def _notes(counties: Counties, sides: Sides, needs: CountyNeeds, found: CountySolution, centre: dict[str, str]) -> list[Fault]:
    """What a planner should know: spare donors, counties without schools, sides that do not fit the land, no indicators."""
    notes = []

    def note(key: str, remedy: str, column: str, **values: Any) -> None:
        notes.append(Fault(text(f"pairing.{key}", **values), text(f"pairing.{remedy}"), column=column, severity="warning"))

    if len(found.spare):
        note("spare_donors", "use_every_donor", "pairing.county", names=[counties.name[i] for i in found.spare.tolist()])
    involved = np.flatnonzero(sides.donor | sides.recipient).tolist()
    empty = [counties.name[i] for i in involved if centre[counties.id[i]] == "outline"]
    if empty:
        note("county_without_schools", "check_county_of_schools", "county_code", names=empty)
    unlike = [counties.name[i] for i in involved if (land_of(counties.land[i]) == "mountain") if sides.donor[i]]
    unlike += [counties.name[i] for i in involved if land_of(counties.land[i]) in ("urban", "plain") and sides.recipient[i]]
    if unlike:
        note("sides_unlike_land", "check_sides", "county_type", names=unlike)
    if not needs.keys:
        remedy = text("pairing.give_indicators", **header_words("schools", "teachers", "teaching_area_m2", "books"))
        notes.append(Fault(text("pairing.no_needs"), remedy, column="teachers", severity="warning"))
    return notes
