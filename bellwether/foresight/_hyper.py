"""The two hypergeometric functions of the purchase models, as chances and counts that cannot overflow."""

from __future__ import annotations

import numpy as np

from bellwether.foresight._mixture import Array

# Double-exponential rule for integrals of exp(-t) f(t) over t > 0 (Takahasi and Mori 1974). Held against
# a long continued fraction, its error is below 1e-9 for ratios within 100 either way, below 1e-6 within 10,000.
_STEP = 0.2
_GRID = np.arange(-3.8, 3.99, _STEP)
_NODES = np.exp(_GRID - np.exp(-_GRID))
_WEIGHTS = _STEP * _NODES * (1 + np.exp(-_GRID)) * np.exp(-_NODES)
_BLOCK = 2000  # elements a pass: the grid of a block stays in the processor's cache
_NEGLIGIBLE = 1e-11  # purchases that the rest of a sum may still add


def leaves_first(m: Array, s: float, ratio: Array) -> Array:
    """g, the chance that somebody leaves before the next purchase, and its slopes: shape (4, n).

    Rows: g, then its derivatives by m, s and log(ratio). `m` (n,) is the shape of the rate of purchase, `s`
    that of the rate of leaving, `ratio` (n,) is (beta + y) / (alpha + y), all positive. In textbook terms g =
    s / (m + s) * 2F1(1, m; m + s + 1; 1 - ratio).
    """
    whole = np.empty((4, len(m)))
    for first in range(0, len(m), _BLOCK):
        block = slice(first, first + _BLOCK)
        whole[:, block] = _leaves_first(m[block], s, ratio[block])
    return whole


def _leaves_first(m: Array, s: float, ratio: Array) -> Array:
    # Below a ratio of one, purchase and departure change places: the integrand is tame on the other side.
    swap = ratio < 1
    share, by_p, by_o, by_log = _race(np.where(swap, m, s), np.where(swap, s, m), np.where(swap, 1 / ratio, ratio))
    by_m, by_s = np.where(swap, -by_p, by_o), np.where(swap, -by_o, by_p)
    # by_log keeps its sign: 1 - share turns it once, log(1 / ratio) turns it back
    return np.array([np.where(swap, 1 - share, share), by_m, by_s, by_log])


def _race(p: Array, o: Array, ratio: Array) -> tuple[Array, Array, Array, Array]:
    """Integral of p e^(-p l) (1 + ratio (e^l - 1))^-o over l > 0, for ratio >= 1, and its slopes."""
    span = _NODES[:, None] / (p + o)
    decay = np.exp(-span)
    base = ratio * (1 - decay) + decay
    log_base = np.log(base)
    density = _WEIGHTS[:, None] * (p / (p + o)) * np.exp(-o * log_base)
    share = density.sum(axis=0)
    by_p = share / p - (density * span).sum(axis=0)
    by_o = -(density * (span + log_base)).sum(axis=0)
    by_log = -o * (density * (1 - decay / base)).sum(axis=0)
    return share, by_p, by_o, by_log


def purchases_until_leaving(shape: Array, odds: Array, a: float, kept: Array, k: int, stage: int) -> Array:
    """Expected purchases (n,) of a customer who needs `k` stages a purchase and is `stage` stages into the
    first.

    The stages that pass are negative binomial (`shape`, `odds` > 0), all arrays (n,); the chance to leave at
    a purchase is beta(a, kept). With k = 1 this is the closed form with 2F1 of BG/NBD, but without its pole
    at a = 1.
    """
    whole = np.zeros(len(shape))
    todo, passed = np.arange(len(shape)), 0
    log_chance, log_stay, bought = shape * np.log1p(-odds), np.zeros(len(shape)), np.zeros(len(shape))
    while len(todo):
        size = max(16, min(64 + passed, 100_000 // len(todo)))  # twice as far each time, within the cache
        block = passed + np.arange(size)[:, None]
        ahead = np.log(odds * (shape + block) / (block + 1)).cumsum(axis=0)
        chances = np.exp(np.vstack([log_chance, log_chance + ahead[:-1]]))
        stays, counts = _bought(block + stage, a, kept, k, log_stay, bought)
        whole[todo] += (chances * counts).sum(axis=0)
        passed += len(block)
        log_chance, log_stay, bought = log_chance + ahead[-1], stays[-1], counts[-1]
        room = 1 - odds * (shape + passed) / (passed + 1)
        on = (room <= 0) | (np.exp(log_chance) * (bought + 1) > _NEGLIGIBLE * room**2)
        todo, shape, odds, kept = todo[on], shape[on], odds[on], kept[on]
        log_chance, log_stay, bought = log_chance[on], log_stay[on], bought[on]
    return whole


def _bought(stages: Array, a: float, kept: Array, k: int, log_stay: Array, bought: Array) -> tuple[Array, Array]:
    """Log chance to have stayed until, and expected purchases at, each number of stages: (stages, n) both."""
    count = stages // k
    buys = (stages % k == 0) & (count > 0)
    before = kept + np.maximum(count - 2, 0)
    stays = log_stay + np.where(buys & (count > 1), np.log(before / (a + before)), 0.0).cumsum(axis=0)
    return stays, bought + np.where(buys, np.exp(stays), 0.0).cumsum(axis=0)
