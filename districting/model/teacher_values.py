"""Numbers of ``[sharing.rotation]`` and ``[sharing.staffing]`` that are of the right kind and still make no sense."""

from __future__ import annotations

import math
from typing import Final

from districting.errors import Fault
from districting.model.sharing_settings import SharingSettings
from districting.wording import text

_SHARES: Final = ("share", "most_share", "backbone_share", "leader_share", "gap")
_NOT_NEGATIVE: Final = ("min_years", "years_to_retirement", "principal_terms", "principal_years", "subject_change", "staff_change", "couple_price_m")


def teacher_faults(settings: SharingSettings) -> list[Fault]:
    """Every number out of its range, each at its key.

    >>> from districting.model.teacher_settings import RotationSettings
    >>> [f.column for f in teacher_faults(SharingSettings(rotation=RotationSettings(share=1.5, staff_change=-1)))]
    ['sharing.rotation.share', 'sharing.rotation.staff_change']
    """
    faults, rotation, staffing = [], settings.rotation, settings.staffing
    for name in _SHARES:
        given = getattr(rotation, name)
        if given is not None and not 0 <= given <= 1:
            faults.append(Fault(text("config.not_a_share", given=given), text("config.give_share"), column=f"sharing.rotation.{name}"))
    if rotation.most_share is not None and rotation.most_share < rotation.share:
        least = rotation.share
        faults.append(
            Fault(
                text("config.too_small", given=rotation.most_share, least=least),
                text("config.give_at_least", least=least),
                column="sharing.rotation.most_share",
            )
        )
    negative = [(f"rotation.{n}", getattr(rotation, n)) for n in _NOT_NEGATIVE]
    negative += [(f"staffing.{n}", getattr(staffing, n)) for n in ("small_pupils", "backbone_points", "expert_points", "year_points")]
    negative += [(f"staffing.{table}.{k}", v) for table in ("posts_per_class", "title_points") for k, v in getattr(staffing, table).items()]
    for name, given in negative:
        if not 0 <= given < math.inf:
            faults.append(Fault(text("config.negative", given=given), text("config.give_not_negative"), column=f"sharing.{name}"))
    for stage, given in staffing.pupils_per_post.items():
        if not 0 < given < math.inf:
            faults.append(
                Fault(text("config.too_small", given=given, least=1), text("config.give_at_least", least=1), column=f"sharing.staffing.pupils_per_post.{stage}")
            )
    if not rotation.time_limit_s > 0:
        faults.append(Fault(text("config.no_time", given=rotation.time_limit_s), text("config.give_time"), column="sharing.rotation.time_limit_s"))
    return faults
