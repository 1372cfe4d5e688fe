"""The team: what each book owes, who is looked after, and who helps whom."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from regulars.base.errors import BadInput, Refused
from regulars.server.care import actions, queries
from regulars.server.care.forms import CapacityForm, HelpForm
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.models import Book
from regulars.server.core.rules import Permission
from regulars.server.web.answers import saved
from regulars.server.web.asked import number


@require_GET
@needs(Permission.SEE_TEAM)
def team(request: SignedIn) -> HttpResponse:
    at = timezone.now()
    found = queries.team(request.user, at, unit=request.GET.get("unit", ""))
    keys = [book.pk for book in found.books]
    context = {
        "team": found,
        "notes": queries.note_lines(request.user, at, keys, found.counting),
        "may_help": request.user.may(Permission.ASSIGN_BOOKS),
        "at": at,
        "nav": "team",
    }
    return render(request, "care/team.html", context)


@require_GET
@needs(Permission.SEE_TEAM)
def notes(request: SignedIn) -> HttpResponse:
    """The contacts behind a share: those that lack a part of the note."""
    part, person = request.GET.get("lacks", ""), request.GET.get("of", "")
    offset = number(request, "after")
    found, more = queries.notes_without(
        request.user, timezone.now(), person=person, part=part, offset=offset
    )
    context = {
        "touches": found,
        "more": offset + len(found) if more else 0,
        "part": part,
        "nav": "team",
    }
    template = "care/_notes_rows.html" if request.htmx and offset else "care/notes.html"
    return render(request, template, context)


@require_GET
@needs(Permission.SEE_TEAM)
def team_rows(request: SignedIn) -> HttpResponse:
    """The customers behind a coverage figure."""
    at, code = timezone.now(), request.GET.get("book", "")
    _books, book = queries.books_of(request.user, code)
    if book is None:
        raise Http404
    show, offset = request.GET.get("show", ""), number(request, "after")
    rows, more = queries.coverage_rows(request.user, at, book=book, show=show, offset=offset)
    context = {
        "rows": rows,
        "more": offset + len(rows) if more else 0,
        "book": book,
        "show": show,
        "nav": "team",
    }
    template = "care/_team_rows.html" if request.htmx and offset else "care/team_rows.html"
    return render(request, template, context)


@require_http_methods(["GET", "POST"])
@needs(Permission.ASSIGN_BOOKS)
def help_(request: SignedIn, key: int) -> HttpResponse:
    """Give cards of a book to somebody else: chosen ones, the late ones, those of a tier."""
    book, at = _book(request, key), timezone.now()
    burden = queries.burden(request.user, book, at)
    form = HelpForm(request.POST or None, helpers=burden.helpers, viewer=request.user)
    problem = ""
    if request.method == "POST" and (form.is_valid() or request.POST.get("what") == "return"):
        try:
            return _given(request, book, form)
        except (Refused, BadInput) as error:
            problem = str(error)
    context = {
        "burden": burden,
        "form": form,
        "capacity": _capacity_form(request, book),
        "problem": problem,
        "at": at,
        "nav": "team",
    }
    status = 409 if problem else 422 if request.method == "POST" else 200
    return render(request, "care/help.html", context, status=status)


@require_http_methods(["GET", "POST"])
@needs(Permission.ASSIGN_BOOKS)
def capacity(request: SignedIn, key: int) -> HttpResponse:
    """Say what the days of a book's owner hold: an absence, a training."""
    book, at = _book(request, key), timezone.now()
    if book.owner is None:
        raise Http404
    form = CapacityForm(request.POST) if request.POST else _capacity_form(request, book)
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_capacity(book.owner, by=request.user, at=at, **form.cleaned_data)
        except BadInput as error:
            problem = str(error)
        else:
            messages.success(request, _("Noted. Today's list was cut anew."))
            return saved(request, reverse("care:team"))
    context = {"book": book, "form": form, "problem": problem, "nav": "team"}
    status = 422 if request.method == "POST" else 200
    return render(request, "care/capacity.html", context, status=status)


def _given(request: SignedIn, book: Book, form: HelpForm) -> HttpResponse:
    at, what = timezone.now(), request.POST.get("what", "")
    to = book.owner if what == "return" else form.cleaned_data["to"]
    if to is None:
        raise Http404
    cards = queries.helpable(
        request.user, book, at, what=what, chosen=request.POST.getlist("card")
    )
    count = actions.give(
        list(cards.values_list("pk", flat=True)), book,
        to=to, by=request.user, at=at, days=form.cleaned_data.get("days"),
    )  # fmt: skip
    messages.success(
        request,
        ngettext("%(n)d card went to %(to)s.", "%(n)d cards went to %(to)s.", count)
        % {"n": count, "to": to},
    )
    return saved(request, reverse("care:team"))


def _capacity_form(request: SignedIn, book: Book) -> CapacityForm:
    today = core.local_date(timezone.now())
    owner = book.owner_id
    has = queries.loads([owner], None, today)[owner].has if owner else 0
    return CapacityForm(initial={"first_on": today, "minutes": has})


def _book(request: SignedIn, key: int) -> Book:
    found = core.books(request.user).filter(pk=key).first()
    if found is None:
        raise Http404
    return found
