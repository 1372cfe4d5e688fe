"""What a person may type in the tier designer."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from regulars.server.tiers import rules
from regulars.server.tiers.models import SchemeVersion

MEASURES = {
    "adb_month": _("Month-daily average of assets"),
    "adb_90": _("Average of assets over 90 days"),
    "aum": _("Assets on the day"),
    "net_spend": _("Net spend so far"),
    "spend_365": _("Net spend of 12 months"),
    "contribution_12": _("Contribution of 12 months after cost to serve"),
    "clv_36": _("Expected value of three years"),
    "purchase_count": _("Number of orders"),
}


def read_cuts(
    version: SchemeVersion, given: Mapping[str, str]
) -> tuple[str, list[dict[str, Any]]]:
    """Return the measure and the tiers with the cuts as typed; others stay as they are.

    :raises BadScheme: a cut is no number, or they do not divide everybody.
    """
    measure = given.get("measure") or version.measure
    if measure not in rules.MEASURES:
        raise rules.BadScheme(str(_("Choose one of the measures in the list.")))
    tiers = []
    for tier in version.tiers:
        typed = given.get(f"cut-{tier['code']}")
        changed = dict(tier)
        if typed is not None and tier.get("cut") not in {None, ""}:
            read = rules.parse_amount if version.mode == rules.AMOUNT else rules.parse_share
            changed["cut"] = rules.plain(read(typed))
        tiers.append(changed)
    rules.check(tiers, mode=version.mode)
    return measure, tiers


def shown_cut(cut: str | None, *, mode: str) -> str:
    """Write a cut as the field shows it: 50 万, 500,000 or 80 %."""
    if cut in {None, ""}:
        return ""
    number = Decimal(str(cut))
    if mode != rules.AMOUNT:
        return f"{rules.plain(number * 100)} %"
    chinese = (get_language() or "zh").startswith("zh")
    for sign in ("亿", "万"):
        share = number / rules.UNITS[sign]
        if chinese and share >= 1 and share == share.quantize(Decimal("0.01")):
            return f"{rules.plain(share)} {sign}"
    return f"{number:,.0f}" if number == number.to_integral() else f"{number:,.2f}"
