"""Compile the kernels of the proof once."""

from __future__ import annotations

import numpy as np

from districting.model.zoning_problem import ZoningProblem
from districting.zoning.exact.instance import build_instance, drop_unreached, first_arcs
from districting.zoning.exact.pricing import cheapest_zones, least_with_each
from districting.zoning.exact.separators import find_separators


def compile_kernels() -> None:
    """Price zones and separate broken ones on a row of five blocks; the machine code is kept on disk."""
    edges = np.array([(i, i + 1) for i in range(4)])
    xy = np.array([(100.0 * i, 0.0) for i in range(5)])
    home = np.array([0, 4])
    instance = build_instance(ZoningProblem(np.ones(5), np.full(2, 4.0), edges, home, xy=xy, school_xy=xy[home]))
    alive = first_arcs(instance)
    drop_unreached(instance, alive)
    weight = np.where(alive[:, 0], instance.cost[:, 0] - 150.0, np.inf)
    cheapest_zones(instance, alive, weight, 0, keep=2, most_nodes=100)
    least_with_each(instance, alive, weight, 0)
    value = np.array([(1.0, 0.0), (0.2, 0.8), (0.2, 0.8), (0.9, 0.1), (0.0, 1.0)])
    find_separators(instance, alive, value, violation=0.1, most=5)
