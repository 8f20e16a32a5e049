"""Links against their hard rules, counted again from the labels alone."""
