"""A person asks; somebody answers in time, once, and it is written down."""

from __future__ import annotations

import json
import zipfile
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.channels import actions as channels
from regulars.server.core import audit, custody, scope
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.events import actions as outbox
from regulars.server.core.models import Person
from regulars.server.customers import actions as customers
from regulars.server.customers import queries as reading
from regulars.server.customers.models import Customer
from regulars.server.privacy import queries, rules
from regulars.server.privacy.models import Request

SHRED = "privacy.shred"


class AlreadyAsked(Refused):
    """A request of that kind is open."""


class AlreadyAnswered(Refused):
    """Somebody answered it before."""


class NoProof(BadInput):
    """Nobody noted how the person proved who they are."""


class NoReason(BadInput):
    """A refusal needs a reason."""


class UnderDuty(Refused):
    """A legal duty to keep the file stands against its erasure."""


def open_request(
    customer: Customer,
    kind: str,
    *,
    received_on: date,
    by: Actor,
    at: datetime,
    words: str = "",
) -> Request:
    """Write down what somebody asks, and start its clock.

    :raises AlreadyAsked: the same is open already.
    """
    days = core.settings_of_company().get("rights_days", rules.WORKING_DAYS)
    due = rules.due(received_on, core.work_calendar(), days=int(days))
    try:
        with transaction.atomic():
            made = Request.objects.create(
                customer=customer,
                kind=kind,
                words=words,
                received_on=received_on,
                due_on=due,
                opened_by=by if isinstance(by, Person) else None,
                opened_at=at,
            )
            audit.record("privacy.request.opened", made, by=by, at=at, kind=kind)
    except IntegrityError as error:
        told = _("The same request of this customer is open already. Answer that one.")
        raise AlreadyAsked(told) from error
    return made


@transaction.atomic
def give_copy(
    request: Request, *, proof: str, by: Actor, at: datetime, answer: str = ""
) -> Request:
    """Make the copy: a page to read, and the same as JSON.

    :raises NoProof: nobody noted how the person proved who they are.
    """
    found = _hold(request, proof=proof)
    with scope.beyond(), translation.override(_language(found.customer)):
        told = queries.content(found.customer)
        _write_copy(found, told, at)
    rows = sum(len(each) for each in (*told["records"].values(), *told["facts"].values()))
    return _close(found, Request.State.DONE, by=by, at=at, answer=answer,
                  report={"rows": rows})  # fmt: skip


@transaction.atomic
def correct(request: Request, *, answer: str, proof: str, by: Actor, at: datetime) -> Request:
    """Note that the file was corrected; scores and tiers follow with the next run.

    :raises NoReason: nobody said what was corrected.
    """
    found = _hold(request, proof=proof)
    _said(answer)
    return _close(found, Request.State.DONE, by=by, at=at, answer=answer)


@transaction.atomic
def object_to_profiling(
    request: Request, *, proof: str, by: Actor, at: datetime, answer: str = ""
) -> Request:
    """Take the customer out of scores, tiers and segments for marketing."""
    found = _hold(request, proof=proof)
    customers.change_customer(found.customer, by=by, at=at, no_profiling=True)
    return _close(found, Request.State.DONE, by=by, at=at, answer=answer)


@transaction.atomic
def erase(request: Request, *, proof: str, by: Actor, at: datetime) -> Request:
    """Erase a customer: every value and row, here and in files merged into it.

    Stones keep the customer from coming back with a file, the list of addresses from being
    reached by one; facts become nobody's, so that sums stay. Files are searched by the
    worker at once after (`shred`), which is why what the person was known by waits so long.

    :raises UnderDuty: a legal block stands on the file.
    """
    found = _hold(request, proof=proof)
    counts: dict[str, int] = {}
    with scope.beyond():
        customer = _held(found.customer)
        _refuse_under_duty(customer)
        theirs = [*_merged_into(customer), customer]
        known = reading.known_by(theirs, at=at)
        for each in theirs:
            channels.keep_away(each, by=by, at=at)
            customers.bury(each, by=by, at=at)
            for key, count in custody.erase(each.pk, by=by, at=at).items():
                counts[key] = counts.get(key, 0) + count
    found.refresh_from_db()
    found.traces = json.loads(json.dumps(asdict(known), cls=DjangoJSONEncoder))
    outbox.wake(SHRED)
    return _close(found, Request.State.DONE, by=by, at=at, report={"rows": counts})


@transaction.atomic
def refuse(request: Request, *, answer: str, by: Actor, at: datetime) -> Request:
    """Refuse, with the reason that the person is told.

    :raises NoReason: no reason was given.
    """
    found = _open(request)
    _said(answer)
    return _close(found, Request.State.REFUSED, by=by, at=at, answer=answer)


@transaction.atomic
def withdraw(request: Request, *, by: Actor, at: datetime) -> Request:
    """The person took the request back."""
    found = _open(request)
    return _close(found, Request.State.WITHDRAWN, by=by, at=at)


def note_download(request: Request, *, by: Actor, at: datetime) -> None:
    """Write down that somebody took the copy out."""
    audit.record("privacy.copy.downloaded", request, by=by, at=at)


def _held(customer: Customer) -> Customer:
    """Hold the file in which somebody lives on: from now on nothing is merged into it."""
    (found,) = customers.lock_all(customer.pk)
    return _held(found.merged_into) if found.merged_into else found


def _refuse_under_duty(customer: Customer) -> None:
    if customer.legal_block:
        told = _("A duty to keep stands on this file: %(duty)s. Refuse, or wait for its end.")
        raise UnderDuty(told % {"duty": customer.legal_block})


def _merged_into(customer: Customer) -> list[Customer]:
    found: list[Customer] = []
    for each in Customer.objects.filter(merged_into=customer).order_by("pk"):
        found += [*_merged_into(each), each]
    return found


def _open(request: Request) -> Request:
    found = Request.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if found.state != Request.State.OPEN:
        raise AlreadyAnswered(_("This request was answered already. Reload the page."))
    return found


def _hold(request: Request, *, proof: str) -> Request:
    """Hold an open request whose person proved who they are."""
    found = _open(request)
    if proof not in Request.Proof.values:
        raise NoProof(_("Note first how the person proved who they are."))
    found.proof = proof
    return found


def _said(answer: str) -> None:
    if not answer.strip():
        raise NoReason(_("Write the sentence that the person is told."))


def _close(
    found: Request,
    state: str,
    *,
    by: Actor,
    at: datetime,
    answer: str = "",
    report: dict[str, Any] | None = None,
) -> Request:
    found.state, found.closed_at, found.report = state, at, report or {}
    found.answer = answer or found.answer
    found.closed_by = by if isinstance(by, Person) else None
    found.save()
    audit.record(f"privacy.request.{state}", found, by=by, at=at, kind=found.kind)
    return found


def _language(customer: Customer) -> str | None:
    """The language the person reads, or that of whoever makes the copy."""
    theirs = {"zh": "zh-hans", "en": "en"}.get(customer.language[:2])
    return theirs or translation.get_language()


def _write_copy(request: Request, told: dict[str, Any], at: datetime) -> None:
    path = queries.copy_path(request)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    text = json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
    plain = json.loads(text)
    page = render_to_string(
        "privacy/copy.html",
        {
            "customer": request.customer,
            "LANGUAGE_CODE": translation.get_language(),
            "company": core.company(),
            "made": f"{at.astimezone(core.time_zone()):%Y-%m-%d %H:%M}",
            "file": queries.file_rows(plain),
            "tables": queries.tables(plain),
            "kept": queries.kept_for(),
        },
    )
    scratch = path.with_suffix(".new")
    with zipfile.ZipFile(scratch, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("copy.json", text)
        out.writestr("copy.html", page)
    scratch.replace(path)
