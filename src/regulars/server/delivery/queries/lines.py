"""Lines, and the provider behind each, ready to speak to."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from regulars.base.errors import RegularsError
from regulars.server.core import secrecy
from regulars.server.delivery.kinds import Kind, Message, Size
from regulars.server.delivery.kinds.registry import made
from regulars.server.delivery.models import Delivery, Line, Mailing

SEALED = "delivery.line"  # what secrets of lines are sealed for


def secrets_of(line: Line) -> dict[str, str]:
    """What is never shown again, in clear.

    :raises Unreadable: it was sealed in another home.
    """
    found: dict[str, str] = json.loads(secrecy.unseal(line.secrets, purpose=SEALED))
    return found


def set_up(line: Line) -> Kind:
    """The provider of a line, with its settings."""
    return made(line.kind, {**line.settings, **secrets_of(line)})


def line(pk: int) -> Line | None:
    return Line.objects.filter(pk=pk, state=Line.State.ON).first()


def lines() -> QuerySet[Line]:
    """Every line: by channel, in the order in which they are taken."""
    return Line.objects.all()


def one_line(public_id: str) -> Line | None:
    return Line.objects.filter(public_id=public_id).first()


def faulty() -> QuerySet[Line]:
    """Lines that their providers refuse."""
    return Line.objects.filter(state=Line.State.FAULTY)


def sent_since(moment: datetime) -> dict[int, int]:
    """How many messages each line began since a moment."""
    still = Q(ended_at__isnull=True) | Q(ended_at__gte=moment)
    lately = Mailing.objects.filter(still).order_by()
    rows = Delivery.objects.filter(mailing__in=lately.values("pk"), begun_at__gte=moment)
    return dict(rows.order_by().values_list("mailing__line").annotate(Count("pk")))


def line_of_hook(secret: str) -> Line | None:
    """The line whose provider calls this address."""
    return Line.objects.filter(hook=secret).first()


def line_for(channel: str) -> Line | None:
    """The first line in use of a channel."""
    return Line.objects.filter(channel=channel, state=Line.State.ON).first()


@dataclass(frozen=True)
class Weighed:
    """What one message would weigh and cost over a line."""

    line: Line
    size: Size

    @property
    def cost(self) -> Decimal | None:
        price = self.line.part_price
        return None if price is None else price * self.size.parts


def weighed(
    channel: str, text: str, *, to: str, marketing: bool, language: str
) -> Weighed | None:
    """What a text weighs over the first line of its channel, with all that the line adds.

    None where there is no line, or the text cannot be weighed.
    """
    found = line_for(channel)
    if found is None:
        return None
    message = Message("weighed", to, text, marketing=marketing, language=language)
    try:
        return Weighed(found, set_up(found).size(message))
    except RegularsError:
        return None


def lines_to_ask() -> QuerySet[Line]:
    """Lines in use of which messages wait for an employee."""
    waiting = Delivery.objects.filter(
        mailing__line=OuterRef("pk"), state=Delivery.State.CREATED
    )
    return Line.objects.filter(Exists(waiting), state=Line.State.ON)


def due_lines(at: datetime) -> QuerySet[Line]:
    """Lines in use for which something is due, or held by a sender."""
    running = Mailing.objects.filter(
        line=OuterRef("pk"), state=Mailing.State.RUNNING, not_before__lte=at
    )
    waiting = Delivery.objects.filter(
        mailing__line=OuterRef("pk"),
        mailing__state=Mailing.State.RUNNING,
        state=Delivery.State.WAITING,
        due_at__lte=at,
    )
    held = Delivery.objects.filter(mailing__line=OuterRef("pk"), worker__isnull=False)
    return Line.objects.filter(
        Exists(running) & Exists(waiting) | Exists(held), state=Line.State.ON
    )
