"""What daily posts plan, for the marketing calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Count
from django.urls import reverse

from regulars.server.core.models import Person
from regulars.server.outreach.rules import Planned
from regulars.server.posts.models import Belonging, Item


def planned(viewer: Person, first: date, last: date) -> Iterator[Planned]:
    """Each item in its slot, with how many customers belong to its persona."""
    counts = Belonging.objects.visible_to(viewer).order_by().values("persona")
    people = {row["persona"]: row["n"] for row in counts.annotate(n=Count("pk"))}
    for one in Item.objects.whole().between(first, last).live():
        yield Planned(
            kind="post",
            day=one.day,
            title=f"{one.persona}: {one}",
            url=reverse("posts:item", args=[one.public_id]),
            at=one.slot.at,
            state=""
            if one.state in (Item.State.APPROVED, Item.State.POSTED)
            else str(one.get_state_display()),
            customers=people.get(one.persona_id, 0) if one.by_message else None,
        )
