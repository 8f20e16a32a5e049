"""A town of a dozen ways that a person can draw.

Degrees of 0.001: about 111 m to the north, at the equator as much to the east; x and y below count them.

 y
 8   H4      school B (area, named twice: a node inside)     road 1: residential along y = 7, x 0..10
 5   ~~~~~~~~~~ river, x -1..11; a bridge (footway) at x = 1; a motorway over it at x = 9, on a bridge of its own
 3   H1 H2 H3   school A (node)                              road 2: residential along y = 3, x 0..10
"""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import quoteattr

UNIT = 0.001


class Drawing:
    """Collects nodes and ways; nodes at one place are one node unless asked otherwise."""

    def __init__(self) -> None:
        self.nodes: list[str] = []
        self.ways: list[str] = []
        self.at: dict[tuple[float, float], int] = {}

    def node(self, x: float, y: float, **tags: str) -> int:
        number = len(self.nodes) + 1
        self.nodes.append(f'<node id="{number}" version="1" lat="{y * UNIT:.7f}" lon="{x * UNIT:.7f}">{_tags(tags)}</node>')
        return number

    def way(self, points: list[tuple[float, float]], **tags: str) -> int:
        refs = []
        for place in points:
            if place not in self.at:
                self.at[place] = self.node(*place)
            refs.append(self.at[place])
        number = 100 + len(self.ways)
        nodes = "".join(f'<nd ref="{r}"/>' for r in refs)
        self.ways.append(f'<way id="{number}" version="1">{nodes}{_tags(tags)}</way>')
        return number

    def box(self, x: float, y: float, size: float = 0.2, **tags: str) -> int:
        return self.way([(x, y), (x + size, y), (x + size, y + size), (x, y + size), (x, y)], **tags)

    def write(self, path: Path) -> Path:
        path.write_text(f'<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6">{"".join([*self.nodes, *self.ways])}</osm>\n', encoding="utf-8")
        return path


def _tags(tags: dict[str, str]) -> str:
    return "".join(f"<tag k={quoteattr(k.replace('__', ':'))} v={quoteattr(v)}/>" for k, v in tags.items())


def packed(source: Path, target: Path) -> Path:
    """The same data as PBF."""
    import osmium

    with osmium.SimpleWriter(str(target)) as writer:
        for thing in osmium.FileProcessor(str(source)):
            writer.add(thing)
    return target


def streets(town: Drawing, bridge: bool = True) -> None:
    town.way([(0, 7), (1, 7), (10, 7)], highway="residential", name="North Street")
    town.way([(0, 3), (1, 3), (10, 3)], highway="residential", name="South Street")
    town.way([(-1, 5), (11, 5)], waterway="river", name="River")
    town.way([(9, 1), (9, 9)], highway="motorway", bridge="yes", layer="1")
    if bridge:
        town.way([(1, 3), (1, 7)], highway="footway", bridge="yes", layer="1")


def drawn_town(bridge: bool = True) -> Drawing:
    """The town above: four houses of 0.2 x 0.2 (two floors), two schools, a kindergarten."""
    town = Drawing()
    streets(town, bridge)
    for x, y in ((2, 3.3), (4, 3.3), (7, 3.3), (4, 7.3)):
        town.box(x, y, building="house")
    town.node(6, 2.8, amenity="school", name="城南小学")
    town.box(6, 7.5, 0.5, amenity="school", name="城北小学", building="school")
    town.node(6.2, 7.7, amenity="school", name="城北小学")
    town.node(3, 7.5, amenity="kindergarten", name="城北幼儿园")
    return town
