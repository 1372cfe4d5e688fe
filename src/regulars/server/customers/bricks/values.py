"""Who is responsible, how to reach the customer, and what the file says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers import rules
from regulars.server.customers.forms import CAME
from regulars.server.customers.models import Customer, SeenValue
from regulars.server.customers.queries import quality as queries
from regulars.server.customers.queries.origins import in_words, source_names

STATES = {
    "open": ("growth", _("Agrees")),
    "refused": ("loss", pgettext_lazy("consent", "Refused")),
    "blocked": ("loss", _("Does not want it")),
    "missing": ("plain", _("Not on file")),
    "unasked": ("plain", _("Not asked")),
}
ICONS = {
    "call": "phone",
    "wecom": "message-2",
    "sms": "device-mobile-message",
    "email": "mail",
    "visit": "map-pin",
}
# A value that a person took from another source says so after its third entry.
TAKEN = 4


@dataclass(frozen=True)
class Way:
    """One channel as the page shows it."""

    kind: str
    icon: str
    channel: str
    words: str
    preferred: bool


@dataclass(frozen=True)
class Other:
    """What another source says of a field."""

    key: int
    value: Any
    source: str
    day: date | None


@dataclass(frozen=True)
class Line:
    """One value of the file, with where and when it came from."""

    label: str
    value: Any
    source: str = ""
    day: date | None = None
    personal: bool = False
    others: tuple[Other, ...] = ()
    field: str = ""
    taken: bool = False  # from another source, and may be given back


def responsible(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any]:
    return {"book": customer.book}


def reach(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any]:
    found = rules.reaches(
        preferred=customer.preferred_channel,
        blocked=customer.blocked_channels,
        consents=customer.consents,
        addresses={
            "call": customer.phone,
            "sms": customer.phone,
            "email": customer.email,
        },
    )
    return {"ways": [_way(one) for one in found]}


def file(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any]:
    """Every field with its origin; `revealed` in the page's context shows them in full."""
    seen = list(queries.seen_values(viewer, customer))
    known = source_names(
        [one.source for one in seen] + [str(said[0]) for said in customer.provenance.values()]
    )
    beside = _others(customer, seen, known)
    lines = [
        replace(
            _line(customer, name, label, known),
            others=tuple(beside.get(name, ())),
            field=name,
            taken=len(customer.provenance.get(name) or ()) > TAKEN,
        )
        for name, label in FIELDS.items()
    ]
    others = OF_PERSONS if customer.is_organization else OF_ORGANIZATIONS
    lines = [line for line in lines if line.label not in set(map(str, others))]
    usual = _usual([(line.source, line.day) for line in lines if line.value and line.source])
    return {
        "lines": [line for line in lines if line.value or line.others],
        "usual_source": usual[0],
        "usual_day": usual[1],
        "missing": [line.label for line in lines if not line.value and not line.others],
        "may_reveal": viewer.may(Permission.SEE_PERSONAL),
        "has_personal": any(line.personal and line.value for line in lines),
        "may_edit": viewer.may(Permission.RECORD_CONTACT),
    }


OF_ORGANIZATIONS = (_("Business class"),)
OF_PERSONS = (
    _("Gender"),
    _("Birth date"),
    _("Lunar birthday"),
    _("Occupation"),
    _("Risk tolerance"),
    _("Identity number ends in"),
)
FIELDS = {
    "name": _("Name"),
    "name_en": _("Name in English"),
    "number": _("Customer number"),
    "kind": _("Kind"),
    "gender": _("Gender"),
    "birth_date": _("Birth date"),
    "lunar_birthday": _("Lunar birthday"),
    "phone": _("Phone number"),
    "email": _("E-mail address"),
    "address": _("Address"),
    "district": _("District"),
    "occupation": _("Occupation"),
    "business_class": _("Business class"),
    "id_tail": _("Identity number ends in"),
    "since": _("Customer since"),
    "source": _("Came through"),
    "risk_tolerance": _("Risk tolerance"),
    "tags": _("Tags"),
    "note": _("Note"),
}


def value_words(customer: Customer, name: str) -> str:
    """What one field of the file says, in words; personal values are masked."""
    if name in rules.PERSONAL:
        return str(getattr(customer, f"masked_{name}"))
    return _value(customer, name)


def _others(
    customer: Customer, said_of: Sequence[SeenValue], known: Mapping[str, str]
) -> dict[str, list[Other]]:
    """What other sources say, by field, in the words of the field."""
    found: dict[str, list[Other]] = {}
    for seen in said_of:
        twin = copy(customer)
        setattr(twin, seen.field, Customer._meta.get_field(seen.field).to_python(seen.value))  # type: ignore[union-attr]  # a column, never a relation
        said = _line(twin, seen.field, "", known).value
        source, day = _told([seen.source, seen.told], known)
        found.setdefault(seen.field, []).append(Other(seen.pk, said, source, day))
    return found


def _usual(origins: list[tuple[str, date | None]]) -> tuple[str, date | None]:
    """Where most values came from: said once below, so that the others stand out."""
    return max(origins, key=origins.count) if origins else ("", None)


def _way(one: rules.Reach) -> Way:
    kind, words = STATES[one.state]
    if one.channel not in rules.MARKETING and one.state == "open":
        kind, words = "plain", _("Possible")
    icon = ICONS[one.channel] if one.state not in {"blocked", "refused"} else "ban"
    return Way(kind, icon, str(Customer.Channel(one.channel).label), str(words), one.preferred)


def _line(customer: Customer, name: str, label: Any, known: Mapping[str, str]) -> Line:
    source, day = _told(customer.provenance.get(name), known)
    if name in rules.PERSONAL:
        masked = getattr(customer, f"masked_{name}")
        full = getattr(customer, name)
        value: Any = {"full": full, "masked": masked} if full else ""
        return Line(str(label), value, source, day, personal=True)
    return Line(str(label), _value(customer, name), source, day)


def _value(customer: Customer, name: str) -> str:
    value = getattr(customer, name)
    if name in {"kind", "gender", "business_class"}:
        return str(getattr(customer, f"get_{name}_display")())
    if name == "number":
        return customer.own_number
    if name == "source":
        return str(CAME.get(value, value))
    if name == "risk_tolerance":
        return f"C{value}" if value else ""
    if name == "tags":
        return "、".join(value) if value else ""
    if name == "lunar_birthday" and value:
        month, _dash, day = value.partition("-")
        return gettext("lunar month %(month)s, day %(day)s") % {"month": month, "day": day}
    if isinstance(value, date):
        return date_format(value, "Y-m-d")
    return str(value or "")


def _told(given: Sequence[Any] | None, known: Mapping[str, str]) -> tuple[str, date | None]:
    """The name of a source as people know it, and the day on which it spoke."""
    source, day = rules.origin(given)
    return in_words(source, known), day
