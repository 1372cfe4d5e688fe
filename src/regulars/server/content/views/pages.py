"""The library, and one text with its versions."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from regulars.server.content import queries
from regulars.server.content.forms.fitting import names_of, triggers
from regulars.server.content.models import Text
from regulars.server.content.queries import pages
from regulars.server.content.queries.previewing import changes, some_customers
from regulars.server.content.queries.problems import PURPOSES
from regulars.server.content.rules.reading import read
from regulars.server.content.rules.shape import MESSAGE_CHANNELS, Fitting, Message
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.products import queries as products

KINDS = (
    ("objection", _("Objections")),
    ("script", _("Scripts")),
    ("playbook", _("Playbooks")),
    ("checklist", _("Checklists")),
    ("message", _("Messages")),
    ("snippet", _("Snippets")),
)


@require_GET
@needs()
def index(request: SignedIn) -> HttpResponse:
    """Everything of one kind that is in force; editors see what is in the making too."""
    asked = request.GET
    kind = asked.get("kind") if asked.get("kind") in dict(KINDS) else "objection"
    trigger, product_kind = asked.get("trigger", ""), asked.get("product", "")
    found = queries.entries(
        request.user, str(kind), search=asked.get("q", ""), trigger=trigger,
        product_kind=product_kind,
    )  # fmt: skip
    context = {
        "kind": kind,
        "kinds": KINDS,
        "entries": [shown(entry) for entry in found],
        "q": asked.get("q", ""),
        "trigger": trigger,
        "triggers": [(code, name) for code, name in triggers() if name != code],
        "product": product_kind,
        "products": products.kinds(),
        "deciding": queries.to_decide(request.user),
        **may(request),
    }
    if kind == "message":
        return render(request, "content/messages.html", context | _sifted(asked, context))
    if kind == "snippet":
        context |= _shelf(asked)
        return render(request, "content/snippets.html", context)
    return render(request, "content/index.html", context)


def _sifted(asked: Any, context: dict[str, Any]) -> dict[str, Any]:
    """The messages of a channel and a purpose, with what the filters offer."""
    channel, purpose = asked.get("channel", ""), asked.get("purpose", "")
    rows = [
        each
        for each in context["entries"]
        if channel in {"", each["body"].channel} and purpose in {"", each["body"].purpose}
    ]
    return {
        "entries": rows,
        "channel": channel,
        "purpose": purpose,
        "channels": [(code, str(names_of("channels")[code])) for code in MESSAGE_CHANNELS],
        "purposes": PURPOSES.items(),
    }


def _shelf(asked: Any) -> dict[str, Any]:
    tag = asked.get("tag", "")
    return {
        "shelf": queries.snippets(search=asked.get("q", ""), tag=tag),
        "tag": tag,
        "tags": queries.tags_of_snippets(),
    }


@require_GET
@needs()
def one(request: SignedIn, code: str) -> HttpResponse:
    """One text: the words in force, the version in the making, what was before."""
    entry = entry_or_404(request, code)
    making = entry.making
    found = queries.findings(entry.kind, making.body) if making else ()
    context = {
        **shown(entry),
        "at": timezone.now(),
        "making": making,
        "making_body": read(entry.kind, making.body) if making else None,
        "findings": found,
        "refused": any(hit.refused for hit in found),
        "versions": pages.versions(entry.text),
        "mine": making is not None and request.user.pk in making.authors,
        **may(request),
    }
    if entry.kind == Text.Kind.MESSAGE:
        context |= _decision(request, entry)
    return render(request, "content/one.html", context)


def _decision(request: SignedIn, entry: queries.Entry) -> dict[str, Any]:
    """What somebody looks at who decides on a message: the change, and three customers."""
    today = core.local_date(timezone.now())
    current = entry.current.body if entry.current else None
    made = entry.making or entry.current
    assert made is not None
    sending = queries.sendable(made)
    return {
        "changes": changes(entry.making, current if isinstance(current, Message) else None)
        if entry.making
        else [],
        "some": some_customers(request.user, sending, on=today)
        if request.user.may(Permission.SEE_CUSTOMERS)
        else None,
        "nature": queries.nature(sending.message),
        "lacking": queries.lacking(entry.kind, sending.message, on=today),
    }


@require_GET
@needs()
def version(request: SignedIn, code: str, number: str) -> HttpResponse:
    """An old version, or one in the making, as it was worded."""
    found = queries.version(request.user, code, int(number))
    if found is None:
        raise Http404
    context = {
        "version": found,
        "body": read(found.text.kind, found.body),
        "kind": found.text.kind,
        "kind_name": found.text.get_kind_display(),
    }
    return render(request, "content/version.html", context)


def entry_or_404(request: SignedIn, code: str) -> queries.Entry:
    kind = pages.kind_of(code)
    entry = queries.entry(request.user, kind, code) if kind else None
    if entry is None or entry.body is None:
        raise Http404
    return entry


def may(request: SignedIn) -> dict[str, bool]:
    return {
        "may_edit": request.user.may(Permission.EDIT_CONTENT),
        "may_approve": request.user.may(Permission.APPROVE_CONTENT),
    }


def shown(entry: queries.Entry) -> dict[str, Any]:
    """A text with the names of the codes that it fits."""
    body = entry.body
    assert body is not None
    return {
        "entry": entry,
        "body": body,
        "kind": entry.kind,
        "kind_name": dict(Text.Kind.choices)[entry.kind],
        "fits": _fits(body.fits),
    }


def _fits(fits: Fitting) -> list[str]:
    """The names of what a text fits; a code that nothing here has a name for is left out."""
    found = []
    for name in ("kinds", "triggers", "channels", "purposes", "levels", "stages", "classes"):
        known = names_of(name)
        codes = (str(code) for code in getattr(fits, name))
        found += [str(known[code]) for code in codes if known.get(code, code) != code]
    names = products.names() if fits.products else {}
    return [*found, *(names.get(code, code) for code in fits.products)]
