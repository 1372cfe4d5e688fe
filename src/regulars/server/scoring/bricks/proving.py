"""A customer's own rows that speak for a need: what was said, held, bought, noted, asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from statistics import fmean

from django.utils.translation import gettext as _

from regulars.server.channels import queries as channels
from regulars.server.channels.models import Touch
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.evidence import queries as evidence
from regulars.server.evidence.models import Evidence
from regulars.server.facts import queries as facts
from regulars.server.facts.queries import Holding
from regulars.server.scoring import queries
from regulars.server.scoring.forms.words import Voice

DAY, YEAR, SOON = timedelta(days=1), timedelta(days=365), timedelta(days=90)
HEARD = timedelta(days=180)  # a need said longer ago is an old one
MOST = 200
# The engine's rule of what is a sign of need, in its words.
COMPLAINTS, VISITS, VISITED = ("complaint",), ("branch_visit",), ("visit", "branch")


@dataclass(frozen=True)
class Line:
    """One row: when, what, and how much."""

    day: date
    text: str
    detail: str = ""
    amount: str = ""


@dataclass(frozen=True)
class Sign:
    """One time that a customer asked for us: a complaint, a call or a visit."""

    day: date
    code: str
    text: str


def spoken(viewer: Person, customer: Customer, today: date) -> list[Touch]:
    """The contacts of the last half year in which the customer spoke of a need."""
    since = _midnight(today - HEARD)
    found = channels.touches(viewer, customer).filter(at__gte=since)
    return list(found.exclude(need="")[:MOST])


def of_spoken(viewer: Person, customer: Customer, today: date) -> list[Line]:
    return [
        Line(
            core.local_date(touch.at),
            touch.need,
            " · ".join(filter(None, (touch.get_channel_display(), str(touch.person or "")))),
        )
        for touch in spoken(viewer, customer, today)
    ]


def maturing(viewer: Person, customer: Customer, today: date) -> list[Holding]:
    """What is held and matures within three months, the next first."""
    soon = [
        each
        for each in _holdings(viewer, customer, today)
        if each.matures_on and today <= each.matures_on < today + SOON
    ]
    return sorted(soon, key=lambda each: (each.matures_on, each.holding_id))


def of_maturing(viewer: Person, customer: Customer, today: date, voice: Voice) -> list[Line]:
    found = maturing(viewer, customer, today)
    known = queries.products_named([each.product for each in found])
    return [
        Line(
            each.matures_on or today,
            voice.item(each.product, known),
            _("matures"),
            voice.money(float(each.amount)),
        )
        for each in found
    ]


def held(
    viewer: Person, customer: Customer, codes: Sequence[str], on: date, voice: Voice
) -> list[Line]:
    """The own holdings of some products on a day."""
    known = queries.products_named(list(codes))
    return [
        Line(
            each.opened_on or on,
            voice.item(each.product, known),
            _("held since"),
            voice.money(float(each.amount)),
        )
        for each in _holdings(viewer, customer, on)
        if each.product in codes
    ]


def bought(
    viewer: Person, customer: Customer, codes: Sequence[str], on: date, voice: Voice
) -> list[Line]:
    """The own purchases of some products or categories until a day, the newest first."""
    if not codes:
        return []
    try:
        found = facts.timeline(
            viewer, customer, before=_midnight(on + DAY), kinds=("purchase",),
            items=tuple(codes), most=MOST,
        )  # fmt: skip
    except facts.NotVisible:
        return []
    known = queries.products_named([each.product for each in found])
    return [
        Line(
            each.day,
            voice.item(each.product or each.category, known),
            _("bought"),
            voice.money(float(each.amount or 0)),
        )
        for each in found
    ]


def noted(viewer: Person, customer: Customer, kind: str, today: date) -> list[Evidence]:
    """What was noted of one kind and counts today, newest first."""
    return list(evidence.of(viewer, customer, on=today).filter(kind=kind))


def of_notes(
    viewer: Person, customer: Customer, kind: str, today: date, voice: Voice
) -> list[Line]:
    return [
        Line(
            note.noted_on,
            note.note or note.get_kind_display(),
            " · ".join(filter(None, (note.get_source_display(), str(note.noted_by or "")))),
            voice.money(float(note.amount)) if note.amount else "",
        )
        for note in noted(viewer, customer, kind, today)
    ]


def of_value(viewer: Person, customer: Customer, on: date, voice: Voice) -> list[Line]:
    """What the value was made of in the year to a day: a bank's months, a shop's purchases."""
    if not voice.is_bank:
        return _purchases(viewer, customer, on, voice)
    try:
        days = facts.balances(viewer, customer, on + DAY - YEAR, on + DAY)
    except facts.NotVisible:
        return []
    months = groupby(days, key=lambda each: each[0].replace(day=1))
    lines = [
        Line(month, _("mean of the month"), "", voice.money(fmean(float(a) for _day, a in own)))
        for month, own in months
    ]
    return lines[::-1]


def asked_for(viewer: Person, customer: Customer, on: date) -> list[Sign]:
    """The times within a year that the customer asked for us, the newest first."""
    start, stop = _midnight(on + DAY - YEAR), _midnight(on + DAY)
    touches = channels.touches(viewer, customer, before=stop).filter(at__gte=start)
    signs = [
        Sign(
            core.local_date(touch.at),
            "visit" if touch.channel in VISITED else "call",
            touch.note or touch.get_channel_display(),
        )
        for touch in touches
        if touch.inbound or touch.channel in VISITED
    ]
    try:
        told = facts.timeline(
            viewer, customer, before=stop, kinds=(*COMPLAINTS, *VISITS), most=MOST
        )
    except facts.NotVisible:
        told = []
    signs += [
        Sign(
            each.day,
            "complaint" if each.kind in COMPLAINTS else "visit",
            _("Complaint") if each.kind in COMPLAINTS else _("Came to the branch"),
        )
        for each in told
        if each.at >= start
    ]
    return sorted(signs, key=lambda sign: sign.day, reverse=True)


def of_signs(viewer: Person, customer: Customer, on: date) -> list[Line]:
    named = {"complaint": _("complaint"), "call": _("call to us"), "visit": _("visit")}
    return [
        Line(sign.day, sign.text, named[sign.code]) for sign in asked_for(viewer, customer, on)
    ]


def _purchases(viewer: Person, customer: Customer, on: date, voice: Voice) -> list[Line]:
    start = on - YEAR
    try:
        found = facts.timeline(
            viewer, customer, before=_midnight(on + DAY), kinds=("purchase",), most=MOST
        )
    except facts.NotVisible:
        return []
    known = queries.products_named([each.product for each in found])
    return [
        Line(
            each.day,
            voice.item(each.product or each.category, known) or _("purchase"),
            _("bought"),
            voice.money(float(each.amount or 0)),
        )
        for each in found
        if each.day > start
    ]


def _holdings(viewer: Person, customer: Customer, on: date) -> list[Holding]:
    try:
        return facts.holdings(viewer, customer, on)
    except facts.NotVisible:
        return []


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), core.time_zone())
