"""Arrays and specs only: problems, solutions, the plan, the settings. Frozen dataclasses; no geometry, no files, no solver."""
