"""Entries as RFC 5545 and 7986 want them: one text, the same for the same entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event

from regulars.server.agenda.rules.entries import Entry, Stamp

PRODUCT = "-//Regulars//Agenda//EN"
AGAIN = timedelta(hours=1)  # readers are asked to come again after so long


def written(
    entries: Iterable[Entry], stamps: Mapping[str, Stamp], *, name: str, about: str, zone: str
) -> bytes:
    """Write a calendar. Moments are in UTC, which no rule of summer time can shift."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    for heading in ("name", "x-wr-calname"):
        calendar.add(heading, _plain(name))
    for heading in ("description", "x-wr-caldesc"):
        calendar.add(heading, _plain(about))
    calendar.add("x-wr-timezone", zone)
    calendar.add("refresh-interval", AGAIN, {"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")  # as text: Outlook reads no other form
    for entry in sorted(entries, key=_order):
        calendar.add_component(_event(entry, stamps[entry.uid]))
    body: bytes = calendar.to_ical()
    return body


def _event(entry: Entry, stamp: Stamp) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", stamp.changed_at.astimezone(UTC))
    event.add("last-modified", stamp.changed_at.astimezone(UTC))
    event.add("sequence", stamp.sequence)
    event.add("summary", _plain(entry.title))
    if isinstance(entry.starts, datetime):
        event.add("dtstart", entry.starts.astimezone(UTC))
        event.add("dtend", (entry.ends or entry.starts).astimezone(UTC))
    else:
        event.add("dtstart", entry.starts)
        event.add("dtend", entry.starts + timedelta(days=1))
    if entry.text:
        event.add("description", _plain(entry.text))
    if entry.place:
        event.add("location", _plain(entry.place))
    if entry.link:
        event.add("url", entry.link)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("transp", "OPAQUE" if entry.busy and not entry.cancelled else "TRANSPARENT")
    event.add("class", "PRIVATE")
    return event


def _order(entry: Entry) -> tuple[date, str]:
    starts = entry.starts
    return starts.date() if isinstance(starts, datetime) else starts, entry.uid


def _plain(text: str) -> str:
    """Leave out what no text of a calendar may hold: signs that steer a machine."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in lines if c == "\n" or (ord(c) >= 32 and ord(c) != 127))
