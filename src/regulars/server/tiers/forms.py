"""What a person may type in the tier designer."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from regulars.server.customers.models import Customer
from regulars.server.tiers import queries, rules
from regulars.server.tiers.models import Scheme, SchemeVersion

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
# Who leads a tier by its scheme: the rank that must look after its customers.
LEADS: Mapping[str, Any] = {
    "leader": _("Leader of the head office"),
    "manager": _("Branch manager with the relationship manager"),
    "rm": _("A named relationship manager"),
    "": _("Remote team and self-service"),
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
        lead = given.get(f"lead-{tier['code']}")
        if lead is not None:
            if lead not in LEADS:
                raise rules.BadScheme(str(_("Choose who leads from the list.")))
            changed["lead"] = lead
        carried = given.get(f"through-{tier['code']}")
        if carried is not None:
            changed.pop("through", None)
            if carried:
                changed["through"] = _read_through(version.scheme, carried)
        tiers.append(changed)
    rules.check(tiers, mode=version.mode)
    return measure, tiers


def throughs(scheme: Scheme) -> list[tuple[str, str]]:
    """What a tier of persons may ask of the organisation somebody is a key person of.

    A choice is a tier of a scheme of organisations or any better one: "corporate:gold".
    """
    if scheme.customer_kind == Customer.Kind.ORGANIZATION:
        return []
    found = []
    for other in queries.schemes():
        active = queries.active_version(other)
        if active is None or other.customer_kind != Customer.Kind.ORGANIZATION:
            continue
        codes = [tier["code"] for tier in active.tiers[:-1]]
        for n in range(1, len(codes) + 1):
            through = {"scheme": other.code, "tiers": codes[:n]}
            found.append((through_code(through), through_words(through)))
    return found


def through_code(through: Mapping[str, Any] | None) -> str:
    """Write a rule as the choice's value: "corporate:gold,high_end"."""
    return f"{through['scheme']}:{','.join(through['tiers'])}" if through else ""


def through_words(through: Mapping[str, Any] | None) -> str:
    """Say a rule: key people of Gold or High-end (Corporate levels)."""
    if not through:
        return ""
    scheme = queries.scheme_by_code(through["scheme"])
    active = queries.active_version(scheme) if scheme else None
    names = queries.names(active.tiers) if active else {}
    tiers = [names[code].name if code in names else code for code in through["tiers"]]
    return str(
        _("key people of %(tiers)s (%(scheme)s)")
        % {"tiers": str(_(" or ")).join(tiers), "scheme": scheme or through["scheme"]}
    )


def _read_through(scheme: Scheme, given: str) -> dict[str, Any]:
    if given not in dict(throughs(scheme)):
        raise rules.BadScheme(str(_("Choose one of the tiers of organisations in the list.")))
    code, _colon, tiers = given.partition(":")
    return {"tie": "key_person", "scheme": code, "tiers": tiers.split(",")}


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
