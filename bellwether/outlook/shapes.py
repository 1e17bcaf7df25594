"""The columns of the marts that lie ahead, so that a version that can't tell has them all the same, empty."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

T, N, D, B, MOMENT, DAY = pl.String, pl.Int64, pl.Float64, pl.Boolean, pl.Datetime("us"), pl.Date
Kinds = Mapping[str, pl.DataType]

_INTERVAL = {"lower": D, "upper": D}
_SERIES = {"indicator": T, "silo": T}
_SHOWN = {"lower": D, "upper": D, "value": D, "naive": D, "nominal": N}
TRACK: Kinds = {
    **{"kind": T, "made_on": DAY, "origin": MOMENT, "closes": MOMENT, "customers": N, "retained": D},
    **_INTERVAL,
    **{"happened": D, "inside": B},
}
MARTS: dict[str, Kinds] = {
    "outlook_customers": {
        **{"customer_id": T, "retained": D, "p_lapse": D, "p_downgrade": D, "p_alive": D},
        **{"value": D, "at_risk": D, "expected_value": D, "expected_purchases": D},
        **{"segment": T, "touched_by": T, "failed_by": T, "as_of": MOMENT, "until": MOMENT},
    },
    "outlook_reasons": {"customer_id": T, "rank": N, "feature": T, "value": D, "contribution": D},
    "outlook_groups": {
        **{"dimension": T, "member": T, "customers": N, "retained": D, **_INTERVAL},
        **{"expected_ends": D, "value": D, "at_risk": D, "past_windows": N},
    },
    "outlook_curve": {"week": N, "retained": D},
    "outlook_model": {
        **{"basis": T, "refusal": T, "family": T, "notes": T, "currency": T, "horizon_weeks": N},
        **{"made_at": MOMENT, "first_origin": MOMENT, "last_origin": MOMENT, "origins": N, "customers": N},
        **{"events": N, "log_loss": D, "log_loss_naive": D, "auc": D},
        **{"ratio": D, "ratio_lower": D, "ratio_upper": D, "slope": D, "slope_lower": D, "slope_upper": D},
    },
    "outlook_families": {"family": T, "origins": N, "customers": N, "log_loss": D, "log_loss_naive": D, "auc": D},
    "outlook_calibration": {"bin": N, "forecasts": N, "expected": D, "observed": D, **_INTERVAL},
    "outlook_drift": {
        **{"weeks_since_fit": N, "forecasts": N, "events": N, "expected": D},
        **{"ratio": D, "ratio_lower": D, "ratio_upper": D, "slope": D, "slope_lower": D, "slope_upper": D},
    },
    "outlook_what_if": {
        **{"indicator": T, "value": D, "retained": D, **_INTERVAL},
        **{"now": D, "retained_now": D},
    },
    "outlook_track": TRACK,
    "forecasts": {
        **_SERIES,
        **{"unit": T, "target": T, "made_at": DAY, "week": DAY, "horizon": N, "method": T},
        **{**_SHOWN, "errors": N},
    },
    "forecast_standing": {
        **_SERIES,
        **{"unit": T, "weeks": N, "told": B, "reason": T, "more_weeks": N, "method": T, "beats_naive": D, "origins": N},
    },
    "forecast_track": {
        **{"kind": T, "version": T, "series": T, "target": T, "made_at": DAY, "week": DAY, "horizon": N},
        **{"method": T, **_SHOWN},
    },
    "forecast_scores": {
        **_SERIES,
        **{"kind": T, "target": T, "nominal": N, "forecasts": N, "happened": N, "with_interval": N, "inside": N},
        **{"share_inside": D, "error": D, "naive_error": D, "apart": N, "inside_lower": D, "inside_upper": D},
        **{"beats_naive": D, "verdict": T},
    },
}

# An interaction whose satisfaction was foretold.
SCORED: dict[str, str] = {
    **{"source": "varchar", "interaction_id": "varchar", "customer_id": "varchar", "silo": "varchar"},
    **{"stage": "varchar", "touchpoint": "varchar", "channel": "varchar", "mode": "varchar"},
    **{"ended_at": "timestamp", "known_at": "timestamp", "learned_until": "timestamp", "said": "double"},
    **{"foretold": "double", "predicted": "double", "low": "double", "high": "double"},
}


def fitted(rows: pl.DataFrame | None, kinds: Kinds) -> pl.DataFrame:
    """The rows in these columns; a column that they lack is empty, one that is not among these is left out."""
    rows = pl.DataFrame() if rows is None else rows
    if not rows.width:
        return pl.DataFrame(schema=dict(kinds))
    return rows.select(
        (pl.col(name) if name in rows.columns else pl.lit(None)).cast(kind).alias(name) for name, kind in kinds.items()
    )
