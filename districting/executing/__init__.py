"""Where independent tasks run: here one after another, in processes of this machine, or on a Dask cluster. What they give does not depend on it.

A task is a module-level function of one item; both must pickle. Whoever has independent work calls :func:`open_executor` and :func:`in_order` (or ``each``, as
they end) and knows nothing of processes.
"""

from districting.executing.chosen import chosen_executor, working_in
from districting.executing.opening import EXECUTORS, open_executor
from districting.executing.seam import Ended, Executor, LostWorkerError, in_order

__all__ = ["EXECUTORS", "Ended", "Executor", "LostWorkerError", "chosen_executor", "in_order", "open_executor", "working_in"]
