"""Files and databases to a checked City."""
