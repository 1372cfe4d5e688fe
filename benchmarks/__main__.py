"""List the benchmarks, or run one: `python -m benchmarks valuation --customers 100000`."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path


def names() -> list[str]:
    """Give the benchmarks there are."""
    files = Path(__file__).parent.glob("[a-z]*.py")
    return sorted(path.stem for path in files)


def main(arguments: list[str]) -> int:
    """Run the benchmark that is named first."""
    if not arguments or arguments[0] not in names():
        for name in names():
            module = importlib.import_module(f"benchmarks.{name}")
            print(f"{name:12} {(module.__doc__ or '').splitlines()[0]}")
        return 0 if not arguments else 2
    module = importlib.import_module(f"benchmarks.{arguments[0]}")
    module.main(arguments[1:])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
