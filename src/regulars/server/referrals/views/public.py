"""The pages behind a link: a friend's, and the owner's. No sign-in; a look changes nothing.

That a device opened a page is told by the page itself once it is shown, by a post.
"""

from __future__ import annotations

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.base.errors import BadInput
from regulars.server.channels import queries as channels
from regulars.server.core import queries as core
from regulars.server.core import scope
from regulars.server.core.callers import caller
from regulars.server.referrals import actions, queries
from regulars.server.referrals.forms import CodeForm, FriendForm
from regulars.server.referrals.models import Link, Referral, Reward

QUIET = {
    "X-Robots-Tag": "noindex",
    # The address is a secret to other houses; to our own a form must say where it comes from.
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
BY_CODE = "code"


@require_http_methods(["GET", "HEAD", "POST"])
def public(request: HttpRequest, token: str) -> HttpResponse:
    """The form of a friend; sent twice it is one referral."""
    at = timezone.now()
    try:
        link, shown = _behind(token)
    except actions.NoLink as error:
        return _over(request, str(error), 404)
    data = request.POST if request.method == "POST" else None
    wording = channels.wording("marketing", at=at)
    form, problem, status = FriendForm(data, notice=wording), "", 200
    if data is not None and form.is_machine():
        return redirect("referrals:thanks", token=token)
    if data is not None and form.is_valid():
        try:
            _take_in(request, link, form)
            return redirect("referrals:thanks", token=token)
        except (BadInput, actions.TooMany) as error:
            problem = str(error)
            status = 429 if isinstance(error, actions.TooMany) else 422
    elif data is not None:
        status = 422
    with scope.beyond():
        terms = queries.in_force(core.local_date(at))
        within = queries.within()
        gets, promise = queries.of_side(terms, "referrer"), queries.promise(terms)
    context = {"form": form, "problem": problem, "wording": wording, "shown": shown,
               "token": token, "promise": promise, "they_get": gets,
               "within": within}  # fmt: skip
    return _quiet(render(request, "referrals/public.html", context, status=status))


@require_GET
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    """What everybody sees afterwards, known or new."""
    try:
        _behind(token)
    except actions.NoLink as error:
        return _over(request, str(error), 404)
    context = {"token": token, "within": queries.within()}
    return _quiet(render(request, "referrals/thanks.html", context))


@require_POST
def seen(request: HttpRequest, token: str) -> HttpResponse:
    """A browser shows the page of a friend."""
    return _count(request, token, own=False)


@require_POST
def seen_own(request: HttpRequest, token: str) -> HttpResponse:
    """A browser shows the owner's page."""
    return _count(request, token, own=True)


@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Where somebody writes the code that a friend told them."""
    form, problem, status = (
        CodeForm(request.POST if request.method == "POST" else None),
        "",
        200,
    )
    if form.is_bound and form.is_valid():
        try:
            with scope.beyond():  # it stays, whatever the code leads to
                actions.knock(caller(request), link=None, at=timezone.now())
            with scope.beyond():
                found = actions.behind_code(form.cleaned_data["code"])
            where = reverse("referrals:public", args=[found.token])
            return redirect(f"{where}?by={BY_CODE}")
        except actions.TooMany as error:
            problem, status = str(error), 429
        except actions.NoLink:
            problem = _("Nobody's code reads like this. Look at it again.")
            status = 422
    elif form.is_bound:
        status = 422
    context = {"form": form, "problem": problem}
    return _quiet(render(request, "referrals/code.html", context, status=status))


@require_GET
def mine(request: HttpRequest, token: str) -> HttpResponse:
    """The owner's page: the link to send on, and how far each friend is, without a name."""
    try:
        with scope.beyond():
            link = actions.behind_own(token)
            owner = queries.owner(link)
            assert owner is not None
            today = core.local_date(timezone.now())
            lines = queries.own_page(owner, today)
            terms = queries.in_force(today)
            you_get, they_get = (queries.of_side(terms, one) for one in Reward.Side.values)
    except actions.NoLink as error:
        return _over(request, str(error), 404)
    url = request.build_absolute_uri(reverse("referrals:public", args=[link.token]))
    context = {
        "link": link,
        "url": url,
        "words": queries.invitation(link, url, core.company() or ""),
        "qr": segno.make(url, error="m").svg_data_uri(scale=5, border=2),
        "lines": lines,
        "terms": terms,
        "you_get": you_get,
        "they_get": they_get,
        "token": token,
    }
    return _quiet(render(request, "referrals/mine.html", context))


def _take_in(request: HttpRequest, link: Link, form: FriendForm) -> None:
    told = form.cleaned_data
    by_code = request.GET.get("by") == BY_CODE
    with scope.beyond():
        actions.by_link(
            link,
            form.friend(),
            way=Referral.Way.CODE if by_code else Referral.Way.LINK,
            channels=told["channels"],
            book=queries.place(told["place"]) if told["place"] else None,
            address=caller(request),
            agent=str(request.headers.get("User-Agent", "")),
            at=timezone.now(),
        )


def _count(request: HttpRequest, token: str, *, own: bool) -> HttpResponse:
    try:
        with scope.beyond():
            link, at = (
                actions.behind_own(token) if own else actions.behind(token),
                timezone.now(),
            )
            actions.knock_seen(caller(request), link=link, at=at)
            actions.opened(
                link, address=caller(request), own=own, at=at,
                agent=str(request.headers.get("User-Agent", "")),
            )  # fmt: skip
    except actions.NoLink:
        return _quiet(HttpResponse(status=404))
    except actions.TooMany:
        return _quiet(HttpResponse(status=429))
    return _quiet(HttpResponse(status=204))


def _behind(token: str) -> tuple[Link, str]:
    """A link, and what a friend may read of its owner."""
    with scope.beyond():
        link = actions.behind(token)
        owner = queries.owner(link)
        assert owner is not None
        return link, queries.shown(link, owner)


def _over(request: HttpRequest, words: str, status: int) -> HttpResponse:
    return _quiet(render(request, "referrals/over.html", {"words": words}, status=status))


def _quiet(answer: HttpResponse) -> HttpResponse:
    for name, value in QUIET.items():
        answer[name] = value
    return answer
