"""What stays when a file is taken out, in words for a page."""

from __future__ import annotations

from typing import Any

from regulars.server.intake import forms


def listed(told: dict[str, Any]) -> dict[str, Any]:
    """What stays, in words."""
    return {
        "stays": [
            {
                "number": one["number"],
                "what": forms.KEPT_WHAT.get(one["what"], one["what"]),
                "field": forms.field_label(one["what"], one["field"]),
                "why": forms.KEPT_WHY.get(one["why"], one["why"]),
            }
            for one in told.get("listed", [])
        ],
        "touched": bool(
            told.get("opened") or told.get("restored") or told.get("products_removed")
            or told.get("products_restored") or told.get("people_opened")
            or told.get("people_restored") or told.get("books_removed")
        ),
    }  # fmt: skip
