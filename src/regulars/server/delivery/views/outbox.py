"""The outbox: what is going out, the messages behind every number, and a file of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.files import FORMATS
from regulars.server.core.rules import Permission
from regulars.server.customers import queries as customers
from regulars.server.delivery import actions, queries
from regulars.server.delivery.forms import words
from regulars.server.delivery.models import Delivery, Mailing

NAV = "outbox"
ROWS, AT_ONCE = 50, 2_000


@require_safe
@needs(Permission.SEE_MESSAGES)
def index(request: SignedIn) -> HttpResponse:
    """Mailings with their progress; those that go on first."""
    shown = request.GET.get("show", "now")
    looked_for = request.GET.get("words", "").strip()[:80]
    found = queries.mailings(request.user, shown=shown, words=looked_for)
    begin = _from(request)
    rows = list(found[begin : begin + 21])
    context = {
        "nav": NAV,
        "rows": queries.progress(request.user, rows[:20]),
        "next": begin + 20 if len(rows) > 20 else None,
        "steps": words.STEPS,
        "words": looked_for,
        "shown": shown if shown in queries.SHOWN else "all",
        "choices": [
            ("now", pgettext("mailings", "Going on")),
            ("over", pgettext("mailings", "Over")),
            ("all", pgettext("mailings", "All")),
        ],
        "unknown": queries.unknown(request.user).count(),
        "may_send": may_steer(request),
        "running": found.filter(state=Mailing.State.RUNNING).exists(),
    }
    part = request.htmx and begin
    name = "delivery/_mailings.html" if part else "delivery/outbox.html"
    return render(request, name, context)


@require_safe
@needs(Permission.SEE_MESSAGES)
def one(request: SignedIn, public_id: str) -> HttpResponse:
    """One mailing: its words, time, line, numbers, and why some got nothing."""
    mailing = _mailing(request, public_id)
    parts, cost = queries.weight(request.user, mailing)
    (progress,) = queries.progress(request.user, [mailing])
    context = {
        "nav": NAV,
        "mailing": mailing,
        "progress": progress,
        "states": queries.by_state(request.user, mailing),
        "reasons": queries.reasons(request.user, mailing),
        "parts": parts,
        "cost": cost,
        "sample": queries.sample(request.user, mailing),
        "may_send": may_steer(request),
        "may_remind": queries.may_remind(request.user, mailing, timezone.now()),
        "may_export": request.user.may(Permission.EXPORT),
        "formats": tuple(FORMATS),
        "at": timezone.now(),
    }
    return render(request, "delivery/mailing.html", context)


@require_safe
@needs(Permission.SEE_MESSAGES)
def rows(request: SignedIn, public_id: str) -> HttpResponse:
    """The messages behind a number, page by page."""
    mailing, begin, asked = _mailing(request, public_id), _from(request), _asked(request)
    found = queries.rows(request.user, mailing, **asked)
    shown = list(found[begin : begin + ROWS + 1])
    context = {
        "nav": NAV,
        "mailing": mailing,
        "rows": shown[:ROWS],
        "next": begin + ROWS if len(shown) > ROWS else None,
        "count": found.count(),
        "asked": asked,
        "may_export": request.user.may(Permission.EXPORT),
        "formats": tuple(FORMATS),
    }
    part = request.htmx and begin
    name = "delivery/_rows.html" if part else "delivery/rows.html"
    return render(request, name, context)


@require_safe
@needs(Permission.EXPORT)
def export(request: SignedIn, public_id: str) -> HttpResponse:
    """The messages behind a number as a file, without names, addresses and words."""
    mailing, format = _mailing(request, public_id), request.GET.get("format", "xlsx")
    if format not in FORMATS:
        raise Http404
    found = queries.rows(request.user, mailing, **_asked(request))
    written = actions.export(
        mailing, _head(), _lines(found.iterator(AT_ONCE)), format=format, by=request.user,
        at=timezone.now(),
    )  # fmt: skip
    answer = HttpResponse(written, content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="messages.{format}"'
    return answer


@require_safe
@needs(Permission.SEE_CUSTOMERS)
def of_customer(request: SignedIn, public_id: str) -> HttpResponse:
    """Every message to one customer, sent or not."""
    customer = customers.one(request.user, public_id)
    if customer is None:
        raise Http404
    begin = _from(request)
    shown = list(queries.of_customer(request.user, customer.pk)[begin : begin + ROWS + 1])
    context = {
        "customer": customer,
        "rows": shown[:ROWS],
        "next": begin + ROWS if len(shown) > ROWS else None,
        "may_see": request.user.may(Permission.SEE_MESSAGES),
    }
    part = request.htmx and begin
    name = "delivery/_of_customer.html" if part else "delivery/of_customer.html"
    return render(request, name, context)


@require_safe
@needs(Permission.SEE_CUSTOMERS)
def message(request: SignedIn, public_id: str) -> HttpResponse:
    """One message: its words, what became of it, what its provider told."""
    row = queries.message(request.user, public_id)
    if row is None:
        raise Http404
    context = {
        "row": row,
        "news": row.news.all(),
        "may_see": request.user.may(Permission.SEE_MESSAGES),
    }
    return render(request, "delivery/message.html", context)


def may_steer(request: SignedIn) -> bool:
    """Whether the person may hold mailings: that is of all their people at once."""
    return request.user.may(Permission.SEND) and queries.may_steer(request.user)


def _mailing(request: SignedIn, public_id: str) -> Mailing:
    found = queries.mailing(request.user, public_id)
    if found is None:
        raise Http404
    return found


def _from(request: SignedIn) -> int:
    given = request.GET.get("from", "")
    return int(given) if given.isdecimal() and len(given) < 8 else 0


def _asked(request: SignedIn) -> dict[str, Any]:
    return {name: request.GET.get(name, "")[:24] for name in ("state", "step", "reason")}


def _head() -> list[str]:
    return [
        _("Message"),
        _("Customer number"),
        _("State"),
        _("Why"),
        _("Laid down"),
        _("Sent at"),
        _("Last news"),
        _("What the provider said"),
        _("Parts"),
        _("Cost"),
    ]


def _lines(found: Iterator[Delivery]) -> Iterator[list[object]]:
    zone = core.time_zone()

    def local(at: Any) -> str:
        return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at else ""

    for row in found:
        yield [
            row.public_id, row.customer.number, str(row.get_state_display()),
            words.why_not(row), local(row.laid_at), local(row.begun_at), local(row.news_at),
            words.provider_said(row), row.parts, "" if row.cost is None else row.cost,
        ]  # fmt: skip
