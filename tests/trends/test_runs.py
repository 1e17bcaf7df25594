"""Run charts as qicharts2 reads them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from bellwether.trends.runs import runs

NAMES = ["cdi_c_all", "cdi_c_first24", "cdi_c_freeze24", "hi_cdi_u", "hi_cdi_laney_uprime", "nhs_accidents_p"]
NAMES += ["nhs_accidents_laney_pprime", "rnorm24_i", "rnorm24_run", "rnorm24_shift_i", "rnorm24_shift_run"]


@pytest.mark.parametrize("name", NAMES)
def test_runs_and_crossings_of_the_published_charts(cases: Path, name: str):
    table = pl.read_csv(cases / "spc_qicharts2" / f"expected_{name}.csv", null_values="NA")
    found = runs(table["y"].to_numpy(), None if name.endswith("run") else table["cl"][0])
    expected = table.row(0, named=True)
    assert found.centre == pytest.approx(expected["cl"], abs=1e-6)
    assert (found.longest, found.longest_expected) == (expected["longest.run"], expected["longest.run.max"])
    assert (found.crossings, found.crossings_expected) == (expected["n.crossings"], expected["n.crossings.min"])
    assert found.signal == expected["runs.signal"]


def test_published_run_figures(cases: Path):
    folder = cases / "spc_qicharts2"
    checks = json.loads((folder / "expected.json").read_text())["checks"]
    shifted = runs(pl.read_csv(folder / "rnorm24_shift.csv")["y"].to_numpy())
    check = checks["rnorm24_shift_run"]
    assert shifted.centre == pytest.approx(check["CL"], abs=1e-6)
    assert [shifted.longest, shifted.longest_expected] == check["run"]
    assert [shifted.crossings, shifted.crossings_expected] == check["cross"]
    assert shifted.signal is check["runs_signal"]


def test_values_on_the_line_and_gaps_do_not_count():
    found = runs(np.array([1.0, 0.0, np.nan, 2.0, -1.0, -1.0, 0.0]), centre=0.0)
    assert (found.longest, found.crossings) == (2, 1)
    with pytest.raises(ValueError, match="no value lies off"):
        runs(np.array([3.0, 3.0]))
