"""The list of referrals, and one of them with its steps."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.referrals import actions, queries
from regulars.server.referrals.forms import (
    DecideForm,
    HopeForm,
    LoseForm,
    RefuseForm,
    TakeBackForm,
    WordsForm,
)
from regulars.server.referrals.models import Referral
from regulars.server.referrals.rules import may_move
from regulars.server.referrals.views.shared import drawer, offset, posted, the_referral
from regulars.server.web.answers import saved

ICONS = {
    "received": "user-plus", "contacted": "phone-check", "met": "users", "customer": "check",
    "rewarded": "coins", "reversed": "arrow-back-up", "lost": "x", "refused": "x",
    "reopened": "refresh", "rose": "arrow-up", "decided": "eye",
    "kept": "alert-circle", "settled": "check", "withheld": "alert-circle", "again": "refresh",
}  # fmt: skip


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def index(request: SignedIn) -> HttpResponse:
    """Who was referred, the most pressing first; one figure narrows it down."""
    at, begin = timezone.now(), offset(request)
    show = request.GET.get("show", "open")
    show = show if show in {*queries.SHOWS, "late"} else "open"
    words = request.GET.get("q", "")[:60]
    rows, more = queries.listed(request.user, at, show=show, words=words, begin=begin)
    context = {
        "rows": rows,
        "next": begin + len(rows) if more else None,
        "show": show,
        "words": words,
        "tallies": queries.tallies(request.user, at),
        "may_count": _may_count(request),
        "terms": queries.in_force(core.local_date(at)),
        "may_bring": request.user.may(Permission.IMPORT),
        "within": queries.within(),
        "at": at,
        "nav": "referrals",
    }
    part = request.htmx and begin
    name = "referrals/_rows.html" if part else "referrals/index.html"
    return render(request, name, context)


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def one(request: SignedIn, public_id: str) -> HttpResponse:
    """One referral: both sides, what happened, what speaks against it, what was given."""
    found, at = the_referral(request, public_id), timezone.now()
    steps, rewards = list(found.steps.all()), list(queries.rewards_of(request.user, found))
    acts = request.user.may(Permission.RECORD_CONTACT)
    context: dict[str, Any] = {
        "row": queries.seen(found, at),
        "it": found,
        "steps": [(step, ICONS[step.what]) for step in reversed(steps)],
        "findings": [(each, queries.finding_words(each)) for each in found.findings.all()],
        "rewards": [
            (each, queries.of_reward(each), actions.stands(each),
             actions.may_give_again(found, each, request.user))
            for each in rewards
        ],
        "lacks": found.state == Referral.State.REWARDED
        and any(each.state == "withheld" for each in rewards),
        "hope": queries.hope_of(request.user, found),
        "may_hope": acts and bool(queries.hopes(request.user, found)),
        "waits": any(step.tell and step.told_at is None for step in steps),
        "naming": queries.naming(found),
        "to_say": queries.to_say(found, core.local_date(at)),
        "may_act": acts,
        "may_tell": acts and found.referrer is not None,
        "may_decide": found.is_to_decide
        and actions.may_decide(found, request.user),
        "may_take_back": queries.may_be_taken_back(found)
        and actions.may_decide(found, request.user),
        "moves": [to for to in ("contacted", "met", "lost", "refused", "received")
                  if _moves(found, to)],
        "goes_on": found.state in _ENDED
        and found.check_state != Referral.Check.UPHELD
        and not found.rewards.exists(),
        "at": at,
        "nav": "referrals",
    }  # fmt: skip
    return render(request, "referrals/one.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def contacted(request: SignedIn, public_id: str) -> HttpResponse:
    found = the_referral(request, public_id)
    return _step(request, found, WordsForm(posted(request)), actions.contacted,
                 title=_("Spoken with the friend"))  # fmt: skip


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def met(request: SignedIn, public_id: str) -> HttpResponse:
    found = the_referral(request, public_id)
    return _step(request, found, WordsForm(posted(request)), actions.met,
                 title=_("Met the friend"))  # fmt: skip


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def lose(request: SignedIn, public_id: str) -> HttpResponse:
    found = the_referral(request, public_id)
    return _step(request, found, LoseForm(posted(request)), actions.lose,
                 title=_("It came to nothing"))  # fmt: skip


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def refuse(request: SignedIn, public_id: str) -> HttpResponse:
    found = the_referral(request, public_id)
    words = _("Nothing is paid for it, and who referred is told that it does not count.")
    return _step(request, found, RefuseForm(posted(request)), actions.refuse,
                 title=_("Not a valid referral"), words=words)  # fmt: skip


@require_POST
@needs(Permission.RECORD_CONTACT)
def reopen(request: SignedIn, public_id: str) -> HttpResponse:
    """It goes on after all."""
    found = the_referral(request, public_id)
    actions.reopen(found, by=request.user, at=timezone.now())
    return saved(request, _where(found))


@require_POST
@needs(Permission.RECORD_CONTACT)
def tell(request: SignedIn, public_id: str) -> HttpResponse:
    """Who referred was told how it stands."""
    found = the_referral(request, public_id)
    actions.told(found, by=request.user, at=timezone.now())
    return saved(request, _where(found))


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def hope(request: SignedIn, public_id: str) -> HttpResponse:
    """The opportunity to be recommended that it came from."""
    found, at = the_referral(request, public_id), timezone.now()
    standing, known = (
        queries.hope_of(request.user, found),
        queries.hopes(request.user, found),
    )
    form = HopeForm(posted(request), standing=standing, known=known)
    return drawer(
        request, form,
        lambda told: actions.tie_to(found, form.chosen(), by=request.user, at=at),
        title=_("The opportunity that it came from"), where=_where(found),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@needs(Permission.SEE_TEAM)
def decide(request: SignedIn, public_id: str) -> HttpResponse:
    """Whether what was found is in order."""
    found = the_referral(request, public_id)
    words = _("Nothing is paid before. One that is not valid is refused for good.")
    return _step(request, found, DecideForm(posted(request)), actions.decide,
                 title=_("Decide on what was found"), words=words)  # fmt: skip


@require_http_methods(["GET", "POST"])
@needs(Permission.SEE_TEAM)
def take_back(request: SignedIn, public_id: str) -> HttpResponse:
    """Take back what was given."""
    found = the_referral(request, public_id)
    words = _(
        "Points that were spent already are owed, and later ones pay them. A coupon that was "
        "redeemed and a gift that was handed over stay, and the story says so."
    )
    return _step(request, found, TakeBackForm(posted(request)), actions.take_back,
                 title=_("Take the reward back"), words=words)  # fmt: skip


def _step(
    request: SignedIn, found: Referral, form: Any, act: Any, *, title: str, words: str = ""
) -> HttpResponse:
    at = timezone.now()
    return drawer(
        request, form, lambda told: act(found, **told, by=request.user, at=at), title=title,
        words=words, where=_where(found),
    )  # fmt: skip


def _moves(found: Referral, to: str) -> bool:
    return may_move(found.state, to) and not (to == "received" or found.state in _ENDED)


def _where(found: Referral) -> str:
    return reverse("referrals:one", args=[found.public_id])


def _may_count(request: SignedIn) -> bool:
    return request.user.may(Permission.SEE_TEAM) or request.user.may(Permission.SEE_KPIS)


_ENDED = frozenset({"lost", "refused"})
