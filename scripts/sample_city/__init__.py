"""The made-up prefecture that ships with the package: its ground, people, schools and files."""
