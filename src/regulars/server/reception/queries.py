"""Reads of forms and arrivals."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from regulars.server.channels.models import Touch
from regulars.server.core import scope
from regulars.server.core.models import Book, Person
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.customers.queries.origins import Namer
from regulars.server.reception import rules
from regulars.server.reception.models import Arrival, ArrivalQuerySet, HostedForm, Knock
from regulars.server.reception.rules import Known

HOUR = timedelta(hours=1)


def forms(viewer: Person) -> QuerySet[HostedForm]:
    """Every form, with how many came by it."""
    if not viewer.may(Permission.EDIT_FORMS):
        return HostedForm.objects.none()
    new = Count("arrivals", filter=Q(arrivals__was_new=True))
    counted = HostedForm.objects.annotate(came=Count("arrivals"), came_new=new)
    return counted.select_related("book", "made_by")


def form(viewer: Person, public_id: str) -> HostedForm | None:
    return forms(viewer).filter(public_id=public_id).first()


def open_form(public_id: str) -> HostedForm | None:
    """The form behind a public address, for whoever has the address."""
    return HostedForm.objects.filter(public_id=public_id, is_open=True).first()


def pools() -> QuerySet[Book]:
    """Books in which new people can wait: the pools first."""
    found = Book.objects.select_related("org_unit", "owner")
    return found.order_by("owner", "org_unit", "code")


def candidates(phone: str, email: str) -> list[Known]:
    """Files with that phone or e-mail. Call it where the system sees everybody."""
    number = rules.digits(phone)
    same = Q(pk__in=())
    if number:
        same |= Q(phone__in=[number, f"+86{number}", f"86{number}", phone.strip()])
    if email.strip():
        same |= Q(email__iexact=email.strip())
    rows = Customer.objects.standing().filter(same).order_by("pk")
    fields = ("pk", "number", "name", "phone", "email")
    return [Known(*row) for row in rows.values_list(*fields)[:100]]


def arrivals(viewer: Person) -> ArrivalQuerySet:
    """Who arrived, as far as the viewer sees them."""
    return Arrival.objects.visible_to(viewer).select_related("customer", "met_by", "routed_to")


def came_by(viewer: Person, form: HostedForm) -> QuerySet[Arrival]:
    """Who filled in a form, the newest first."""
    return _with_answers(arrivals(viewer).filter(form=form))


def came_to(viewer: Person, *, since: datetime) -> QuerySet[Arrival]:
    """Who came by a form into the books that the viewer sees."""
    return _with_answers(arrivals(viewer).filter(way=Arrival.Way.FORM, at__gte=since))


def met_by(viewer: Person) -> QuerySet[Arrival]:
    """Whom the viewer met or spotted, and whether somebody has been in touch since."""
    return _with_answers(arrivals(viewer).filter(met_by=viewer))


def _with_answers(found: QuerySet[Arrival]) -> QuerySet[Arrival]:
    since = Touch.objects.standing().filter(
        customer=OuterRef("customer"), at__gt=OuterRef("at"), two_way=True
    )
    return found.annotate(answered=Exists(since))


def met_count(viewer: Person, *, since: datetime) -> int:
    """How many the viewer met since a moment, of whatever book they are."""
    with scope.beyond():
        return Arrival.objects.filter(met_by=viewer, at__gte=since).count()


def knocks(key: str, at: datetime) -> int:
    return Knock.objects.filter(key=key, at__gt=at - HOUR).count()


def named_sources(way: str) -> Namer:
    """Tell `card:luxiaoqing` as what it was and whose: "Business card, Lu Xiaoqing"."""

    def name(usernames: Collection[str]) -> dict[str, str]:
        people = Person.objects.filter(username__in=usernames).order_by("pk")
        return {who.username: f"{Arrival.Way(way).label} {who}" for who in people}

    return name
