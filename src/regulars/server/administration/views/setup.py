"""The first page of a home of one's own, opened by the link in the terminal."""

from __future__ import annotations

from django.conf import settings
from django.contrib import auth, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone, translation
from django.utils.crypto import constant_time_compare
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from regulars.server.administration import forms, queries
from regulars.server.administration.actions import front
from regulars.server.administration.views.front import BACKEND
from regulars.server.core.actions import WeakPassword


@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def set_up(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for the company and its administrator, once."""
    genuine = constant_time_compare(token, queries.set_up_token())
    if settings.IS_DEMO or not genuine or not queries.needs_set_up():
        raise Http404
    if request.method != "POST":
        return _ask(request, forms.SetUp(initial={"language": get_language()}))
    form = forms.SetUp(request.POST)
    if not form.is_valid():
        return _ask(request, form, status=422)
    typed = {name: value for name, value in form.cleaned_data.items() if name != "again"}
    try:
        person = front.set_up(front.NewCompany(**typed), at=timezone.now())
    except WeakPassword as error:
        form.refuse(error)
        return _ask(request, form, status=422)
    except front.AlreadySetUp:
        raise Http404 from None
    auth.login(request, person, backend=BACKEND)
    return _welcome(request, language=person.language)


def _ask(request: HttpRequest, form: forms.SetUp, *, status: int = 200) -> HttpResponse:
    return render(request, "administration/front/set_up.html", {"form": form}, status=status)


def _welcome(request: HttpRequest, *, language: str) -> HttpResponse:
    with translation.override(language):
        messages.success(
            request,
            _(
                "Your company is set up. Three steps: bring customers, bring transactions, "
                "see who is valuable."
            ),
        )
    try:
        answer = redirect(reverse("intake:index"))
    except NoReverseMatch:
        answer = redirect("home")
    answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, samesite="Lax")
    return answer
