"""Training on one core."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any


@contextmanager
def one_thread() -> Iterator[None]:
    """Compute on one core: sums never depend on their number, nor wait for other work."""
    with _pools().limit(limits=1):
        yield


@cache
def _pools() -> Any:
    """Find the pools of threads, once: it means reading what the process has loaded."""
    # A pool is only found, and limited, once it is loaded: where others compute too, the
    # threads of a forest otherwise wait for each other, and 0.3 s become 12.
    import sklearn.ensemble  # noqa: F401

    # It comes with scikit-learn, and has no types.
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
