"""The tabs above the pages, as the viewer may open them."""

from __future__ import annotations

from typing import Any

from regulars.server.core.access import SignedIn
from regulars.server.core.rules import Permission


def tabs(request: SignedIn, tab: str) -> dict[str, Any]:
    """What every page of the feature knows: its tab, and which others there are."""
    user = request.user
    return {
        "tab": tab,
        "nav": "experiments",
        "may_run": user.may(Permission.RUN_EXPERIMENTS),
        "may_hold": user.may(Permission.SET_HOLDOUT) and user.scope.everything,
    }
