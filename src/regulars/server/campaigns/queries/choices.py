"""What a marketer chooses from: segments, messages, offers, people."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import QuerySet

from regulars.server.campaigns.queries.checks import title_of
from regulars.server.content import queries as content
from regulars.server.content.rules.shape import Message
from regulars.server.core.models import Person
from regulars.server.opportunities import queries as opportunities
from regulars.server.products import queries as products
from regulars.server.rewards import queries as rewards
from regulars.server.segments import queries as segments
from regulars.server.segments.models import SegmentQuerySet

Choice = tuple[str, str]


def audiences(viewer: Person) -> SegmentQuerySet:
    """Segments and groups that the viewer may open."""
    return segments.segments(viewer)


def messages(purpose: str, on: date) -> dict[str, list[Choice]]:
    """Approved messages of a purpose by channel: code and title."""
    found: dict[str, list[Choice]] = {}
    for text in content.messages_in_force(purpose=purpose, on=on):
        assert isinstance(text.body, Message)
        found.setdefault(text.body.channel, []).append((text.code, title_of(text)))
    return found


def offers(viewer: Person, at: datetime) -> dict[str, list[Choice]]:
    """What may be offered, by kind: code and name."""
    return {
        "product": list(products.names().items()),
        "bundle": [
            (one.public_id, str(one))
            for one in opportunities.bundles().filter(is_retired=False)
        ],
        "coupon": [(one.public_id, str(one)) for one in rewards.offered(viewer, at)],
    }


def offer_words(viewer: Person, kind: str, code: str, words: str) -> str:
    """What is offered, as people read it."""
    name = ""
    if kind == "product":
        name = products.names().get(code, code)
    elif kind == "bundle":
        found = opportunities.bundle(code)
        name = str(found) if found else code
    elif kind == "coupon":
        batch = rewards.batch(viewer, code)
        name = f"{batch.kind} ({batch})" if batch else code
    return " · ".join(part for part in (name, words) if part)


def offer_cost(viewer: Person, kind: str, code: str) -> object:
    """What one coupon of a batch costs us when it is redeemed."""
    batch = rewards.batch(viewer, code) if kind == "coupon" and code else None
    return batch.kind.unit_cost if batch else None


def owners() -> QuerySet[Person]:
    """Who may answer for a campaign or a phase: whoever works here."""
    return Person.objects.filter(is_active=True).exclude(role="auditor").order_by("name", "pk")
