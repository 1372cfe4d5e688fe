"""What a load did to records that are few, as JSON beside its file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from regulars.server.intake import queries
from regulars.server.intake.models import Import

Records = Mapping[Any, dict[str, Any]]  # the values of each, by its key


def compared(before: Records, after: Records) -> dict[str, Any]:
    """Whom a load opened, and whose values it changed."""
    return {
        "opened": {key: values for key, values in after.items() if key not in before},
        "changed": {
            key: {"was": before[key], "became": values}
            for key, values in after.items()
            if key in before and before[key] != values
        },
    }


def write(found: Import, name: str, told: Mapping[Any, Any]) -> None:
    folder = queries.traces(found)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(json.dumps(told, ensure_ascii=False), "utf-8")
