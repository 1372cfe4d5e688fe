"""The first page, signing in and out, one-click entry into the demo, a home of one's own."""

from __future__ import annotations

from django.conf import settings
from django.contrib import auth
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from regulars.server.administration import forms, queries, rules
from regulars.server.administration.actions import front
from regulars.server.core.callers import caller
from regulars.server.core.models import Person

BACKEND = "django.contrib.auth.backends.ModelBackend"
FORWARDED = (
    *("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP"),
    *("Forwarded", "Via", "CF-Connecting-IP"),
)
# The page asks once a second; after two minutes a person should look at the terminal.
PATIENCE = 120


@require_safe
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """Send everybody to where they begin."""
    if isinstance(request.user, Person):
        return _begin(request, request.user)
    if queries.needs_set_up():
        return render(request, "administration/front/new.html", {"is_demo": settings.IS_DEMO})
    return _entries(request) if _is_open(request) else redirect("login")


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for name and password."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    if request.method != "POST":
        if isinstance(request.user, Person):
            return _onward(request, wanted)
        return _ask(request, forms.SignIn(), wanted)
    form = forms.SignIn(request.POST)
    if not form.is_valid():
        return _ask(request, form, wanted, status=422)
    try:
        person = front.sign_in(
            form.cleaned_data["username"],
            form.cleaned_data["password"],
            address=caller(request),
            at=timezone.now(),
        )
    except front.TooManyFailures:
        words = _("Too many wrong passwords. Wait a quarter of an hour, then try again.")
        form.add_error(None, words)
        return _ask(request, form, wanted, status=429)
    if person is None:
        words = _("User name and password do not match. Check both and try again.")
        form.add_error(None, words)
        return _ask(request, form, wanted, status=422)
    auth.login(request, person, backend=BACKEND)
    return _onward(request, wanted)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    auth.logout(request)
    return redirect("home")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def enter(request: HttpRequest) -> HttpResponse:
    """Show the demo's people again, or become one of them."""
    if not _is_open(request):
        raise Http404
    if request.method != "POST":
        return _entries(request)
    role = request.POST.get("role", "")
    entry = next((e for e in _people() if e.person.role == role), None)
    if entry is None:
        raise Http404
    language = get_language() or settings.LANGUAGE_CODE
    front.enter_demo(entry.person, language=language, at=timezone.now())
    auth.login(request, entry.person, backend=BACKEND)
    return redirect("home")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def own_home(request: HttpRequest) -> HttpResponse:
    """Ask the supervisor for a second, empty home, and wait for its address."""
    if not _is_open(request):
        raise Http404
    if request.method == "POST":
        language = get_language() or settings.LANGUAGE_CODE
        front.ask_for_own_home(
            settings.HOME.root,
            language=language,
            again=request.POST.get("again") == "1",
            at=timezone.now(),
        )
        return redirect("own-home")
    return render(request, "administration/front/own_home.html", _answer(tries=0))


@require_safe
@never_cache
def own_home_state(request: HttpRequest) -> HttpResponse:
    """The part of the waiting page that asks again."""
    if not _is_open(request):
        raise Http404
    tries = request.GET.get("tries", "")
    count = int(tries) if tries.isdecimal() and len(tries) < 6 else 0
    return render(request, "administration/front/_own_home.html", _answer(tries=count))


def is_local(request: HttpRequest) -> bool:
    """Tell whether the visitor sits at this machine; headers can only deny it."""
    return rules.is_local(
        address=request.META.get("REMOTE_ADDR", ""),
        host=request.get_host(),
        forwarded=any(name in request.headers for name in FORWARDED),
    )


def _is_open(request: HttpRequest) -> bool:
    return is_local(request) and queries.is_demo()


def _people() -> list[queries.Entry]:
    return queries.demo_entries(today=queries.local_date(timezone.now()))


def _entries(request: HttpRequest) -> HttpResponse:
    context = {"entries": _people(), "glance": queries.glance()}
    return render(request, "administration/front/entries.html", context)


def _answer(*, tries: int) -> dict[str, object]:
    answer = queries.own_home(settings.HOME.root)
    return {"answer": answer, "tries": tries + 1, "patient": tries < PATIENCE}


def _ask(
    request: HttpRequest, form: forms.SignIn, wanted: str, *, status: int = 200
) -> HttpResponse:
    context = {"form": form, "next": wanted, "is_open": _is_open(request)}
    return render(request, "administration/front/sign_in.html", context, status=status)


def _onward(request: HttpRequest, wanted: str) -> HttpResponse:
    """Go where somebody wanted to go, if that is a page of ours."""
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(wanted) if wanted and ours else redirect("home")


def _begin(request: HttpRequest, viewer: Person) -> HttpResponse:
    address = queries.home_url(viewer)
    if address:
        return HttpResponseRedirect(address)
    return render(request, "administration/front/nothing.html")
