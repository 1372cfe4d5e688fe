"""What the package offers is explained where it is defined, and costs what it must."""

from __future__ import annotations

import dataclasses
import doctest
import importlib
import inspect
import pkgutil
import re
import subprocess
import sys

import pytest

from regulars.engine import uplift

MODULES = [
    *(f"{uplift.__name__}.{each.name}" for each in pkgutil.iter_modules(uplift.__path__)),
    "regulars.engine.synthetic.experiment",
]


@pytest.mark.parametrize("name", MODULES)
def test_every_example_runs(name: str) -> None:
    found = doctest.testmod(importlib.import_module(name))

    assert found.failed == 0


@pytest.mark.parametrize("name", uplift.__all__)
def test_every_function_has_an_example_and_every_field_a_word(name: str) -> None:
    value = getattr(uplift, name)
    said = inspect.getdoc(value) or ""

    if inspect.isfunction(value):
        assert "Examples\n--------" in said
    if inspect.isclass(value):
        fields = [field.name for field in dataclasses.fields(value)]
        assert not [each for each in fields if not re.search(rf"\b{each}\b", said)]


def test_a_page_may_assign_plan_and_compare_without_loading_what_is_heavy() -> None:
    heavy = ("ibis", "scipy", "sklearn", "pandas", "pyarrow")
    work = (
        "import sys; from regulars.engine import uplift as u\n"
        "u.arm_of(u.Split.holdout('x', 0.1), 7)\n"
        "u.plan_rates(base=0.05, customers=9000, holdout=0.1)\n"
        "u.verdict(u.difference_of_rates(treated=(540, 9000), control=(45, 1000)))\n"
        f"print([each for each in {heavy} if each in sys.modules])"
    )

    said = subprocess.run(
        [sys.executable, "-c", work], check=True, capture_output=True, text=True
    ).stdout

    assert said.strip() == "[]"


def test_every_value_that_travels_gives_plain_values() -> None:
    classes = [getattr(uplift, name) for name in uplift.__all__]
    silent = [
        each.__name__
        for each in classes
        if inspect.isclass(each)
        and not hasattr(each, "to_dict")
        # Arrays and estimators stay with the engine; parts are written by their whole.
        and each.__name__
        not in ("CrossScores", "Depth", "Shrunken", "Signals", "Tenth", "UpliftModel")
    ]

    assert silent == []
