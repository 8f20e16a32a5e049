"""The presets of district forms, read from ``profiles/forms.toml``: data, not code. This is also the guide to them.

Every form is one :class:`districting.model.district_spec.DistrictSpec`: who takes part, what a district takes whole, what it must hold, and what weighs how much. Its docstring
explains every number. ``[grouping] form`` names the form that ``run`` draws; ``group --form NAME`` draws any other. Numbers of a form stand in ``[grouping.forms.NAME]``
(or in ``[grouping]``, for the form named there); what is not written stays as the preset has it. ``[4, 6]`` is 4 to 6, ``[1]`` or ``[1, 0]`` 1 or more, ``7`` exactly 7.

``alliance`` (R01): a lead junior school carries 1 or 2 weak ones, with at least 1 primary; zones or cells that adjoin, inside one county. Two leads may share a district. ::

    [grouping.forms.alliance]
    counts = { junior_weak = [1, 3] }    # three weak schools to a lead
    evenness = 0.0                       # mean quality of districts may differ

``street`` (R18): whole streets and towns; at least 1 lead school in each; places in lead schools even by residents. A street that touches no other is joined to the nearest. ::

    [grouping.forms.street]
    districts = 5                        # left out: as many as are best

``urban_rural`` (R15): every district mixes urban (code 111), fringe and town (other 1xx) and rural (2xx) schools, in pieces if need be; needs ``urban_rural_code``. ::

    [grouping.forms.urban_rural]
    within_county = false

``same_stage`` (R31): primaries by themselves and juniors by themselves, 4 to 6 near each other; two schemes, ``same_stage_primary`` and ``same_stage_junior``. ::

    [grouping.forms.same_stage]
    stages = ["primary"]                 # this stage alone
    counts = { school = [6, 13] }        # as in Yuexiu

``theme`` (R32): 3 to 12 schools, at least 60 % of which, the lead among them, carry the district's theme (column ``themes``). ::

    [grouping.forms.theme]
    theme_share = 0.7

``direct_feed`` (R33): every primary feeds 1 junior, its graduates fit the junior's plan, the zones of the primaries are in one piece wherever the junior stands; a nine-year school feeds
itself. Travel counts from homes. The plan's table ``feeders`` says who feeds whom. ::

    [grouping.forms.direct_feed]
    junior_seats = 0.9                   # places for nine of ten graduates
    counts = { junior = [1, 2] }         # two juniors may share their primaries

``big_district`` (R30d): 1 lead or more and 3 to 5 others of its stage. ::

    [grouping.forms.big_district]
    within_county = false                # across county lines, on borders

``joint_development`` (R30b): a centre school and 3 to 4 around it, of one stage. ::

    [grouping.forms.joint_development]
    counts = { school = [4, 6] }

``school_group`` (R30c): exactly 1 lead with weak schools of its stage, 6 campuses at most; the lead keeps 1 backbone teacher per 100 pupils after lifting its members to the same.
Regular schools take no part and are named in the plan's ``coverage``. ::

    [grouping.forms.school_group]
    backbone_floor = 0.8

``vertical_chain`` (R25c): every primary hangs on 1 junior, every junior on 1 senior; district ``D01`` is the tree under a senior, ``D01-02`` the part under one of its juniors. ::

    [grouping.forms.vertical_chain]
    children = [1, 8]                    # every parent has 1 to 8

``cross_stage`` (R24): seniors or complete secondary schools lead juniors and primaries; at least two tiers in each. ::

    [grouping.forms.cross_stage]
    min_tiers = 3

``multi_school_zone`` (2.9 Z2): 2 to 5 juniors share one zone; lead schools are spread, mean quality is even, every zone is in one piece. ::

    [grouping.forms.multi_school_zone]
    stages = ["primary"]
    counts = { school = [2, 3] }

``custom`` (R33b): a form of your own, all of it in the config. To keep several, give each its own config file. ::

    [grouping]
    form = "custom"
    stages = ["primary", "junior"]
    units = "schools"                    # territory | streets | schools | feeders
    connected = false
    centre = "junior"                    # any key may be the centre of a district
    radius_m = 5000.0                    # nobody farther than this from it
    districts = [3, 8]
    evenness = 500.0
    [grouping.counts]                    # stage, stage_tier, tier, nine_year, urban, fringe, rural, school
    junior = [1, 2]
    primary = [2, 6]
    weak = [0, 3]

A rule that cannot hold is refused with what is missing, where, and relaxations that were tried (exit code 3); a column that a rule needs and schools lack, with their names (exit code 4).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Any, Final

from districting.errors import DataError, Fault
from districting.grouping.keys import refuse_unknown_keys
from districting.model.district_spec import DistrictSpec, limits
from districting.wording import text


def _presets() -> dict[str, Any]:
    return tomllib.loads(resources.files("districting.profiles").joinpath("forms.toml").read_text(encoding="utf-8"))


FORMS: Final[tuple[str, ...]] = tuple(_presets())
"""The names of the forms, in the order of the file."""


def district_form(name: str, changes: Mapping[str, Any] | None = None) -> DistrictSpec:
    """The specification of a form by its name, with the planner's ``changes`` laid over it (``counts`` key by key, where a limit of 0 at most means no limit).

    Raises
    ------
    DataError : the form is none of the known ones (they are named), or a key counts nothing

    >>> district_form("alliance").counts["junior_weak"]
    (1, 2)
    >>> district_form("alliance", {"counts": {"junior_weak": (1, 3)}, "evenness": 0.0}).counts["junior_weak"]
    (1, 3)
    """
    presets = _presets()
    if name not in presets:
        raise DataError(Fault(text("grouping.unknown_form", form=name), text("grouping.known_forms", forms=list(presets)), column="form"))
    values = dict(presets[name])
    given = {key: value for key, value in (changes or {}).items() if value is not None}
    values["counts"] = {**values.get("counts", {}), **given.pop("counts", {})}
    values |= given
    spec = DistrictSpec(form=name, **{key: _value(key, value) for key, value in values.items()})
    refuse_unknown_keys((*spec.counts, *spec.spread, *spec.takes, spec.centre), name)
    return spec


def _value(key: str, value: Any) -> Any:
    if key == "counts":
        return {what: limits(pair) for what, pair in value.items()}
    if key in ("children", "districts"):
        return limits(value)
    return tuple(value) if isinstance(value, list) else value
