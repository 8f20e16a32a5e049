"""Proofs of optimality for attendance zones: how good a plan can be at best, and often the best plan itself."""

from districting.zoning.exact.proof import prove, scip_installed
from districting.zoning.exact.record import Proof, ProofRecord

__all__ = ["Proof", "ProofRecord", "prove", "scip_installed"]
