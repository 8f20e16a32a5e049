"""How far a rotation can go: whether its hard rules can be kept together, and the largest numbers that can (policy R37)."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from districting.model.rotation_problem import RotationProblem
from districting.sharing.rotation_model import RotationModel
from districting.solvers.milp import Row


def can_rotate(problem: RotationProblem, *, time_limit_s: float = 20.0) -> bool:
    """Whether some rotation keeps the hard rules; False also where none was found in time."""
    if not problem.most:
        return not problem.movers and not problem.backbone_movers
    model = RotationModel(problem)
    return model.solve(np.zeros(model.columns), model.high, [], (time_limit_s, 0.0)).x is not None


def most_movers(problem: RotationProblem, backbone_share: float | None = None, *, time_limit_s: float = 20.0) -> int:
    """Teachers who can go at most, up to those asked, under all other rules; 0 where nobody can.

    Parameters
    ----------
    backbone_share : at least this share of those who go are backbone teachers, instead of the number of the problem

    Examples
    --------
    Two schools, four teachers each of one subject, one backbone teacher in all; staff keep their numbers. Four can go, two in every five cannot be backbone teachers:

    >>> good, all_ = np.arange(8) == 0, np.ones(8, dtype=bool)
    >>> problem = RotationProblem(
    ...     stage=np.zeros(2, np.int64), pupils=np.full(2, 100.0), side=np.array([1, -1]), place=np.arange(2), distance_m=np.zeros((2, 2)),
    ...     school=np.repeat([0, 1], 4), subject=np.zeros(8, np.int64), eligible=all_, backbone=good, leader=~all_, counts=good[:, None].astype(float),
    ...     partner=np.full(8, -1), subject_change=np.zeros(1, np.int64), staff_change=0, movers=4, backbone_movers=2, most=4)
    >>> most_movers(problem, 0.0), most_movers(problem, 0.4), most_backbone(problem), can_rotate(problem)
    (4, 2, 1, False)
    """
    backbone = problem.backbone_movers if backbone_share is None else 0
    model = RotationModel(dataclasses.replace(problem, movers=0, backbone_movers=backbone, most=problem.movers))
    rows: list[Row] = []
    good = model.classes.backbone[model.classes.kind]
    if backbone_share:
        rows.append((model.out, good.astype(np.float64) - backbone_share, -1e-9, np.inf))
    return _largest(model, np.ones(len(model.out)), rows, time_limit_s)


def most_backbone(problem: RotationProblem, *, time_limit_s: float = 20.0) -> int | None:
    """Backbone teachers who can go at most while the share of all is kept; None where that cannot be kept."""
    asked = dataclasses.replace(problem, backbone_movers=0)
    if not can_rotate(asked, time_limit_s=time_limit_s):
        return None
    model = RotationModel(asked)
    return _largest(model, model.classes.backbone[model.classes.kind].astype(np.float64), [], time_limit_s)


def _largest(model: RotationModel, value: NDArray[np.float64], rows: list[Row], time_limit_s: float) -> int:
    """Largest sum of the leavers' values that was found: a number that can be reached."""
    cost = np.zeros(model.columns)
    cost[model.out] = -value
    found = model.solve(cost, model.high, rows, (time_limit_s, 0.0))
    return 0 if found.x is None else round(-found.objective)
