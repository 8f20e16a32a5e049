"""The rates of sharing: those of the package, with what a config changes laid over them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib import resources

from districting.model.sharing_rates import SharedIndicator, SharingRates


@cache
def packaged_rates() -> SharingRates:
    """``profiles/sharing.toml``.

    >>> packaged_rates().indicators["backbone_teachers"].share
    0.2
    """
    tree = tomllib.loads(resources.files("districting.profiles").joinpath("sharing.toml").read_text("utf-8"))
    return SharingRates(float(tree["reach_m"]), {name: SharedIndicator(**entry) for name, entry in tree["indicators"].items()})


def rates_with(shares: Mapping[str, float], reach_m: float | None) -> SharingRates:
    """The packaged rates with other shares for some resources, further resources (teachers or venues, by their names) and another reach."""
    rates = packaged_rates()
    indicators = {name: replace(one, share=shares.get(name, one.share)) for name, one in rates.indicators.items()}
    indicators |= {
        name: SharedIndicator("teacher" if name.endswith("teachers") else "venue", share) for name, share in shares.items() if name not in indicators
    }
    return SharingRates(rates.reach_m if reach_m is None else reach_m, indicators)
