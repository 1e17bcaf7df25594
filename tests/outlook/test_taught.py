"""How many leading indicators an outlook is taught: as many as leave two past windows to try it on."""

from __future__ import annotations

import numpy as np
import pytest

from bellwether.foresight.hazard_rows import WEEK
from bellwether.outlook.contracts import as_many_as_the_past_can_teach

ALL = ("strong", "middling", "weak")
APART, OVERLAPPING, ONE, NONE = (np.array(weeks, np.int64) * WEEK for weeks in ([0, 4, 13], [0, 4, 8], [0], []))


@pytest.mark.parametrize(
    ("scored", "taught"),
    [
        # origins to try it on with 3, 2, 1 and no indicator
        ((APART, APART, APART, APART), ALL),
        ((ONE, APART, APART, APART), ALL[:2]),
        ((OVERLAPPING, NONE, APART, APART), ALL[:1]),
        ((NONE, OVERLAPPING, ONE, ONE), ALL[:2]),  # nowhere two: the most for which there is one
        ((NONE, NONE, NONE, ONE), ()),
        ((NONE, NONE, NONE, NONE), ()),  # then nothing can be told, and the model says why
    ],
)
def test_the_weakest_are_left_out_until_there_are_two_windows(scored, taught):
    assert as_many_as_the_past_can_teach(ALL, lambda some: scored[len(ALL) - len(some)], 13) == taught
