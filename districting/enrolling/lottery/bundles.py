"""Twins and siblings who are placed together: from a code they share, or from each naming the other. Links must be mutual."""

from __future__ import annotations

import re
from collections.abc import Sequence

from districting.errors import DataError, Fault
from districting.reading.enrolment_tables import Table, first_few
from districting.wording import text

_SEPARATORS = re.compile(r"[;；,，、/\s]+")


def bundles(pupils: Table, wishes: Sequence[tuple[int | None, ...]]) -> list[int]:
    """(n,) position of the first member of the bundle of every pupil, itself for one who is bound to nobody.

    Raises
    ------
    DataError : links to nobody, to oneself, from one side only or round in a ring; bound pupils with different wishes
    """
    if "bundle" not in pupils.columns and "siblings" not in pupils.columns:
        return list(range(len(pupils)))
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(range(len(pupils)))
    faults: list[Fault] = []
    if "bundle" in pupils.columns:
        first: dict[str, int] = {}
        for i, code in enumerate(pupils.columns["bundle"]):
            if isinstance(code, str) and first.setdefault(code, i) != i:
                graph.add_edge(first[code], i)
    if "siblings" in pupils.columns:
        links, faults = _links(pupils)
        faults += _one_sided(pupils, links)
        graph.add_edges_from(links)
    bundle = list(range(len(pupils)))
    unlike: list[Fault] = []
    for part in nx.connected_components(graph):
        if len(part) > 1:
            head = min(part)
            for i in sorted(part):
                bundle[i] = head
                if wishes[i] != wishes[head]:
                    problem = text("enrolment.bundle_wishes", row=int(pupils.row[head]))
                    unlike.append(pupils.fault(problem, text("enrolment.bundle_wishes_remedy"), i))
    faults += first_few(unlike)
    if faults:
        raise DataError(faults)
    return bundle


def _links(pupils: Table) -> tuple[set[tuple[int, int]], list[Fault]]:
    """(from, to) of every link, and those that lead nowhere."""
    at_of_id = {own: i for i, own in enumerate(pupils.columns["pupil_id"])}
    links: set[tuple[int, int]] = set()
    faults: list[Fault] = []
    for i, cell in enumerate(pupils.columns["siblings"]):
        for own in _SEPARATORS.split(cell) if isinstance(cell, str) else []:
            to = at_of_id.get(own)
            if to is None:
                faults.append(pupils.fault(text("enrolment.sibling_unknown"), text("enrolment.sibling_unknown_remedy"), i, "siblings"))
            elif to == i:
                faults.append(pupils.fault(text("enrolment.sibling_self"), text("enrolment.sibling_self_remedy"), i, "siblings"))
            else:
                links.add((i, to))
    return links, first_few(faults)


def _one_sided(pupils: Table, links: set[tuple[int, int]]) -> list[Fault]:
    """Rings are said once, with all their rows; other links without their counterpart one by one."""
    import networkx as nx

    single = nx.DiGraph([(a, b) for a, b in links if (b, a) not in links])
    faults: list[Fault] = []
    ringed: set[int] = set()
    for ring in sorted((sorted(part) for part in nx.strongly_connected_components(single) if len(part) > 1), key=lambda r: r[0]):
        ringed |= set(ring)
        rows = [str(int(pupils.row[i])) for i in ring]
        faults.append(pupils.fault(text("enrolment.sibling_ring", rows=rows), text("enrolment.sibling_remedy"), ring[0], "siblings"))
    for a, b in sorted(single.edges):
        if not (a in ringed and b in ringed):
            faults.append(pupils.fault(text("enrolment.sibling_one_sided", row=int(pupils.row[b])), text("enrolment.sibling_remedy"), a, "siblings"))
    return first_few(faults)
