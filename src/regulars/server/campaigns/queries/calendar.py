"""What campaigns plan, for the marketing calendar: each wave, and the last day of a phase."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.server.campaigns.models import Campaign, Member
from regulars.server.campaigns.queries.lists import campaigns
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.outreach.rules import Planned

State = Campaign.State
PLANNED = (State.DRAFT, State.WAITING, State.APPROVED)


def planned(viewer: Person, first: date, last: date) -> Iterator[Planned]:
    """Waves on their days, and campaigns without waves over all of theirs."""
    if not viewer.may(Permission.SEE_MESSAGES):
        return
    found = campaigns(viewer).exclude(state__in=[State.STOPPED]).filter(
        starts_on__lte=last, ends_on__gte=first
    )  # fmt: skip
    for one in found.prefetch_related("waves").order_by("starts_on", "pk"):
        url = reverse("campaigns:one", args=[one.public_id])
        state = str(one.get_state_display()) if one.state != State.RUNNING else ""
        waves = list(one.waves.all())
        assert one.starts_on is not None
        if not waves:
            yield Planned(
                "campaign", one.starts_on, str(one), url, one.ends_on, state=state,
                customers=_people(one, 0),
            )  # fmt: skip
        for wave in waves:
            title = _("%(name)s, wave %(n)s") % {"name": one, "n": wave.number}
            yield Planned(
                "campaign", wave.on, title, url, state=state,
                customers=_people(one, wave.number),
            )  # fmt: skip


def _people(one: Campaign, wave: int) -> int | None:
    if not one.is_launched:
        return None
    found = Member.objects.filter(campaign=one).exclude(state__in=["control", "spared"])
    return (found.filter(wave=wave) if wave else found).count()
