"""Coverage, channels, closeness, hours."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from regulars.server.care.models import Card
from regulars.server.channels.models import Touch
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.coverage import queries, rules
from regulars.server.coverage.queries import Ground
from regulars.server.coverage.views.lines import (
    LEVELS,
    books,
    hours_chart,
    levels,
    named,
    triggers,
    units,
)
from regulars.server.customers.models import Customer
from regulars.server.segments.forms.codes import BONDS
from regulars.server.segments.queries import bonds
from regulars.server.segments.rules.bonds import Bond

PERIODS = {
    "week": gettext_lazy("This week"),
    "month": gettext_lazy("This month"),
    "quarter": gettext_lazy("This quarter"),
}
TABS = (
    ("work", gettext_lazy("Due and done")),
    ("channels", gettext_lazy("Channels")),
    ("relations", gettext_lazy("Relations")),
    ("hours", gettext_lazy("Hours and value")),
    ("answers", gettext_lazy("Answers")),
)


@require_GET
@needs(Permission.SEE_TODAY, Permission.SEE_TEAM)
def work(request: SignedIn) -> HttpResponse:
    """What was due in the period and what became of it."""
    ground = asked(request)
    sums = queries.sums(ground)
    mix = queries.mixes(ground)[""][""]
    context = _frame(request, ground, "work") | {
        "total": sums[""][""],
        "reached": queries.reached(ground, mix),
        "tables": [
            (_("By tier"), levels(sums["level"])),
            (_("By role"), named(sums["desk"], "desk", dict(Card.Desk.choices))),
            (_("By channel"), named(sums["way"], "way", dict(Touch.Channel.choices))),
            (_("By branch"), units(ground, sums["unit"])),
            (_("By book"), books(ground, sums["book"])),
            (_("By reason"), named(sums["trigger"], "trigger", triggers())),
        ],
        "lags": [
            (triggers().get(lag.trigger, lag.trigger), lag) for lag in queries.lags(ground)
        ],
    }
    return render(request, "coverage/work.html", context)


@require_GET
@needs(Permission.SEE_TODAY, Permission.SEE_TEAM)
def channels(request: SignedIn) -> HttpResponse:
    """Which ways the contacts of the period went."""
    ground = asked(request)
    mixes = queries.mixes(ground)
    kinds = {str(kind): str(label) for kind, label in Customer.Kind.choices}
    total = mixes[""][""]
    context = _frame(request, ground, "channels") | {
        "total": total,
        "ways": [
            (way, label, total.channels[way], total.answered[way])
            for way, label in Touch.Channel.choices
            if total.channels.get(way)
        ],
        "tables": [
            (_("By book"), books(ground, mixes["book"])),
            (_("By tier"), levels(mixes["level"])),
            (_("By kind of customer"), named(mixes["kind"], "kind", kinds)),
        ],
        "names": dict(Touch.Channel.choices),
    }
    return render(request, "coverage/channels.html", context)


@require_GET
@needs(Permission.SEE_TODAY, Permission.SEE_TEAM)
def relations(request: SignedIn) -> HttpResponse:
    """How close the customers are, and who is forgotten."""
    ground = asked(request)
    splits = queries.splits(ground)
    total = splits[""][""]
    context = _frame(request, ground, "relations") | {
        "rule": bonds.rule(),
        "total": total,
        "bonds": [
            (
                bond.value, BONDS[bond], total.counts[bond], total.values[bond],
                rules.share(total.counts[bond], total.total), rules.FIVE_THREE_TWO[bond],
            )
            for bond in Bond
        ],
        "mirror": [
            (css, rules.FIVE_THREE_TWO[bond])
            for css, bond in zip("abc", Bond, strict=True)
        ],
        "tables": [
            (_("By book"), books(ground, splits["book"])),
            (_("By branch"), units(ground, splits["unit"])),
            (_("By tier"), levels(splits["level"])),
        ],
    }  # fmt: skip
    return render(request, "coverage/relations.html", context)


@require_GET
@needs(Permission.SEE_TODAY, Permission.SEE_TEAM)
def hours(request: SignedIn) -> HttpResponse:
    """Where the hours went, beside where the value lies."""
    ground = asked(request)
    found = queries.by_tier(ground)
    lines = [(str(LEVELS.get(each.level, each.level)), each) for each in found]
    context = _frame(request, ground, "hours") | {
        "lines": lines,
        "minutes": sum(each.minutes for each in found),
        "chart": hours_chart(lines) if any(each.minutes for each in found) else None,
    }
    return render(request, "coverage/hours.html", context)


@require_GET
@needs(Permission.SEE_TODAY, Permission.SEE_TEAM)
def answers(request: SignedIn) -> HttpResponse:
    """What customers answered after a purchase, by question."""
    ground = asked(request)
    context = _frame(request, ground, "answers") | {
        "questions": queries.asked_questions(ground)
    }
    return render(request, "coverage/answers.html", context)


def asked(request: SignedIn) -> Ground:
    return queries.ground(
        request.user, timezone.now(),
        period=request.GET.get("period", ""), unit=request.GET.get("unit", ""),
    )  # fmt: skip


def _frame(request: SignedIn, ground: Ground, tab: str) -> dict[str, Any]:
    return {
        "ground": ground,
        "tab": tab,
        "tabs": TABS,
        "periods": list(PERIODS.items()),
        "places": queries.places(request.user),
        "alone": len(ground.books) == 1,
        "at": timezone.now(),
        "nav": "coverage",
    }
