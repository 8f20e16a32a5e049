"""Links counted again from labels alone: one file per form; none shares code with the solver it checks."""
