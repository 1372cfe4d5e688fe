"""Books, the pool, who has nobody, and hand-overs."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.base.errors import RegularsError
from regulars.server.books import actions, queries, rules
from regulars.server.books.bricks import may_release
from regulars.server.books.forms import (
    PRIORITIES,
    GiveForm,
    HandoverForm,
    HolderForm,
    ReleaseForm,
)
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.models import Book, local_name
from regulars.server.core.rules import Permission
from regulars.server.customers import queries as customers
from regulars.server.tiers.forms import LEADS
from regulars.server.web.asked import number

PAGE = 30
LED = "led"  # in an address: everybody whom somebody should look after by the tier
LOWER = "rank:"  # whose rank is below the one that leads their tier


@require_GET
@needs(Permission.ASSIGN_BOOKS)
def index(request: SignedIn) -> HttpResponse:
    """Every book with who holds it and what waits in it."""
    loads = queries.loads(request.user)
    context = {
        "loads": loads,
        "nobody": queries.without_anybody_count(request.user),
        "handovers": list(queries.handovers(request.user)[:5]),
    }
    return render(request, "books/index.html", context)


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def duties(request: SignedIn) -> HttpResponse:
    """Who leads what: members, levels, contents."""
    language, today = get_language(), core.local_date(timezone.now())
    found, names = queries.duties(request.user, on=today), queries.level_names()
    context = {
        "duties": found,
        "works": [
            (each, each.trigger.name.of(language), PRIORITIES[each.trigger.priority])
            for each in sorted(found.works, key=lambda w: (w.trigger.priority, w.deadline))
        ],
        "rungs": [
            (each, local_name(each.name, each.name_en), LEADS.get(each.lead, each.lead))
            for each in found.rungs
        ],
        "heads": [(level, names.get(level, "")) for level in found.levels],
        "may_assign": request.user.may(Permission.ASSIGN_BOOKS),
    }
    return render(request, "books/duties.html", context)


@require_GET
@needs(Permission.CLAIM)
def pool(request: SignedIn) -> HttpResponse:
    """Customers of the branch whom nobody looks after."""
    return _pool(request)


@require_POST
@needs(Permission.CLAIM)
def claim(request: SignedIn, public_id: str) -> HttpResponse:
    """Take one of them into one's own book."""
    try:
        customer = actions.claim(public_id, by=request.user, at=timezone.now())
    except RegularsError as error:
        return _pool(request, problem=str(error), status=409)
    messages.success(request, _("Yours from now on. Have a look at the file, then call."))
    return redirect("customers:page", public_id=customer.public_id)


@require_GET
@needs(Permission.ASSIGN_BOOKS)
def nobody(request: SignedIn) -> HttpResponse:
    """Customers whom nobody looks after: of top tiers, or of those that `of` asks for."""
    return _nobody(request)


@require_POST
@needs(Permission.ASSIGN_BOOKS)
def give(request: SignedIn) -> HttpResponse:
    """Give one of them to somebody."""
    form = GiveForm(request.POST, viewer=request.user)
    if not form.is_valid():
        return _nobody(request, problem=_("Choose who takes the customer."), status=422)
    customer = customers.one(request.user, form.cleaned_data["customer"])
    if customer is None:
        raise Http404
    actions.give([customer.pk], form.cleaned_data["book"], by=request.user, at=timezone.now())
    messages.success(request, _("Given. The open cards went along."))
    of = request.GET.get("of", "")
    where = reverse("books:nobody")
    return redirect(f"{where}?{urlencode({'of': of})}" if of else where)


@require_http_methods(["GET", "POST"])
@needs(Permission.CLAIM, Permission.ASSIGN_BOOKS)
def release(request: SignedIn, public_id: str) -> HttpResponse:
    """Give a customer back to the pool, with the reason."""
    customer = customers.one(request.user, public_id)
    if customer is None or not may_release(request.user, customer):
        raise Http404
    data = request.POST if request.method == "POST" else None
    form, problem = ReleaseForm(data), ""
    if data is not None and form.is_valid():
        try:
            actions.release(customer, by=request.user, at=timezone.now(), **form.cleaned_data)
        except RegularsError as error:
            problem = str(error)
        else:
            return _done(request)
    context = {"form": form, "customer": customer, "problem": problem}
    status = 422 if form.is_bound else 200
    return render(request, "books/release.html", context, status=status)


@require_GET
@needs(Permission.ASSIGN_BOOKS)
def book(request: SignedIn, key: int) -> HttpResponse:
    """One book: who held it, what is in it, and how to hand it over."""
    return _book(request, _the_book(request, key))


@require_POST
@needs(Permission.ASSIGN_BOOKS)
def holders(request: SignedIn, key: int) -> HttpResponse:
    """Give a book another owner or backup."""
    found = _the_book(request, key)
    form = HolderForm(request.POST, book=found, viewer=request.user)
    if not form.is_valid():
        return _book(request, found, holders=form, status=422)
    try:
        actions.appoint(found, by=request.user, at=timezone.now(), **form.cleaned_data)
    except RegularsError as error:
        return _book(request, found, holders=form, problem=str(error), status=422)
    messages.success(request, _("The book has changed hands; its history says so."))
    return redirect("books:book", key=key)


@require_POST
@needs(Permission.ASSIGN_BOOKS)
def hand_over(request: SignedIn, key: int) -> HttpResponse:
    """Give the customers of a book to others, once somebody has seen who takes how many."""
    found = _the_book(request, key)
    form = HandoverForm(request.POST, book=found, viewer=request.user)
    if not form.is_valid():
        return _book(request, found, handover=form, status=422)
    if "change" in request.POST:  # back from the second look, with all that was typed
        return _book(request, found, handover=form)
    shares = queries.planned(request.user, found, form.split())
    plan = rules.plan_mark({share.book.pk: share.customers for share in shares})
    if shares and request.POST.get("plan") != plan:
        return _second_look(request, found, form, shares, plan)
    given: dict[str, Any] = {
        "note": form.cleaned_data["note"],
        "greets": form.cleaned_data["greets"],
        "message": form.cleaned_data["message"],
    }
    try:
        made = actions.hand_over(
            found, form.split(), by=request.user, at=timezone.now(), **given
        )
    except RegularsError as error:
        return _book(request, found, handover=form, problem=str(error), status=422)
    told = _("%(n)d customers handed over, with all that waits for them.")
    messages.success(request, told % {"n": made.counts["customers"]})
    return redirect("books:book", key=key)


def _pool(request: SignedIn, *, status: int = 200, **more: Any) -> HttpResponse:
    offset = number(request, "from")
    rows = queries.pool(request.user, most=PAGE + 1, start=offset)
    context = {
        "rows": rows[:PAGE],
        "next": offset + PAGE if len(rows) > PAGE else None,
        "size": queries.pool_size(request.user),
        "has_book": queries.own_books(request.user).exists(),
        **more,
    }
    part = request.htmx and offset
    page = "books/_pool_rows.html" if part else "books/pool.html"
    return render(request, page, context, status=status)


def _nobody(request: SignedIn, *, status: int = 200, **more: Any) -> HttpResponse:
    of = request.GET.get("of", "")
    lower = of.removeprefix(LOWER) if of.startswith(LOWER) else ""
    if lower:
        found = queries.led_lower(request.user, lower)
    elif of:
        found = queries.lacking(request.user, "" if of == LED else of)
    else:
        found = queries.without_anybody(request.user)
    offset = number(request, "from")
    rows = list(found[offset : offset + PAGE + 1])
    context = {
        "rows": rows[:PAGE],
        "next": offset + PAGE if len(rows) > PAGE else None,
        "size": found.count(),
        "of": of,
        "lower": lower,
        "books": queries.books(request.user).filter(owner__is_active=True),
        "nav": "books",
        **more,
    }
    part = request.htmx and offset
    page = "books/_nobody_rows.html" if part else "books/nobody.html"
    return render(request, page, context, status=status)


def _book(request: SignedIn, found: Book, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "book": found,
        "tenures": queries.tenures(found),
        "carried": queries.carried(request.user, found),
        "handovers": list(queries.handovers(request.user).filter(book=found)[:5]),
        "holders": HolderForm(None, book=found, viewer=request.user),
        "handover": HandoverForm(None, book=found, viewer=request.user),
        "levels": queries.by_level(request.user, found),
        "nav": "books",
        **more,
    }
    return render(request, "books/book.html", context, status=status)


def _second_look(
    request: SignedIn, found: Book, form: HandoverForm, shares: list[queries.Share], plan: str
) -> HttpResponse:
    """Say who would take how many; nothing has moved yet."""
    context = {
        "book": found,
        "shares": shares,
        "carried": queries.carried(request.user, found),
        "plan": plan,
        "given": [(name, value) for name, value in form.data.items() if name in form.fields],
        "note": form.cleaned_data["note"],
        "message": form.cleaned_data["message"],
        "greets_by": actions.greets_by(timezone.now()) if form.cleaned_data["greets"] else None,
        "changed": "plan" in request.POST,
        "nav": "books",
    }
    return render(request, "books/handover.html", context)


def _the_book(request: SignedIn, key: int) -> Book:
    found = queries.one(request.user, key)
    if found is None:
        raise Http404
    return found


def _done(request: SignedIn) -> HttpResponse:
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": "/"})
    return redirect("home")
