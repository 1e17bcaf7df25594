"""LightGBM's models as they are kept: a text, read once and asked often."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=32)
def booster(text: str):
    """The model that a text holds; reading it takes longer than asking it."""
    import lightgbm  # slow to import, and not needed to show a forecast

    return lightgbm.Booster(model_str=text)
