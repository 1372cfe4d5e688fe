"""Words of households: what somebody is in one, and why somebody is proposed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from regulars.server.customers.models import Customer, Member

Role = Member.Role
OF_FAMILIES = (Role.SPOUSE, Role.CHILD, Role.PARENT, Role.OTHER)
OF_GROUPS = (Role.SUBSIDIARY, Role.AFFILIATE, Role.OTHER)
WHY = {
    "tie": _("A tie is on file"),
    "phone": _("Same phone number"),
    "address": _("Same address and surname"),
}


def roles_of(customer: Customer) -> list[tuple[str, Any]]:
    """What a member may be beside the head."""
    fitting = OF_GROUPS if customer.is_organization else OF_FAMILIES
    return [(role.value, role.label) for role in fitting]
