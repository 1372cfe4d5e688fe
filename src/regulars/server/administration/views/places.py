"""Branches and books: the tree, and who looks after whose customers."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from regulars.base.errors import RegularsError
from regulars.server.administration import forms, queries, rules
from regulars.server.books.actions import change_book
from regulars.server.core import actions
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.models import Book
from regulars.server.core.rules import Permission


@require_safe
@needs(Permission.ADMINISTER)
def branches(request: SignedIn) -> HttpResponse:
    context = {"places": queries.places(request.user)}
    return render(request, "administration/branches.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ADMINISTER)
def add_branch(request: SignedIn) -> HttpResponse:
    if request.method != "POST":
        initial = {"parent": request.GET.get("parent")}
        form = forms.NewPlace(viewer=request.user, initial=initial)
        return _form(request, form, _("Add a branch"), "administration:branches")
    form = forms.NewPlace(request.POST, viewer=request.user)
    if form.is_valid():
        try:
            unit = actions.add_org_unit(**form.cleaned_data, by=request.user, at=timezone.now())
        except RegularsError as error:
            form.refuse(error)
        else:
            messages.success(request, _("%(name)s was added.") % {"name": unit})
            return redirect("administration:branches")
    return _form(request, form, _("Add a branch"), "administration:branches", status=422)


@require_safe
@needs(Permission.ADMINISTER)
def books(request: SignedIn) -> HttpResponse:
    window = rules.Window.of(request.GET.get("page", "1"))
    show = request.GET.get("show", "all")
    found = queries.books(
        request.user,
        text=request.GET.get("q", "").strip(),
        show=show,
        branch=request.GET.get("branch", ""),
    )
    rows = found[window.start : window.stop]
    context = {
        "rows": rows[: rules.ROWS],
        "next_page": window.next_page if len(rows) > rules.ROWS else None,
        "show": show,
        "total": len(found),
        "customers": sum(count for _book, count in found),
    }
    part = window.start > 0 and request.htmx
    template = "administration/_books_rows.html" if part else "administration/books.html"
    return render(request, template, context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ADMINISTER)
def add_book(request: SignedIn) -> HttpResponse:
    form = forms.NewBook(request.POST or None, viewer=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            book = actions.add_book(**form.cleaned_data, by=request.user, at=timezone.now())
        except RegularsError as error:
            form.refuse(error)
        else:
            messages.success(request, _("%(name)s was added.") % {"name": book})
            return redirect("administration:books")
    status = 422 if form.errors else 200
    return _form(request, form, _("Open a book"), "administration:books", status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ADMINISTER)
def assign(request: SignedIn, key: int) -> HttpResponse:
    book = _book(request, key)
    held = {"owner": book.owner_id, "backup": book.backup_id}
    before = held | {"name": book.name, "name_en": book.name_en}
    form = forms.ChangeBook(
        request.POST or None, initial=before, viewer=request.user, book=book
    )
    if not form.is_valid():
        status = 422 if form.errors else 200
        return _form(request, form, str(book), "administration:books", status=status)
    changed = change_book(book, **form.cleaned_data, by=request.user, at=timezone.now())
    said = _("%(name)s was assigned. Its owner sees it at once.")
    if not held.keys() & set(form.changed_data):
        said = _("%(name)s was saved.")
    messages.success(request, said % {"name": changed})
    return redirect("administration:books")


def _book(request: SignedIn, key: int) -> Book:
    book = queries.book(request.user, key)
    if book is None:
        raise Http404
    return book


def _form(
    request: SignedIn, form: forms.Plain, title: str, back: str, *, status: int = 200
) -> HttpResponse:
    context = {"form": form, "title": title, "back": back}
    return render(request, "administration/form.html", context, status=status)
