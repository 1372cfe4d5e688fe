"""The salons that a viewer may open, and what is planned."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from regulars.server.core import queries as core
from regulars.server.core import scope
from regulars.server.core.models import OrgUnit, Person
from regulars.server.core.remembered import once
from regulars.server.core.rules import Permission
from regulars.server.outreach.rules import Planned
from regulars.server.salons.models import Cost, Guest, Kind, Part, Salon, SalonQuerySet
from regulars.server.salons.queries.guests import SHOWS

UPCOMING, DRAFTS, HELD, OFF = "upcoming", "drafts", "held", "off"
VIEWS = (UPCOMING, DRAFTS, HELD, OFF)
STATES = {
    UPCOMING: (Salon.State.INVITING,),
    DRAFTS: (Salon.State.DRAFT,),
    HELD: Salon.HELD,
    OFF: (Salon.State.CANCELLED,),
}


@dataclass(frozen=True)
class Row:
    """A salon of the list, with its numbers and the viewer's own guests."""

    salon: Salon
    invited: int
    accepted: int
    came: int
    listed: int
    mine: int


def kinds(*, every: bool = False) -> list[Kind]:
    """The kinds in use, or all of them."""
    found = Kind.objects.all()
    return list(found if every else found.filter(is_retired=False))


def kind_words(code: str) -> str:
    """The name of a kind by its code; "" of what is none."""
    names = once("salons.kinds", lambda: {kind.code: str(kind) for kind in kinds(every=True)})
    return names.get(code, "")


def listed(viewer: Person) -> SalonQuerySet:
    """Every salon that a viewer may open."""
    return Salon.objects.open_to(viewer).select_related("kind", "branch", "host")


def one(viewer: Person, public_id: str) -> Salon | None:
    found = listed(viewer).select_related("experiment", "kind", "branch", "host")
    return found.filter(public_id=public_id).first()


def named(viewer: Person, public_id: str) -> str:
    """What opportunities call a salon that they came of; nothing of one they may not open."""
    found = one(viewer, public_id)
    return _("Salon “%(salon)s”") % {"salon": found} if found else ""


def part(salon: Salon, pk: int) -> Part | None:
    return salon.parts.filter(pk=pk).first()


def cost(salon: Salon, pk: int) -> Cost | None:
    return salon.costs.filter(pk=pk).first()


def salons_after(
    viewer: Person, after: str, *, state: str = "all", most: int
) -> list[Salon] | None:
    """Salons, the latest first, from the one after another on; None after a stranger."""
    found = listed(viewer).order_by("-begins_at", "-pk")
    if state != "all":
        found = found.filter(state=state)
    if after:
        last = listed(viewer).filter(public_id=after).first()
        if last is None:
            return None
        earlier = Q(begins_at=last.begins_at, pk__lt=last.pk)
        found = found.filter(Q(begins_at__lt=last.begins_at) | earlier)
    return list(found[:most])


def may_run(viewer: Person, salon: Salon) -> bool:
    """Whether a viewer plans and settles a salon: their own place's, or below it."""
    if not viewer.may(Permission.RUN_SALONS):
        return False
    inside = salon.branch.path.startswith(viewer.org_unit.path)
    return viewer.scope.everything or inside


def places(viewer: Person) -> list[OrgUnit]:
    """The places for which a viewer may hold a salon."""
    found = OrgUnit.objects.order_by("path", "code")
    if not viewer.scope.everything:
        found = found.filter(path__startswith=viewer.org_unit.path)
    return list(found)


def rows(viewer: Person, view: str) -> list[Row]:
    """The salons of a view: what comes first in time first, what is over the latest first."""
    found = listed(viewer).filter(state__in=STATES[view])
    ahead = view in (UPCOMING, DRAFTS)
    salons = list(found.order_by("begins_at" if ahead else "-begins_at", "pk")[:200])
    with scope.beyond():
        whole = _counted(salons, None)
    own = _counted(salons, viewer)
    return [_row(each, whole.get(each.pk, {}), own.get(each.pk, {})) for each in salons]


def _row(salon: Salon, whole: dict[str, int], own: dict[str, int]) -> Row:
    return Row(
        salon, whole.get("invited", 0), whole.get("accepted", 0), whole.get("came", 0),
        whole.get("listed", 0), own.get("listed", 0),
    )  # fmt: skip


def planned(viewer: Person, first: date, last: date) -> Iterable[Planned]:
    """What the marketing calendar shows of salons."""
    zone = core.time_zone()
    start = datetime.combine(first, time.min, zone)
    stop = datetime.combine(last + timedelta(days=1), time.min, zone)
    near = listed(viewer).filter(begins_at__gte=start, begins_at__lt=stop)
    for salon in near.exclude(state=Salon.State.CANCELLED).order_by("begins_at", "pk"):
        begins = timezone.localtime(salon.begins_at, zone)
        yield Planned(
            "salon", begins.date(), str(salon), reverse("salons:one", args=[salon.public_id]),
            at=begins.time().replace(second=0, microsecond=0),
            state=str(salon.get_state_display()) if salon.state == Salon.State.DRAFT else "",
            customers=salon.capacity,
        )  # fmt: skip


def today(viewer: Person, at: datetime) -> int:
    """How many salons that a viewer may open are held today."""
    zone, day = core.time_zone(), core.local_date(at)
    start = datetime.combine(day, time.min, zone)
    held = Salon.objects.open_to(viewer).filter(
        state=Salon.State.INVITING, begins_at__gte=start, begins_at__lt=start + timedelta(1)
    )
    return held.count()


def _counted(salons: Sequence[Salon], viewer: Person | None) -> dict[int, dict[str, int]]:
    found = Guest.objects.filter(salon__in=salons)
    if viewer is not None:
        found = found.visible_to(viewer)
    rows_ = found.order_by().values("salon").annotate(
        invited=Count("pk", filter=Q(state__in=Guest.ASKED, invited_at__isnull=False)),
        accepted=Count("pk", filter=Q(state__in=(*Guest.SEATED, Guest.State.MISSED))),
        came=Count("pk", filter=Q(state=Guest.State.CAME)),
        listed=Count("pk", filter=SHOWS["all"]),
    )  # fmt: skip
    return {
        row["salon"]: {
            "invited": row["invited"], "accepted": row["accepted"], "came": row["came"],
            "listed": row["listed"],
        }
        for row in rows_
    }  # fmt: skip
