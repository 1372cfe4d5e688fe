"""Hillstrom's e-mail experiment, and arms of arrays."""

from __future__ import annotations

import lzma
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc
import pytest

from regulars.engine.synthetic.experiment import Experiment
from regulars.engine.uplift import Moments

Arms = Callable[[Experiment], Mapping[str, Moments]]
OUTCOMES = ("visit", "conversion", "spend")


@dataclass(frozen=True)
class Hillstrom:
    """64,000 customers, three arms, seven things known before."""

    table: pa.Table
    segment: Any
    columns: Mapping[str, Any]

    @property
    def covariates(self) -> list[str]:
        return [name for name in self.columns if name not in OUTCOMES]

    def moments(self, segment: str) -> Moments:
        inside = self.segment == segment
        return Moments.of({name: each[inside] for name, each in self.columns.items()})

    def against_none(self, segment: str) -> tuple[Any, Any, Any]:
        """Features, assignment and mask of one e-mail against none."""
        kept = (self.segment == segment) | (self.segment == "No E-Mail")
        features = np.stack([self.columns[name][kept] for name in self.covariates], axis=1)
        return features, self.segment[kept] == segment, kept


@pytest.fixture(scope="session")
def hillstrom(public_data: Path) -> Hillstrom:
    raw = lzma.decompress((public_data / "hillstrom" / "hillstrom_data.csv.xz").read_bytes())
    table = pc.read_csv(pa.BufferReader(raw))
    numbers = ("recency", "history", "mens", "womens", "newbie", *OUTCOMES)
    columns = {name: table[name].to_numpy().astype(float) for name in numbers}
    for name in ("zip_code", "channel"):
        values = np.array(table[name].to_pylist())
        for value in np.unique(values)[1:]:
            columns[f"{name} {value}"] = (values == value).astype(float)
    return Hillstrom(table, np.array(table["segment"].to_pylist()), columns)


@pytest.fixture
def arms() -> Arms:
    """Split an experiment's columns by arm."""

    def split(drawn: Experiment) -> Mapping[str, Moments]:
        table = drawn.customers
        arm = np.array(table["arm"].to_pylist())
        names = [name for name in table.column_names if name not in ("customer_id", "arm")]
        return {
            each: Moments.of({name: table[name].to_numpy()[arm == each] for name in names})
            for each in ("treated", "control")
        }

    return split
