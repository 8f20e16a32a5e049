"""Where the blocks of a plan lie on the page."""

from __future__ import annotations

import geopandas as gpd


def centres(plan):
    """Block id -> (longitude, latitude) of its middle."""
    points = gpd.GeoSeries(plan.blocks.geometry.centroid, crs=plan.crs).to_crs(4326)
    return {b: (p.x, p.y) for b, p in zip(plan.blocks["block_id"], points, strict=True)}
