"""Segments that nobody has named: planted ones are found and keep their names, and in noise there are none."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from bellwether.foresight import segments

FEATURES = ("often", "digital", "value", "failed", "tenure")
WORDS = {
    "often": ("often in touch", "seldom in touch"),
    "digital": ("mostly digital", "mostly by people"),
    "value": ("high value", "low value"),
    "failed": ("often let down", "seldom let down"),
    "tenure": ("long with us", "new"),
}
CENTRES = np.array([[2, 2, 0, 0, 0], [-2, 0, 2, 0, 0], [0, -2, -2, 2, 0], [-2, -2, 0, -2, 2]], float)


def customers(
    seed: int, size: int = 700, spread: float = 0.8, centres: np.ndarray = CENTRES
) -> tuple[pl.DataFrame, np.ndarray]:
    """Groups of unlike size around their centres, some features skewed, so that no feature is normal."""
    dice = np.random.default_rng(seed)
    shares = np.arange(len(centres) + 1, 1, -1)
    label = dice.choice(len(centres), size, p=shares / shares.sum())
    values = centres[label] + spread * dice.standard_normal((size, centres.shape[1]))
    values[:, 2] = np.exp(values[:, 2])
    columns = {name: values[:, place] for place, name in enumerate(FEATURES)}
    return pl.DataFrame({"customer_id": [f"c{one}" for one in range(size)], **columns}), label


@pytest.mark.parametrize("seed", [1, 2])
def test_planted_groups_are_found(seed):
    rows, label = customers(seed)
    found = segments.find(rows, FEATURES, seed=seed)
    assert found.groups == len(CENTRES)
    assert segments.agreement(found.label, label) > 0.9
    sizes = np.bincount(found.label)
    assert (np.diff(sizes) <= 0).all()  # the largest is 0


def noise(seed: int, size: int = 500) -> dict[str, np.ndarray]:
    dice = np.random.default_rng(seed)
    plain = dice.standard_normal((size, 5))
    return {
        "independent": plain,
        "correlated": plain @ np.array(np.eye(5) + 0.6 * np.eye(5, k=1) + 0.4 * np.eye(5, k=2)),
        "skewed": np.exp(plain),
        "counts": np.column_stack(
            [dice.poisson(0.5, size), dice.poisson(3, size), plain[:, 0], plain[:, 1], plain[:, 2]]
        ),
    }


@pytest.mark.parametrize("kind", ["independent", "correlated", "skewed", "counts"])
def test_noise_has_no_segments(kind):
    rows = pl.DataFrame({name: noise(5)[kind][:, place] for place, name in enumerate(FEATURES)})
    found = segments.find(rows, FEATURES)
    assert (found.groups, found.label) == (0, ())
    assert found.why and not found.tried["kept"].any()


def test_splits_of_a_long_cloud_come_back_but_are_smooth():
    """One long axis is split in the same places every time: stable, and no segments all the same."""
    dice = np.random.default_rng(3)
    axis = dice.standard_normal(900)
    rows = pl.DataFrame({name: axis + 0.25 * dice.standard_normal(900) for name in FEATURES})
    found = segments.find(rows, FEATURES, numbers=(3, 4, 5))
    assert (found.tried["stability"] >= segments.STABLE).any()
    assert found.groups == 0 and "no tighter" in found.why


def test_few_customers_are_told_nothing():
    rows, _ = customers(1, size=150)
    assert segments.find(rows, FEATURES).why.startswith("fewer than 200")


def test_what_is_not_known_of_everybody_is_refused():
    rows, _ = customers(1)
    with pytest.raises(ValueError, match="missing"):
        segments.find(rows, [*FEATURES, "missing"])
    with pytest.raises(ValueError, match="tenure"):
        segments.find(rows.with_columns(tenure=pl.lit(None, pl.Float64)), FEATURES)


def test_agreement_is_hubert_and_arabie_s():
    """Two groupings by hand: of 6 customers, pairs together in both 2, expected 3 x 4 / 15 = .8, most 3.5."""
    one, other = [0, 0, 0, 1, 1, 2], [0, 0, 1, 1, 1, 1]
    pairs = [(a, b) for a in range(6) for b in range(a)]
    both = sum(one[a] == one[b] and other[a] == other[b] for a, b in pairs)
    first, second = (sum(some[a] == some[b] for a, b in pairs) for some in (one, other))
    expected = first * second / len(pairs)
    by_hand = (both - expected) / ((first + second) / 2 - expected)
    assert segments.agreement(one, other) == pytest.approx(by_hand)
    assert segments.agreement(one, [5, 5, 5, 3, 3, 9]) == 1.0
    dice = np.random.default_rng(1)
    assert abs(segments.agreement(dice.integers(0, 4, 5000), dice.integers(0, 4, 5000))) < 0.01


def test_agreement_is_scikit_learn_s():
    from sklearn.metrics import adjusted_rand_score

    dice = np.random.default_rng(2)
    one, other = dice.integers(0, 5, 300), dice.integers(0, 3, 300)
    assert segments.agreement(one, other) == pytest.approx(adjusted_rand_score(one, other))


def test_names_say_what_sets_a_group_apart():
    rows, label = customers(4, centres=np.array([[2, 0, 0, 0, 0], [-2, 2, 0, 0, 0], [-2, -2, 0, 0, 0]], float))
    names = segments.described(rows, label, WORDS)
    assert names[0] == "often in touch"
    assert names[1] == "mostly digital, seldom in touch"
    assert names[2] == "mostly by people, seldom in touch"


def test_groups_keep_the_names_of_the_version_before():
    """The next month's customers, split anew: what matches is called as before, what is new is not."""
    rows, label = customers(6)
    before = pl.DataFrame({"customer_id": rows["customer_id"], "segment": [f"group {one}" for one in label]})
    order = np.array([2, 0, 3, 1])
    now = pl.DataFrame({"customer_id": rows["customer_id"], "group": order[label]}).tail(600)
    assert segments.renamed(["w", "x", "y", "z"], now, before) == [
        f"group {np.argmax(order == one)}" for one in range(4)
    ]
    shaken = now.with_columns(group=pl.Series(np.random.default_rng(1).integers(0, 4, 600)))
    assert segments.renamed(["w", "x", "y", "z"], shaken, before) == ["w", "x", "y", "z"]
    assert segments.renamed(["w", "x"], now.head(0), before) == ["w", "x"]
