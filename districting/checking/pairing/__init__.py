"""Rules of links counted again from labels alone."""
