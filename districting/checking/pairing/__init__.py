"""The rules of links counted again from labels alone, one file per form."""
