"""The rules of sharing counted again, from labels alone."""
