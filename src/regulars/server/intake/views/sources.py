"""Sources: where rows come from again and again, and what is remembered of each."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from regulars.base.errors import BadInput, Refused
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.intake import actions, forms, queries
from regulars.server.intake.models import Source
from regulars.server.intake.views.shared import language_of_page


@require_safe
@needs(Permission.IMPORT)
def index(request: SignedIn) -> HttpResponse:
    """All sources, with what came of the last file of each."""
    rows, language = queries.sources_with_last(request.user), language_of_page()
    return render(
        request,
        "intake/sources.html",
        {
            "nav": "imports",
            "rows": [
                {
                    "source": one,
                    "last": last,
                    "kind": forms.kind_label(one.kind, language),
                }
                for one, last in rows
            ],
            "systems": forms.systems(language),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.IMPORT)
def new(request: SignedIn) -> HttpResponse:
    """Open a source: by hand, from a folder, from a database."""
    way = request.POST.get("way", request.GET.get("way", Source.Way.UPLOAD))
    if way not in forms.WAYS:
        raise Http404
    if way == Source.Way.SQL and not request.user.may(Permission.ADMINISTER):
        messages.warning(request, str(forms.WORDS["NotYours"]))
        return redirect("intake:sources")
    form = forms.SourceForm(request.POST or None, way=way)
    if request.method == "POST" and form.is_valid():
        try:
            at = timezone.now()
            made = actions.add_source(
                by=request.user, at=at, way=way, **form.fields_of_source()
            )
            if way == Source.Way.SQL:
                actions.connect_source(
                    made,
                    password=form.cleaned_data["password"],
                    by=request.user,
                    at=at,
                    **form.connection(),
                )
            return redirect("intake:source", key=made.public_id)
        except (BadInput, Refused) as error:
            form.add_error(None, forms.sentence(error))
    context = {"nav": "imports", "form": form, "way": way, "ways": forms.ways()}
    return render(
        request, "intake/source_new.html", context, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.IMPORT)
def one(request: SignedIn, key: str) -> HttpResponse:
    """One source: its last imports, its mapping, what is remembered; changed by POST."""
    source = _found(request, key)
    form = forms.SourceForm(request.POST or None, way=source.way, source=source)
    if request.method == "POST" and form.is_valid():
        if source.way == Source.Way.SQL and not request.user.may(Permission.ADMINISTER):
            messages.warning(request, str(forms.WORDS["NotYours"]))
            return redirect("intake:source", key=key)
        try:
            at = timezone.now()
            actions.change_source(source, by=request.user, at=at, **form.fields_of_source())
            if source.way == Source.Way.SQL:
                actions.connect_source(
                    source, password=form.cleaned_data["password"], by=request.user, at=at,
                    **form.connection(),
                )  # fmt: skip
            messages.success(request, _("The source is kept."))
            return redirect("intake:source", key=key)
        except (BadInput, Refused) as error:
            form.add_error(None, forms.sentence(error))
    return render(
        request, "intake/source.html", _page(request, source, form),
        status=422 if form.errors else 200,
    )  # fmt: skip


@require_POST
@needs(Permission.IMPORT)
def forget(request: SignedIn, key: str) -> HttpResponse:
    """Forget a source from which nothing was loaded."""
    try:
        actions.forget_source(_found(request, key), by=request.user, at=timezone.now())
    except Refused as error:
        messages.warning(request, forms.sentence(error))
        return redirect("intake:source", key=key)
    return redirect("intake:sources")


@require_POST
@needs(Permission.ADMINISTER)
def read_now(request: SignedIn, key: str) -> HttpResponse:
    """Have a database or a folder read as soon as the worker is free."""
    try:
        actions.ask_read(_found(request, key), by=request.user, at=timezone.now())
        messages.success(request, _("It is read as soon as the worker is free."))
    except Refused as error:
        messages.warning(request, forms.sentence(error))
    return redirect("intake:source", key=key)


def _page(request: SignedIn, source: Source, form: forms.SourceForm) -> dict[str, Any]:
    language = language_of_page()
    return {
        "nav": "imports",
        "source": source,
        "form": form,
        "kind": forms.kind_label(source.kind, language),
        "mapping": forms.labelled(source.kind, source.mapping, language),
        "imports": queries.imports(request.user).filter(source=source)[:20],
        "folder": queries.inbox(source) if source.way == Source.Way.FOLDER else None,
        "problem": forms.problem(source.message) if source.message else "",
        "may_change": source.way != Source.Way.SQL or request.user.may(Permission.ADMINISTER),
    }


def _found(request: SignedIn, key: str) -> Source:
    found = queries.source_by(request.user, key)
    if found is None:
        raise Http404
    return found
