"""A TOML file as a tree, whatever it is a config or rules of."""

from __future__ import annotations

import logging
import re
import tomllib
from pathlib import Path
from typing import Any

from districting.errors import DataError, Fault
from districting.wording import Text, text


def toml_tree(path: Path, *, missing: Text) -> dict[str, Any]:
    """The tree of a TOML file; ``missing``: what to do where there is no such file.

    Raises
    ------
    DataError : the file is missing, is no UTF-8 or no TOML (with its line)
    """
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        raise DataError(Fault(text("config.missing"), missing, file=str(path))) from None
    except (OSError, UnicodeDecodeError):
        raise DataError(Fault(text("config.unreadable"), text("config.save_utf8"), file=str(path))) from None
    except RecursionError:
        raise DataError(Fault(text("config.not_toml"), text("config.mend_toml"), file=path.name)) from None
    except tomllib.TOMLDecodeError as error:
        logging.getLogger(__name__).info("%s", error)
        at = re.search(r"line (\d+)", str(error))
        raise DataError(Fault(text("config.not_toml"), text("config.mend_toml"), file=path.name, row=int(at.group(1)) if at else None)) from None
