"""Hard rules of links, counted again from labels alone."""
