"""The verifier: one page that replays a record in a browser, without network and without this package."""

from __future__ import annotations

import json
from importlib import resources
from string import Template
from typing import Final

from districting.wording import LANGUAGES, catalogue

SCRIPTS: Final = ("hash", "rows", "lottery", "split", "quota", "classes", "record")
"""Files of ``verifier/`` in the order in which the page needs them; one of each kind of draw."""


def verifier_html(lang: str = "zh") -> str:
    """The page, in ``lang`` first; its reader may change the language. It is the same for every record, which the reader chooses."""
    folder = resources.files("districting.outputs")
    words = {of: {name: entry[of] for name, entry in catalogue("lottery_page").items()} for of in LANGUAGES}
    return Template(folder.joinpath("lottery_page.html").read_text(encoding="utf-8")).substitute(
        html_lang="zh-CN" if lang == "zh" else "en",
        lang=lang,
        script="\n".join(folder.joinpath("verifier", f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS),
        words=json.dumps(words, ensure_ascii=False).replace("</", "<\\/"),
    )
