"""What scores, tiers and facts show on the customer page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.facts import queries as facts
from regulars.server.scoring import queries as scoring
from regulars.server.scoring.forms.words import CATEGORIES, MODELS
from regulars.server.segments import forms, queries, rules
from regulars.server.segments.forms.events import EVENTS
from regulars.server.segments.queries import one
from regulars.server.tiers import queries as tiers
from regulars.server.web import rules as web
from regulars.server.web.bricks import Brick

SPANS = (("90", _("90 days")), ("365", _("1 year")), ("1095", _("3 years")))
USUAL_SPAN = "365"
SOON = 30  # days to a maturity that is marked
SHOWS = (
    (one.ALL, pgettext_lazy("moments", "All")),
    (one.CONTACTS, _("Contacts")),
    (one.MONEY, _("Transactions")),
    (one.SERVICE, _("Service")),
)
# Kind of fact -> icon, words, whether its amount is shown.
FACTS = {
    "purchase": ("shopping-cart", _("Bought")),
    "refund": ("arrow-back-up", _("Refund")),
    "fee": ("receipt", _("Fee")),
    "inflow": ("arrow-bar-down", _("Money in")),
    "outflow": ("arrow-bar-up", _("Money out")),
    "payroll": ("wallet", _("Salary")),
    "interest": ("coins", _("Interest")),
    "adjustment": ("adjustments-horizontal", _("Adjustment")),
    "login": ("device-mobile", EVENTS["login"]),
    "activation": ("check", EVENTS["activation"]),
    "branch_visit": ("building-bank", EVENTS["branch_visit"]),
    "visit": ("building-store", EVENTS["visit"]),
    "rate_view": ("chart-line", EVENTS["rate_view"]),
    "salon": ("armchair-2", EVENTS["salon"]),
    "complaint": ("message-exclamation", EVENTS["complaint"]),
    "survey": ("clipboard-text", EVENTS["survey"]),
}
TOUCHES = {
    "call": "phone",
    "visit": "map-pin-check",
    "wecom": "message-2",
    "sms": "device-mobile-message",
    "email": "mail",
    "branch": "building-bank",
}
CHANCES = {
    "sure": _("Stays, almost certainly"),
    "likely": _("Stays, more likely than not"),
    "doubtful": _("Doubtful"),
    "gone": _("Probably gone"),
}


@dataclass(frozen=True)
class Line:
    """One moment as the timeline shows it."""

    at: datetime
    icon: str
    css: str
    title: str
    amount: Decimal | None
    moment: queries.Moment
    day: date
    day_only: bool
    this_year: bool
    about: tuple[str, ...] = ()


def mark(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any] | None:
    found = tiers.tier_of(viewer, customer)
    return {"mark": found} if found else None


def tier(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any]:
    """The tier with its rule: an empty one says when it will be there."""
    found = queries.standing(viewer, customer)
    run = scoring.current_run()
    if found is None:
        return {"standing": None, "run": run}
    return {
        "standing": found,
        "measure": forms.MEASURES.get(found.measure, found.measure),
        "measure_is_count": found.measure == "purchase_count",
        "href": rules.rows_url(
            run.public_id, [("tier", found.mark.code)], title=found.mark.name
        )
        if run
        else "",
    }


def value(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any]:
    """Four figures with their versions; without a run, what will stand here."""
    run = scoring.current_run()
    of = scoring.figures(viewer, customer, run) if run else {}
    if run is None or not of:
        return {"figures": None, "run": run, "refused": customer.no_profiling}
    company = core.company()
    same_type = [("rfm_type", of.get("rfm_type") or "")]
    same_class = [("abc_class", of.get("abc_class") or "")]
    same_stage = [("stage", of.get("stage") or "")]
    words = forms.type_words(of.get("rfm_type") or "")
    return {
        "figures": of,
        "run": run,
        "is_bank": bool(company and company.kind == "bank"),
        "type": words,
        "stage": forms.STAGES.get(of.get("stage") or "", ""),
        "model": _model(run.result),
        "type_href": rules.rows_url(run.public_id, same_type, title=words),
        "class_href": rules.rows_url(
            run.public_id, same_class, title=of.get("abc_class") or ""
        ),
        "stage_href": rules.rows_url(
            run.public_id, same_stage, title=str(forms.STAGES.get(of.get("stage") or "", ""))
        ),
    }


def staying(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any] | None:
    """Whether the customer will come again, in words, and what speaks for it."""
    run = scoring.current_run()
    of = scoring.figures(viewer, customer, run) if run else {}
    # Where a risk was learned for this customer it stands here instead, with its reasons.
    if run is None or not of or of.get("churn_probability") is not None:
        return None
    p_alive = of.get("p_alive")
    company = core.company()
    return {
        "figures": of,
        "run": run,
        "is_bank": bool(company and company.kind == "bank"),
        "chance": CHANCES.get(rules.chance(p_alive), ""),
        "level": rules.risk_level(p_alive) if p_alive is not None else "",
        "gone": None if p_alive is None else 1 - p_alive,
        "gone_of_100": None if p_alive is None else round(100 * (1 - p_alive)),
        "reasons": rules.reasons(of),
        "stage": forms.STAGES.get(of.get("stage") or "", ""),
        "model": _model(run.result),
    }


def money(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any] | None:
    return money_of(viewer, customer, at, span=USUAL_SPAN)


def money_of(
    viewer: Person, customer: Customer, at: datetime, *, span: str
) -> dict[str, Any] | None:
    """Balances of a span, day by day; for those without any, what they spent by month."""
    span = span if span in dict(SPANS) else USUAL_SPAN
    last = _last_day(at)
    stop = last + timedelta(days=1)
    start = stop - timedelta(days=int(span))
    try:
        line = facts.balances(viewer, customer, start, stop)
        if any(amount for _day, amount in line):
            return _balances(line, span=span, marks=_marks(viewer, customer, line))
        spent = queries.months(viewer, customer, start=start, stop=stop)
    except facts.NotVisible:
        return None
    return _spending(spent, span=span) if any(amount for _month, amount in spent) else None


def holdings(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any] | None:
    try:
        held = queries.holdings(viewer, customer, core.local_date(at))
    except facts.NotVisible:
        return None
    if not held:
        return None
    loans = [one for one in held if one.is_loan]
    own = [one for one in held if not one.is_loan]
    return {
        "held": held,
        "total": sum((one.amount for one in own), Decimal(0)),
        "kinds": len({one.code for one in own}),
        "loans": sum((one.amount for one in loans), Decimal(0)),
        "soon": SOON,
    }


INSTANT = timedelta(microseconds=1)


def timeline(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any]:
    return moments(viewer, customer, at, show=one.ALL, before=None)


def moments(
    viewer: Person, customer: Customer, at: datetime, *, show: str, before: datetime | None
) -> dict[str, Any]:
    """One page of moments, as lines."""
    show = show if show in one.SHOWS else one.ALL
    found, earlier = queries.timeline(viewer, customer, show=show, before=before)
    ahead = [moment for moment in found if moment.at > at] if before is None else []
    past = found[len(ahead) :]
    if ahead and earlier and not past:  # the whole page lies ahead
        past, earlier = queries.timeline(viewer, customer, show=show, before=at + INSTANT)
    zone = core.time_zone()
    now = at.astimezone(zone)
    return {
        "ahead": [_line(moment, now, zone) for moment in reversed(ahead)],  # the next one first
        "lines": [_line(moment, now, zone) for moment in past],
        "earlier": earlier,
        "before": before,
        "show": show,
        "shows": SHOWS,
    }


def groups(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any]:
    """In which groups a customer is, and into which of the viewer's own they may go."""
    inside = queries.groups_of(viewer, customer)
    known = {group.pk for group in inside}
    own = [group for group in queries.own_groups(viewer) if group.pk not in known]
    return {"inside": inside, "addable": own}


BRICKS = (
    Brick("customer.head", 5, "segments/_mark.html", mark),
    Brick("customer.head", 10, "segments/_tier.html", tier),
    Brick("customer.head", 95, "segments/_value.html", value),
    Brick("customer.main", 20, "segments/_money.html", money),
    Brick("customer.main", 30, "segments/_holdings.html", holdings),
    Brick("customer.main", 40, "segments/_timeline.html", timeline),
    Brick("customer.side", 20, "segments/_staying.html", staying),
    Brick("customer.file", 65, "segments/_groups.html", groups),
)


def _last_day(at: datetime) -> date:
    """The last day that the facts know, for a company whose files end in the past."""
    today = core.local_date(at)
    return facts.last_day(until=today) or today


def _marks(
    viewer: Person, customer: Customer, line: list[tuple[date, Decimal]]
) -> list[dict[str, Any]]:
    """The movement out of the own range that the run found, where it lies on the line."""
    run = scoring.current_run()
    of = scoring.figures(viewer, customer, run) if run else {}
    on, moved = of.get("balance_moved_on"), of.get("balance_moved")
    company = core.company()
    label = web.money(
        moved,
        language=get_language(),
        currency=company.currency if company else "CNY",
        signed=True,
    )
    return [
        {"date": day.isoformat(), "value": float(amount), "label": str(label)}
        for day, amount in line
        if moved is not None and day == on
    ]


def _balances(
    line: list[tuple[date, Decimal]], *, span: str, marks: list[dict[str, Any]]
) -> dict[str, Any]:
    last = line[-1][1]
    week = line[-8][1] if len(line) > 7 else line[0][1]
    points = [[day.isoformat(), float(amount)] for day, amount in line]
    return {
        "kind": "balance",
        "now": last,
        "change": last - week,
        "low": min(amount for _day, amount in line),
        "high": max(amount for _day, amount in line),
        "chart": {
            "points": points,
            "marks": marks,
            "table": _table(line[:: max(1, len(line) // 60)]),
        },
        "span": span,
        "spans": SPANS,
        "until": line[-1][0],
    }


def _spending(spent: list[tuple[str, Decimal]], *, span: str) -> dict[str, Any]:
    series = {"name": "", "values": [float(amount) for _month, amount in spent]}
    return {
        "kind": "spending",
        "now": sum((amount for _month, amount in spent), Decimal(0)),
        "bought": sum(1 for _month, amount in spent if amount > 0),
        "of_months": len(spent),
        "chart": {
            "categories": [month for month, _amount in spent],
            "unit": "money",
            "series": [series],
            "table": _table(spent),
        },
        "span": span,
        "spans": SPANS,
    }


def _table(rows: list[tuple[Any, Decimal]]) -> dict[str, Any]:
    return {
        "head": [str(_("Day")), str(_("Amount"))],
        "rows": [[str(when), f"{amount:,.0f}"] for when, amount in rows],
    }


def _line(moment: queries.Moment, now: datetime, zone: ZoneInfo) -> Line:
    local = moment.at.astimezone(zone)
    touch, fact, told = moment.touch, moment.fact, moment.told
    css = "a" if touch is not None and touch.two_way else ""
    if told is not None:
        icon, title, css = told.icon, told.title, told.css
    elif touch is not None:
        icon, title = TOUCHES.get(touch.channel, "message-2"), touch.get_channel_display()
    else:
        kind = fact.kind if fact else ""
        known = FACTS.get(kind, ("circle-check", EVENTS.get(kind, kind)))
        icon, title = known[0], str(known[1])
    return Line(
        at=moment.at,
        icon=icon,
        css=css,
        title=title,
        amount=fact.amount if fact else None,
        moment=moment,
        day=local.date(),
        # Files with dates alone bring moments of midnight; an hour would be an invention.
        day_only=(local.hour, local.minute, local.second) == (0, 0, 0),
        this_year=local.year == now.year,
        about=_about(moment, title) if fact else (),
    )


def _about(moment: queries.Moment, title: str) -> tuple[str, ...]:
    """What a fact is about, without saying anything twice."""
    fact = moment.fact
    if fact is None:
        return ()
    named = (moment.product, fact.category, "" if fact.amount is not None else fact.ref)
    words = (str(CATEGORIES.get(name, name)) for name in named if name)
    found = [word for word in dict.fromkeys(words) if word != title]
    return (*found, fact.branch) if fact.branch else tuple(found)


def _model(result: dict[str, Any]) -> str:
    """Which model looked ahead, by its published name; nothing where none could be fitted."""
    fitted = result.get("models") or {}
    return next((words for name, words in MODELS.items() if name in fitted), "")
