"""A first fit in a fresh process keeps to one core, before anything was loaded."""

from __future__ import annotations

import subprocess
import sys

ASKED = """
from regulars.engine.learning.threads import one_thread
with one_thread():
    import sklearn.ensemble
    from threadpoolctl import threadpool_info
    print({pool["num_threads"] for pool in threadpool_info()})
"""


def test_pools_that_are_loaded_within_are_limited_too() -> None:
    found = subprocess.run(
        [sys.executable, "-c", ASKED], capture_output=True, text=True, check=True
    )

    assert found.stdout.strip() == "{1}"
