"""People come in: by a form, by a card, at an event, or seen in the lobby."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.channels import actions as channels
from regulars.server.channels import queries as wordings
from regulars.server.core import audit, scope
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor, System
from regulars.server.core.models import Book, Person, public_id
from regulars.server.core.secrecy import keyed_hash
from regulars.server.customers import actions as customers
from regulars.server.customers import loading
from regulars.server.customers.models import Customer
from regulars.server.reception import queries, rules
from regulars.server.reception.models import Arrival, HostedForm, Knock

ANSWER_IN = 1  # working days in which who was met hears from us
CONFIRM_IN = 3  # and in which a consent that came by a form is asked for


class NothingToReach(BadInput):
    """Neither phone nor e-mail: nobody could be found again."""


class TooManyKnocks(Refused):
    """One address filled in too many forms."""


class NowhereToGo(BadInput):
    """Nobody has a book into which this person could go."""


@transaction.atomic
def make_form(*, by: Actor, at: datetime, **fields: Any) -> HostedForm:
    """Open a hosted form."""
    made = HostedForm.objects.create(
        made_at=at, made_by=by if isinstance(by, Person) else None, **fields
    )
    audit.record("reception.form.made", made, by=by, at=at)
    return made


@transaction.atomic
def change_form(form: HostedForm, *, by: Actor, at: datetime, **fields: Any) -> None:
    """Change a form; what came by it stays."""
    for name, value in fields.items():
        setattr(form, name, value)
    form.save(update_fields=list(fields))
    audit.record("reception.form.changed", form, by=by, at=at, fields=sorted(fields))


def fill_in(
    form: HostedForm,
    given: Mapping[str, Any],
    *,
    agreed: Collection[str],
    address: str,
    at: datetime,
) -> None:
    """Take what a stranger wrote into the file, with the wording they agreed to.

    Answers nothing: whether somebody was on file is nobody's business outside.

    :raises TooManyKnocks: the address sent too many this hour.
    """
    by = System(f"form-{form.public_id}")
    _knock(form, address, at)
    with scope.everything():
        customer, was_new = _take_in(
            given, book=form.book, origin=f"form:{form.name}", by=by, at=at
        )
        said = [channel for channel in form.channels if channel in agreed]
        if said and was_new:
            _write_consents(customer, form, said, by=by, at=at)
        elif said:
            _ask_to_confirm(customer, form, said, by=by, at=at)
        _arrive(
            customer, "form", form=form, occasion=form.name,
            note=str(given.get("note") or "")[:300], was_new=was_new, by=by, at=at,
        )  # fmt: skip


def add_quickly(
    given: Mapping[str, Any],
    *,
    way: str,
    by: Person,
    at: datetime,
    occasion: str = "",
    note: str = "",
) -> Arrival:
    """Take somebody in who was met; who looks after them is asked to be in touch.

    Somebody known goes to their own manager, whosever customer they are; somebody new into
    the adder's book, or the branch's pool where the adder keeps none. The adder sees no
    customer more than before, and keeps the credit.

    :raises NothingToReach: there is neither a phone nor an e-mail address.
    :raises NowhereToGo: there is no book for the branch.
    """
    if not (rules.digits(str(given.get("phone") or "")) or given.get("email")):
        raise NothingToReach(_("Write a phone number or an e-mail address."))
    book = _own_book(by)
    with scope.beyond():
        customer, was_new = _take_in(
            given, book=book, origin=f"{way}:{by.username}", by=by, at=at
        )
        made = _arrive(
            customer, way, occasion=occasion, note=note, was_new=was_new, by=by, at=at
        )
        if made.routed_to is not None and made.routed_to != by:
            _ask_to_call(customer, made, by=by, at=at)
    return made


def _write_consents(
    customer: Customer, form: HostedForm, said: Collection[str], *, by: Actor, at: datetime
) -> None:
    asked = wordings.wording("marketing", at=at)
    for channel in said:
        channels.record_consent(
            customer, purpose="marketing", channel=channel, said="given", source="form",
            evidence=f"{form.name} ({form.public_id})", wording=asked, by=by, at=at,
        )  # fmt: skip


def _ask_to_confirm(
    customer: Customer, form: HostedForm, said: Collection[str], *, by: Actor, at: datetime
) -> None:
    """Anybody can type a name and a number: a known customer's yes waits for their voice."""
    note = _("“%(form)s” was filled in under this name: news is welcome by %(ways)s.")
    customers.ask_for_action(
        [customer.pk],
        note=(note % {"form": form.name, "ways": ", ".join(said)})[:300],
        action=_("Ask whether that is so, and write the consent down"),
        due_on=core.work_calendar().add_workdays(core.local_date(at), CONFIRM_IN),
        owner=customer.book.owner,
        by=by,
        at=at,
    )


def _take_in(
    given: Mapping[str, Any], *, book: Book, origin: str, by: Actor, at: datetime
) -> tuple[Customer, bool]:
    name, phone = str(given["name"]), rules.digits(str(given.get("phone") or ""))
    email = str(given.get("email") or "")
    _one_after_the_other(phone, rules.fold(email))
    known = rules.match(name, phone, email, queries.candidates(phone, email))
    number = known.number if known else f"R-{public_id()}"
    row = {key: value for key, value in given.items() if value not in (None, "")}
    if known:
        del row["name"]  # the same name, perhaps with a blank: the file's own stands
    row |= {"number": number, **({"phone": phone} if phone else {})}
    if not known:
        row["source"] = origin.partition(":")[0]
    loading.load([row], list(row), default_book=book, origin=origin, by=by, at=at)
    customer = Customer.objects.get(number=number)
    return customer, known is None


def _one_after_the_other(*ways: str) -> None:
    """Who is brought twice at once, by a second press or two colleagues, gets one file."""
    with connection.cursor() as db:
        for way in sorted({*ways} - {""}):
            db.execute(
                "select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"reception:{way}"]
            )


def _arrive(
    customer: Customer, way: str, *, was_new: bool, by: Actor, at: datetime, **more: Any
) -> Arrival:
    made = Arrival.objects.create(
        customer=customer,
        way=way,
        was_new=was_new,
        met_by=by if isinstance(by, Person) else None,
        routed_to=customer.book.owner,
        at=at,
        **more,
    )
    audit.record("reception.arrival.noted", made, by=by, at=at, way=way, new=was_new)
    return made


def _ask_to_call(customer: Customer, made: Arrival, *, by: Person, at: datetime) -> None:
    due = core.work_calendar().add_workdays(core.local_date(at), ANSWER_IN)
    told = _("Met by %(who)s: %(what)s") % {
        "who": by,
        "what": made.note or made.occasion or "-",
    }
    customers.ask_for_action(
        [customer.pk],
        note=told[:300],
        action=_("Get in touch while it is fresh"),
        due_on=due,
        owner=made.routed_to,
        by=by,
        at=at,
    )


def _own_book(person: Person) -> Book:
    own = Book.objects.filter(owner=person).order_by("code").first()
    pool = Book.objects.filter(org_unit=person.org_unit, owner__isnull=True).order_by("code")
    found = own or pool.first()
    if found is None:
        raise NowhereToGo(_("Your branch has no pool yet. Ask an administrator to open one."))
    return found


def _knock(form: HostedForm, address: str, at: datetime) -> None:
    here, anywhere = (
        keyed_hash(f"{form.pk}:{which}", purpose="knock") for which in (address, "")
    )
    if queries.knocks(here, at) >= rules.KNOCKS_AN_HOUR:
        raise TooManyKnocks(_("This was sent very often from here. Try again in an hour."))
    if queries.knocks(anywhere, at) >= rules.KNOCKS_OF_A_FORM:
        raise TooManyKnocks(_("Very many people are sending this now. Try again in an hour."))
    Knock.objects.bulk_create(Knock(key=key, at=at) for key in (here, anywhere))
