"""Who works here: list, add, change, let go, new password."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from regulars.base.errors import RegularsError
from regulars.server.administration import forms, queries, rules
from regulars.server.core import actions
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission

STATES = ("active", "left", "all")


@require_safe
@needs(Permission.ADMINISTER)
def people(request: SignedIn) -> HttpResponse:
    state = request.GET.get("state", "active")
    window = rules.Window.of(request.GET.get("page", "1"))
    found = queries.people(
        request.user,
        text=request.GET.get("q", "").strip(),
        role=request.GET.get("role", ""),
        state=state,
    )
    rows = list(found[window.start : window.stop])
    context = {
        "rows": rows[: rules.ROWS],
        "next_page": window.next_page if len(rows) > rules.ROWS else None,
        "roles": Person.ROLES,
        "state": state if state in STATES else "all",
        "total": found.count(),
    }
    part = window.start > 0 and request.htmx
    template = "administration/_people_rows.html" if part else "administration/people.html"
    return render(request, template, context)


@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ADMINISTER)
def add(request: SignedIn) -> HttpResponse:
    if request.method != "POST":
        return _form(request, forms.NewPerson(viewer=request.user))
    form = forms.NewPerson(request.POST, viewer=request.user)
    if not form.is_valid():
        return _form(request, form, status=422)
    typed = {name: value for name, value in form.cleaned_data.items() if name != "again"}
    try:
        person = actions.add_person(**typed, by=request.user, at=timezone.now())
    except RegularsError as error:
        form.refuse(error)
        return _form(request, form, status=422)
    messages.success(
        request,
        _("%(name)s may sign in now as %(username)s.")
        % {"name": person, "username": person.username},
    )
    return redirect("administration:people")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ADMINISTER)
def change(request: SignedIn, key: str) -> HttpResponse:
    person = _person(request, key)
    fields = ("name", "name_en", "email", "wecom_userid", "role", "org_unit")
    before = {name: getattr(person, name) for name in fields}
    if request.method != "POST":
        return _form(request, forms.ChangePerson(initial=before, viewer=request.user), person)
    form = forms.ChangePerson(request.POST, viewer=request.user)
    if not form.is_valid():
        return _form(request, form, person, status=422)
    try:
        actions.change_person(person, **form.cleaned_data, by=request.user, at=timezone.now())
    except RegularsError as error:
        form.refuse(error)
        return _form(request, form, person, status=422)
    messages.success(request, _("Saved. It holds from the next page that they open."))
    return redirect("administration:person", key=key)


@require_POST
@needs(Permission.ADMINISTER)
def activate(request: SignedIn, key: str) -> HttpResponse:
    """Let somebody go, or take them back."""
    person = _person(request, key)
    wanted = request.POST.get("is_active") == "1"
    try:
        actions.change_person(person, is_active=wanted, by=request.user, at=timezone.now())
    except actions.LastAdministrator as error:
        messages.error(request, str(forms.WORDS[type(error)][1]))
    return redirect("administration:person", key=key)


@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ADMINISTER)
def password(request: SignedIn, key: str) -> HttpResponse:
    """Give somebody a new password; whoever is signed in with the old one is not any more."""
    person = _person(request, key)
    form = forms.Password(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            typed = form.cleaned_data["password"]
            actions.set_password(person, typed, by=request.user, at=timezone.now())
        except actions.WeakPassword as error:
            form.refuse(error)
        else:
            messages.success(request, _("The new password holds from now on."))
            return redirect("administration:person", key=key)
    status = 422 if form.errors else 200
    context = {"form": form, "person": person}
    return render(request, "administration/password.html", context, status=status)


def _person(request: SignedIn, key: str) -> Person:
    person = queries.person(request.user, key)
    if person is None:
        raise Http404
    return person


def _form(
    request: SignedIn, form: forms.Plain, person: Person | None = None, *, status: int = 200
) -> HttpResponse:
    context = {"form": form, "person": person}
    return render(request, "administration/person.html", context, status=status)
