"""Lines under a table that are no records: notes, who filled it in, when."""

from __future__ import annotations

import re
from typing import Any, Final

from districting.reading.table import Found
from districting.wording import text

_WORDS: Final = (
    "注|附注|备注|说明|填表说明|填表人|填报人|制表人|制表|经办人|审核|审核人|复核人|负责人|单位负责人|统计负责人|联系人|联系电话|电话|填报单位|填表单位|制表单位|单位盖章|盖章|"
    "数据来源|资料来源|来源|日期|制表日期|填表日期|填报日期|报出日期|截止日期|制表时间|填表时间|填报时间|notes?|source|prepared by|date|remarks?"
)
_SIGNED: Final = re.compile(rf"^[(（]?({_WORDS})\s*(\d*\s*[:：]|\d*[.、．])", re.IGNORECASE)
_ALONE: Final = re.compile(rf"^[(（]?({_WORDS})[)）]?(\s+\S.*)?$", re.IGNORECASE)
_MOST_CELLS: Final = 6


class Footer:
    """Recognises footers row by row and says at the end which rows they were."""

    def __init__(self) -> None:
        self.rows: list[int] = []
        self.first = ""

    def takes(self, filled: list[Any], row: int, *, after: int) -> bool:
        """Whether a row with these ``filled`` cells is no record. A single cell under a footer goes on with it; ``after``: records so far."""
        first = filled[0]
        if not after or not isinstance(first, str) or len(filled) > _MOST_CELLS:
            return False
        mine = bool(_SIGNED.match(first)) or (len(filled) <= 2 and bool(_ALONE.match(first)))
        if mine or (self.rows and len(filled) == 1):
            self.rows.append(row)
            self.first = self.first or first
            return True
        return False

    def tell(self, found: Found) -> None:
        """One note for all of them."""
        if self.rows:
            words = text("reading.footer_rows", rows=[str(r) for r in self.rows], label=self.first[:20])
            found.add(words, text("reading.footer_remedy"), row=self.rows[0], warning=True)
