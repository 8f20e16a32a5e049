"""``python -m districting`` is the command ``districting``."""

from districting.cli import main

if __name__ == "__main__":
    main()
