"""Proofs of optimality for attendance zones: how good a plan can be at best, and often the best plan itself."""

from districting.zoning.exact.proof import Better, Tree, prove, scip_installed
from districting.zoning.exact.record import Proof, ProofRecord

__all__ = ["Better", "Proof", "ProofRecord", "Tree", "prove", "scip_installed"]
