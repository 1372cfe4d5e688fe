"""Words that must not be said, and whose shipped texts are in use."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from regulars.base.errors import BadInput, Refused
from regulars.server.content import actions, queries
from regulars.server.content.forms import WordForm
from regulars.server.content.views.pages import KINDS, may
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission


@require_http_methods(["GET", "POST"])
@needs(Permission.EDIT_CONTENT, Permission.APPROVE_CONTENT)
def words(request: SignedIn) -> HttpResponse:
    """The list with its reasons, how often each is said today, and the company's own."""
    form = WordForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            actions.add_word(**form.cleaned_data, by=request.user, at=timezone.now())
        except Refused as error:
            form.add_error("word", str(error))
        else:
            messages.success(request, _("The word is on the list."))
            return redirect("content:words")
    context = {
        "form": form,
        "groups": queries.word_groups(),
        "own": queries.own_words(),
        "trades": queries.trades(),
        "kinds": KINDS,
        "kind": "words",
        **may(request),
    }
    return render(request, "content/words.html", context, status=422 if form.is_bound else 200)


@require_POST
@needs(Permission.EDIT_CONTENT, Permission.APPROVE_CONTENT)
def remove(request: SignedIn) -> HttpResponse:
    """Take a word of the company's own off the list."""
    given = request.POST.get("word", "")
    found = queries.word(int(given)) if given.isdecimal() and len(given) < 18 else None
    if found is None:
        raise Http404
    actions.remove_word(found, by=request.user, at=timezone.now())
    return redirect("content:words")


@require_POST
@needs(Permission.APPROVE_CONTENT)
def trades(request: SignedIn) -> HttpResponse:
    """Choose the trades whose shipped texts are in use."""
    try:
        actions.choose_trades(request.POST.getlist("trade"), by=request.user, at=timezone.now())
    except BadInput as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The shipped texts of these trades are in use."))
    return redirect("content:words")
