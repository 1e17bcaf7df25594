"""Which of many groups lie apart: the published example, and how often chance is called something."""

from __future__ import annotations

import numpy as np
import pytest

from bellwether.trends import among, compare

# Benjamini & Hochberg 1995, section 3.2: fifteen p-values of a thrombolysis trial; the first four are called at 5%.
PUBLISHED = [
    *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
    *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000),
]


def test_the_published_example():
    assert among.discoveries(PUBLISHED) == [True] * 4 + [False] * 11
    shuffled = np.random.default_rng(1).permutation(PUBLISHED).tolist()
    assert among.discoveries(shuffled) == [one <= 0.0095 for one in shuffled]


def test_an_interval_gives_back_its_p_value():
    difference = compare.means(0, 1, 10_000, 0.03, 1, 10_000)  # error .0141, z 2.12
    assert among.chance(difference) == pytest.approx(0.0339, abs=5e-4)
    assert among.chance(None) == 1.0


def test_chance_alone_is_seldom_called():
    rng, pages = np.random.default_rng(2), 0
    for _ in range(400):
        kept = rng.binomial(300, 0.8, 30)
        far = [compare.shares(kept.sum() - one, 29 * 300, one, 300) for one in kept]
        pages += any(among.apart(far))
    print(pages)
    assert pages / 400 <= 0.09  # 5%, give or take


def test_what_lies_apart_is_called_with_its_side():
    kept = [240, 238, 150, 242, 290]
    far = [compare.shares(sum(kept) - one, 4 * 300, one, 300) for one in kept]
    assert among.apart(far) == [0, 0, -1, 0, 1]
    assert among.apart([None, None]) == [0, 0]
    assert among.apart([]) == []
