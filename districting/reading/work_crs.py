"""The metre CRS of the work: the config's, where it fits the data, else the one chosen by the middle of the data."""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Proj
from pyproj.exceptions import CRSError, ProjError

from districting.model.settings import Settings
from districting.reading.load import Loaded
from districting.reading.locate import WGS84, metre_crs, reproject
from districting.reading.table import Found
from districting.wording import text

_ORDER: Final = ("blocks", "admin", "counties", "schools", "roads", "barriers", "population", "buildings", "social_resources", "facilities")
_MOST_ERROR: Final = 0.01
_NOTED_ERROR: Final = 0.002
_CHINA: Final = (105.0, 35.0)


def work_crs(settings: Settings, files: list[Loaded], whole: Found) -> CRS:
    """The CRS all geometry is brought to. One that stretches the data by more than 1 % is a fault, by more than 0.2 % a note."""
    bounds = _bounds(files)
    own = metre_crs(*(_CHINA if bounds is None else ((bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2)))
    given = settings.project.crs
    if given is None:
        return own
    try:
        crs = CRS.from_user_input(given)
    except CRSError:
        crs = None
    if crs is None or not crs.is_projected or not all(a.unit_name == "metre" for a in crs.axis_info):
        whole.add(text("reading.bad_work_crs", crs=given), text("reading.give_work_crs"), column="project.crs")
        return own
    error = 0.0 if bounds is None else scale_error(crs, bounds)
    if error <= _NOTED_ERROR:
        return crs
    area = crs.area_of_use
    where = text("reading.area_of_use", west=f"{area.west:g}", east=f"{area.east:g}", south=f"{area.south:g}", north=f"{area.north:g}") if area else "-"
    far = error > _MOST_ERROR
    percent = f"{100 * error:.1f}" if np.isfinite(error) else "100+"
    problem = text("reading.far_work_crs", crs=given, percent=percent, area=where)
    whole.add(problem, text("reading.fitting_work_crs", fitting=f"EPSG:{own.to_epsg()}"), column="project.crs", warning=not far)
    return own if far else crs


def scale_error(crs: CRS, bounds: tuple[float, float, float, float]) -> float:
    """The largest share by which lengths in ``crs`` differ from those on the ground, over corners and middle of ``bounds`` (west, south, east, north; degrees).

    >>> around_beijing = (116.2, 39.8, 116.5, 40.0)
    >>> scale_error(CRS("EPSG:4548"), around_beijing) < 0.001, round(scale_error(CRS("EPSG:4534"), around_beijing), 2)
    (True, 0.16)
    """
    west, south, east, north = bounds
    points = [(west, south), (west, north), (east, south), (east, north), ((west + east) / 2, (south + north) / 2)]
    try:
        factors = Proj(crs).get_factors([p[0] for p in points], [p[1] for p in points])
    except ProjError:
        return float("inf")
    scales = np.concatenate([np.atleast_1d(factors.tissot_semimajor), np.atleast_1d(factors.tissot_semiminor)])
    return float(np.abs(scales - 1).max()) if np.isfinite(scales).all() else float("inf")


def _bounds(files: list[Loaded]) -> tuple[float, float, float, float] | None:
    """Degrees WGS84 of the first layer that lies anywhere: blocks before the others."""
    for item in sorted((i for i in files if i.shapes is not None), key=lambda i: _ORDER.index(i.table)):
        assert item.shapes is not None and item.crs is not None
        shapes = item.shapes[~shapely.is_missing(item.shapes)]
        if not len(shapes):
            continue
        box = shapely.total_bounds(shapes)
        corners: NDArray[np.float64] = np.array([[box[0], box[1]], [box[2], box[3]], [box[0], box[3]], [box[2], box[1]]])
        moved = reproject(np.asarray(shapely.points(corners), dtype=object), item.crs, CRS(WGS84)) if np.isfinite(corners).all() else np.array([])
        around = shapely.total_bounds(moved) if len(moved) else np.full(4, np.nan)
        if np.isfinite(around).all():
            west, south, east, north = (float(v) for v in around)
            return west, south, east, north
    return None
