"""Shapes in, arrays out: who borders whom, how far it is, what a zone's ground looks like."""

from districting.geography.adjacency import Adjacency, nearest_links, rook_adjacency
from districting.geography.barriers import cut_by_barriers
from districting.geography.distances import nearest_candidates, paired_distance_m, straight_distance_m
from districting.geography.shapes import Cells, cells, dissolve, outline, representative_xy

__all__ = [
    "Adjacency",
    "Cells",
    "cells",
    "cut_by_barriers",
    "dissolve",
    "nearest_candidates",
    "nearest_links",
    "outline",
    "paired_distance_m",
    "representative_xy",
    "rook_adjacency",
    "straight_distance_m",
]
