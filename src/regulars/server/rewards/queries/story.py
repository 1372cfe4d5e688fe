"""What a person may get a copy of beyond plain rows."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from regulars.server.rewards.models import Signature


def signed(customer_id: int) -> dict[str, list[dict[str, Any]]]:
    """When they signed for gifts, and the name that was typed."""
    found = Signature.objects.filter(present__customer=customer_id).order_by("pk")
    rows = [
        {"at": one.at.isoformat(), "typed": one.typed, "drawn": bool(one.png)} for one in found
    ]
    return {str(_("Signatures for gifts")): rows}
