"""Rules of sharing, counted again from labels alone."""
