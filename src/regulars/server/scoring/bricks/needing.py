"""What a customer likely needs: each need with its reason and a way to the rows behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.evidence.models import Evidence
from regulars.server.scoring import queries
from regulars.server.scoring.bricks import proving
from regulars.server.scoring.bricks.ground import Ground, ground
from regulars.server.scoring.bricks.offering import because
from regulars.server.scoring.bricks.proving import Line
from regulars.server.scoring.forms import words
from regulars.server.scoring.forms.words import Voice
from regulars.server.scoring.queries import Behind, Suggestion
from regulars.server.web import rules as web

HIGH, MIDDLE = 3, 2
PAGE = 50


@dataclass(frozen=True)
class Need:
    """One need: what it is, why we think so, and where the rows stand that say so."""

    code: str
    icon: str
    title: str
    because: str
    href: str
    product: str = ""


@dataclass(frozen=True)
class Subject:
    """A customer on a day, as a viewer sees him."""

    viewer: Person
    customer: Customer
    at: datetime
    voice: Voice
    found: Ground | None

    @property
    def today(self) -> date:
        return core.local_date(self.at)

    @property
    def as_of(self) -> date:
        """The day of the scores; today where there are none."""
        return self.found.run.as_of if self.found else self.today

    def need(self, code: str, icon: str, title: str, reason: str, product: str = "") -> Need:
        href = reverse("scoring:need", args=[self.customer.public_id, code])
        href += f"?{urlencode({'product': product})}" if product else ""
        return Need(code, icon, title, reason, href, product)


@dataclass(frozen=True)
class Proof:
    """The rows behind a need: the customer's own, and other customers who speak for it."""

    need: Need
    own: list[Line]
    behind: Behind | None = None
    # What the reason was reckoned with, where it was counted on a part of all customers.
    said: int | None = None
    people: tuple[tuple[Customer, bool], ...] = ()


def needs(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any] | None:
    """All needs; None where nothing speaks for one, or the customer wants no profile."""
    who = _subject(viewer, customer, at)
    found = _all(who) if who else []
    if not who or not found:
        return None
    return {"needs": found, "run": who.found.run if who.found else None}


def proof(
    viewer: Person,
    customer: Customer,
    at: datetime,
    code: str,
    *,
    product: str = "",
    only_took: bool = False,
    offset: int = 0,
) -> Proof | None:
    """The rows behind one need; None where it does not stand today."""
    who = _subject(viewer, customer, at)
    tell = TOLD.get(code) if who else None
    need = next((n for n in tell(who) if n.product == product), None) if who and tell else None
    if who is None or need is None:
        return None
    behind, said = _behind(who, need, only_took, offset)
    people = queries.people(viewer, behind.page) if behind else ()
    return Proof(need, _own(who, need), behind, said, tuple(people))


def proofs(viewer: Person, customer: Customer, at: datetime) -> list[Proof]:
    """All needs, each with what speaks for it; of others only how many there are."""
    who, found = _subject(viewer, customer, at), list[Proof]()
    if who is None:
        return found
    for need in _all(who):
        behind, said = _behind(who, need, False, 0)
        found.append(Proof(need, _own(who, need), behind, said))
    return found


def _subject(viewer: Person, customer: Customer, at: datetime) -> Subject | None:
    if customer.no_profiling:
        return None
    found = ground(viewer, customer)
    return Subject(viewer, customer, at, Voice.of(core.company()), found)


def _all(who: Subject) -> list[Need]:
    return [need for tell in TOLD.values() for need in tell(who)]


def _behind(
    who: Subject, need: Need, only_took: bool, offset: int
) -> tuple[Behind | None, int | None]:
    if who.found is None:
        return None, None
    run = who.found.run
    if need.code == "room":
        return queries.alike(who.viewer, run, who.customer, offset=offset, most=PAGE), None
    suggestion = _suggested(who, need.product) if need.code == "product" else None
    if suggestion is None:
        return None, None
    behind = queries.behind(
        who.viewer, run, who.customer, suggestion, only_took=only_took, offset=offset, most=PAGE
    )
    differs = behind is not None and behind.counted != suggestion.support
    return behind, suggestion.support if differs else None


def _own(who: Subject, need: Need) -> list[Line]:
    if need.code == "product" and who.found is not None:
        suggestion, card = _suggested(who, need.product), queries.card(who.found.run, "next")
        codes = suggestion.because if suggestion else ()
        own = proving.held if card.get("of") == "holdings" else proving.bought
        return own(who.viewer, who.customer, codes, who.found.run.as_of, who.voice)
    return ROWS[need.code](who)


def _said(who: Subject) -> Iterable[Need]:
    found = proving.spoken(who.viewer, who.customer, who.today)
    if found:
        last = found[0]
        reason = _("Said so on %(day)s") % {"day": who.voice.day(core.local_date(last.at))}
        yield who.need("said", "message-2", last.need, reason)


def _maturing(who: Subject) -> Iterable[Need]:
    held = proving.maturing(who.viewer, who.customer, who.today)
    if held:
        total = float(sum(each.amount for each in held))
        reason = ngettext(
            "%(amount)s in %(n)s holding matures; on %(day)s the first",
            "%(amount)s in %(n)s holdings matures; on %(day)s the first",
            len(held),
        ) % {
            "amount": who.voice.money(total),
            "n": len(held),
            "day": who.voice.day(held[0].matures_on),
        }
        yield who.need("maturing", "calendar-event", _("A new place for what matures"), reason)


def _products(who: Subject) -> Iterable[Need]:
    if who.found is None:
        return
    run = who.found.run
    declined = queries.declined(who.viewer, who.customer, on=who.today)
    unwanted = {each.product_code for each in declined}
    offers = queries.suggestions(who.viewer, who.customer, run)
    codes = [code for each in offers for code in (each.product_code, *each.because)]
    known, card = queries.products_named(codes), queries.card(run, "next")
    for each in offers:
        if each.product_code not in unwanted:
            name = who.voice.item(each.product_code, known)
            reason = because(each, known, card, who.voice)
            yield who.need("product", "package", name, reason, each.product_code)


def _outside(who: Subject) -> Iterable[Need]:
    notes = proving.noted(who.viewer, who.customer, Evidence.Kind.WEALTH, who.today)
    amount = sum(float(note.amount or 0) for note in notes)
    if notes:
        reason = ngettext("%(n)s thing noted", "%(n)s things noted", len(notes)) % {
            "n": len(notes)
        }
        money = _("%(amount)s elsewhere") % {"amount": who.voice.money(amount)}
        title = _("A place for what lies elsewhere")
        yield who.need("outside", "eye", title, f"{money} · {reason}" if amount else reason)


def _wallet(who: Subject) -> Iterable[Need]:
    notes = proving.noted(who.viewer, who.customer, Evidence.Kind.WALLET, who.today)
    of = who.found.of if who.found else {}
    gap = of.get("wallet_gap")
    if notes and gap and not of.get("wallet_estimated"):
        reason = _("Of the whole need as stated, %(amount)s goes elsewhere") % {
            "amount": who.voice.money(gap)
        }
        yield who.need("wallet", "wallet", _("More of the whole need from us"), reason)


def _room(who: Subject) -> Iterable[Need]:
    of = who.found.of if who.found else {}
    # Without what is known from outside, which is a need of its own.
    gap = (of.get("lookalike_value") or 0.0) - (of.get("standing_value") or 0.0)
    if gap > 0 and (of.get("potential_level") or 0) >= MIDDLE and of.get("lookalike_n"):
        reason = _("%(amount)s below the best fifth of %(n)s customers alike") % {
            "amount": who.voice.money(gap),
            "n": web.count(of["lookalike_n"]),
        }
        title = _("More of everything: room to grow")
        yield who.need("room", "users-group", title, reason)


def _service(who: Subject) -> Iterable[Need]:
    if who.found is None or (who.found.of.get("need_level") or 0) < HIGH:
        return
    signs = proving.asked_for(who.viewer, who.customer, who.found.run.as_of)
    counted = {
        "complaint": lambda n: ngettext("%(n)s complaint", "%(n)s complaints", n),
        "call": lambda n: ngettext("%(n)s call to us", "%(n)s calls to us", n),
        "visit": lambda n: ngettext("%(n)s visit", "%(n)s visits", n),
    }
    numbers = {code: sum(sign.code == code for sign in signs) for code in counted}
    said = [counted[code](n) % {"n": n} for code, n in numbers.items() if n]
    if said:
        reason = _("Asked for us within a year: %(what)s") % {"what": words.listed(said)}
        yield who.need("service", "phone", _("More service"), reason)


def _notes(who: Subject, kind: str) -> list[Line]:
    return proving.of_notes(who.viewer, who.customer, kind, who.today, who.voice)


def _suggested(who: Subject, product: str) -> Suggestion | None:
    run = who.found.run if who.found else None
    offers = queries.suggestions(who.viewer, who.customer, run)
    return next((each for each in offers if each.product_code == product), None)


# What they said themselves and what has a date come first, then what was learned.
TOLD: dict[str, Callable[[Subject], Iterable[Need]]] = {
    "said": _said,
    "maturing": _maturing,
    "product": _products,
    "outside": _outside,
    "wallet": _wallet,
    "room": _room,
    "service": _service,
}
ROWS: dict[str, Callable[[Subject], list[Line]]] = {
    "said": lambda who: proving.of_spoken(who.viewer, who.customer, who.today),
    "maturing": lambda who: proving.of_maturing(who.viewer, who.customer, who.today, who.voice),
    "outside": lambda who: _notes(who, Evidence.Kind.WEALTH),
    "wallet": lambda who: _notes(who, Evidence.Kind.WALLET),
    "room": lambda who: proving.of_value(who.viewer, who.customer, who.as_of, who.voice),
    "service": lambda who: proving.of_signs(who.viewer, who.customer, who.as_of),
}
