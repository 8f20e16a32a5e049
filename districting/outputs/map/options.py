"""What a page says of itself and what it may ask for: number of the map review, date of making, tiles."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field
from typing import Any, Final, Literal
from urllib.parse import urlsplit

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from districting.errors import DataError, Fault
from districting.model.plan import Plan
from districting.outputs.map.charts import Drawn
from districting.reading.datum import wgs84_to_gcj02
from districting.wording import text

_SUBDOMAIN: Final = re.compile(r"^\{s\}\.")


@dataclass(frozen=True)
class PageOptions:
    """Options of one page. What is None is taken from the plan, and left blank where the plan does not say it.

    ``tiles``: address with ``{z}``, ``{x}``, ``{y}`` (and ``{s}``, ``{r}``) of pictures under the map, empty = none; ``tiles_datum``: what they are drawn in;
    ``tiles_attribution``: whom to name for them. ``drawn``: what ``tradeoff`` and ``ensemble`` found, for the charts; ``values``: columns of numbers by block id.
    """

    review_number: str | None = None
    made_on: str | None = None
    tiles: str = ""
    tiles_datum: Literal["wgs84", "gcj02"] = "wgs84"
    tiles_attribution: str = ""
    drawn: Drawn = field(default_factory=Drawn)
    values: pd.DataFrame | None = None

    def told(self, plan: Plan) -> dict[str, Any]:
        """What the page is told of itself.

        Raises
        ------
        DataError : ``tiles`` is no web address with {z}, {x} and {y}, or ``made_on`` no date
        """
        made = {"date": self.made_on if self.made_on is not None else plan.recorded("output", "made_on") or ""}
        made["review_number"] = self.review_number if self.review_number is not None else plan.recorded("output", "review_number") or ""
        self.check()
        if not self.tiles:
            return {"made": made}
        return {"made": made, "tiles": {"url": self.tiles, "attribution": self.tiles_attribution}}

    def check(self) -> None:
        """DataError for tiles whose address is none, or that names no tile, and for a date that is none."""
        if self.made_on and not _is_date(self.made_on):
            raise DataError(Fault(text("pageoptions.bad_date", value=self.made_on), text("pageoptions.bad_date_remedy"), column="--date"))
        if not self.tiles:
            return
        parts = urlsplit(self.tiles)
        clean = not re.search(r"[\s\"'<>;,\\]", self.tiles)
        if not clean or parts.scheme not in ("http", "https") or not parts.netloc or not all(f"{{{k}}}" in self.tiles for k in "zxy"):
            raise DataError(Fault(text("pageoptions.bad_tiles", url=self.tiles), text("pageoptions.bad_tiles_remedy"), column="--tiles"))

    @property
    def source(self) -> str:
        """The addresses a browser may ask for pictures, as a source of a Content-Security-Policy; empty without tiles.

        >>> PageOptions(tiles="https://{s}.tiles.example/map/{z}/{x}/{y}.png").source
        'https://*.tiles.example/map/'
        """
        if not self.tiles:
            return ""
        parts = urlsplit(self.tiles)
        path = parts.path.partition("{")[0]
        return f"{parts.scheme}://{_SUBDOMAIN.sub('*.', parts.netloc)}{path[: path.rfind('/') + 1]}"

    def placed(self, shapes: NDArray[Any]) -> NDArray[Any]:
        """Shapes in degrees where the tiles have them."""
        if not self.shifts:
            return shapes
        return np.asarray(shapely.transform(shapes, lambda xy: np.column_stack(wgs84_to_gcj02(xy[:, 0], xy[:, 1]))), dtype=object)

    @property
    def shifts(self) -> bool:
        """Whether the content must be shifted to lie on the tiles."""
        return bool(self.tiles) and self.tiles_datum == "gcj02"

    def placed_content(self, content: dict[str, Any]) -> dict[str, Any]:
        """The content with every spot and line where the tiles have them; areas are placed before they become arcs."""
        if self.shifts:
            _shift_spots(content)
        return content


def _is_date(value: str) -> bool:
    try:
        datetime.date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _shift_spots(tree: Any) -> None:
    """In place: every ``at`` (latitude, longitude) and every ``line`` of such pairs."""
    if isinstance(tree, list):
        for item in tree:
            _shift_spots(item)
    elif isinstance(tree, dict):
        for key, value in tree.items():
            if key == "at" and _is_spot(value):
                tree[key] = _shifted([value])[0]
            elif key == "line" and isinstance(value, list) and all(_is_spot(v) for v in value):  # charts have lines of their own
                tree[key] = _shifted(value)
            elif isinstance(value, (dict, list)):
                _shift_spots(value)


def _is_spot(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(isinstance(v, float) for v in value)


def _shifted(spots: list[list[float]]) -> list[list[float]]:
    lat, lng = np.array(spots, dtype=np.float64).T
    x, y = wgs84_to_gcj02(lng, lat)
    return [[round(float(b), 6), round(float(a), 6)] for a, b in zip(np.atleast_1d(x), np.atleast_1d(y), strict=True)]
