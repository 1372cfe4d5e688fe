"""Who gets the morning mail, at which hour, and how the last ones went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from django.db.models import Count, QuerySet

from regulars.base.errors import BadInput
from regulars.server.agenda.models import Letter, Wish
from regulars.server.core import mail
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.core.rules import GRANTS, Permission

USUAL, HOUR = "morning_mail", "morning_mail_at"  # of the company's settings
DEFAULT_HOUR = time(7, 30)
SHOWN = 14  # days of letters on the page


class AskedFor(StrEnum):
    """To whom the company sends the morning mail."""

    NOBODY = "off"
    WHO_ASKS = "asked"
    EVERYBODY = "all"  # until they say no


@dataclass(frozen=True)
class Standing:
    """Whether mail can go out at all, and how the letters of the last days went."""

    problem: str
    server: str
    sender: str
    readers: int
    days: tuple[tuple[date, dict[str, int]], ...]
    troubled: tuple[Letter, ...]


def usual() -> AskedFor:
    return AskedFor(core.settings_of_company().get(USUAL, AskedFor.WHO_ASKS))


def hour() -> time:
    """When letters go out, by the company's clock."""
    told = core.settings_of_company().get(HOUR)
    return time.fromisoformat(told) if told else DEFAULT_HOUR


def why_not() -> str:
    """Why no mail can go out of this installation; empty when it can."""
    try:
        mail.post()
        mail.links()
    except BadInput as error:
        return str(error)
    return ""


def readers() -> list[Person]:
    """Everybody who gets the mail: asked for, reachable, and with work of their own."""
    usual_ = usual()
    if usual_ is AskedFor.NOBODY:
        return []
    said = dict(Wish.objects.exclude(letter=None).values_list("person", "letter"))
    able = [
        role.value for role, grants in GRANTS.items() if Permission.RECORD_CONTACT in grants
    ]
    people = Person.objects.filter(is_active=True, role__in=able).exclude(email="")
    found = people.select_related("org_unit").order_by("pk")
    return [one for one in found if said.get(one.pk, usual_ is AskedFor.EVERYBODY)]


def wanted_by(person: Person) -> bool:
    """Whether somebody wants the mail, whether or not it can go out."""
    said = Wish.objects.filter(person=person).values_list("letter", flat=True).first()
    return usual() is AskedFor.EVERYBODY if said is None else bool(said)


def written_to(day: date) -> set[int]:
    """The people who have a letter of that day."""
    return set(Letter.objects.filter(day=day).values_list("person", flat=True))


def waiting(at: datetime) -> list[Letter]:
    """Letters that are due, the oldest first."""
    found = Letter.objects.filter(state=Letter.State.WAITING, next_try_at__lte=at)
    return list(found.select_related("person__org_unit").order_by("next_try_at", "pk"))


def letter(public_id: str) -> Letter | None:
    return Letter.objects.filter(public_id=public_id).select_related("person").first()


def last_of(person: Person) -> Letter | None:
    return Letter.objects.filter(person=person).order_by("-day").first()


def failed(at: datetime) -> int:
    """How many letters of yesterday and today did not go out."""
    since = core.local_date(at) - timedelta(days=1)
    return Letter.objects.filter(state=Letter.State.FAILED, day__gte=since).count()


def standing(viewer: Person, at: datetime) -> Standing | None:
    """How the mail stands, for those who keep the system."""
    if not viewer.may(Permission.ADMINISTER):
        return None
    since = core.local_date(at) - timedelta(days=SHOWN)
    found = Letter.objects.filter(day__gte=since)
    problem = why_not()
    by = None if problem else mail.post()
    return Standing(
        problem=problem,
        server=f"{by.host}:{by.port}" if by else "",
        sender=str(by.sender) if by else "",
        readers=len(readers()),
        days=_days(found),
        troubled=tuple(
            found.exclude(state=Letter.State.SENT)
            .exclude(state=Letter.State.WAITING, problem="")
            .select_related("person")[:50]
        ),
    )


def _days(found: QuerySet[Letter]) -> tuple[tuple[date, dict[str, int]], ...]:
    counted: dict[date, dict[str, int]] = {}
    rows = found.order_by("-day").values_list("day", "state").annotate(n=Count("pk"))
    for day, state, n in rows:
        counted.setdefault(day, {})[state] = n
    return tuple(counted.items())
