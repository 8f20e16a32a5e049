"""Classes counted again from the labels alone (policy R43)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from districting.checking.enrolment_quotas import EnrolmentViolation


def check_classes(
    sex: ArrayLike, class_of_pupil: ArrayLike, classes: int, *, together: Sequence[Sequence[int]] = (), apart: Sequence[Sequence[int]] = ()
) -> list[EnrolmentViolation]:
    """[] when sizes and numbers of each sex differ by at most one, and every group is kept.

    >>> check_classes([0, 1, 0, 1], [0, 0, 1, 1], 2), check_classes([0, 0, 1, 1], [0, 0, 1, 1], 2)[0].rule
    ([], 'sex')
    """
    kind, label = np.asarray(sex, dtype=np.int64), np.asarray(class_of_pupil, dtype=np.int64)
    if len(kind) != len(label) or (len(label) and not 0 <= label.min() <= label.max() < classes):
        return [EnrolmentViolation("labels", -1, float(len(label)), float(len(kind)))]
    found = []
    for rule, some in (("size", np.ones(len(kind), dtype=bool)), ("sex", kind == 0), ("sex", kind == 1)):
        counts = [int((label[some] == c).sum()) for c in range(classes)]
        if max(counts) - min(counts) > 1:
            found.append(EnrolmentViolation(rule, int(np.argmax(counts)), float(max(counts) - min(counts)), 1.0))
    found += [
        EnrolmentViolation("together", g, float(len({int(label[m]) for m in group})), 1.0)
        for g, group in enumerate(together)
        if len({int(label[m]) for m in group}) > 1
    ]
    return found + [
        EnrolmentViolation("apart", g, float(len({int(label[m]) for m in group})), float(len(group)))
        for g, group in enumerate(apart)
        if len({int(label[m]) for m in group}) < len(group)
    ]
