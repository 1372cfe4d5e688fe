"""What customers say about being asked, written down once and for good.

The database keeps `Customer.consents`, the quick answer that lists and scoring read, in
step with the ledger (migration `0005_ledger`): an entry here changes it in the same
statement, and a change of it elsewhere (a file that was brought) leaves an entry here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput
from regulars.server.channels import queries
from regulars.server.channels.models import Consent, Touch, Wording
from regulars.server.channels.rules import consents as rules
from regulars.server.channels.rules.consents import Purpose, Said, Standing, Terms
from regulars.server.core import audit, events
from regulars.server.core.audit import Actor
from regulars.server.customers import actions as customers
from regulars.server.customers.events import ConsentChanged
from regulars.server.customers.models import Customer


class NotGiven(BadInput):
    """A consent lacks what makes it one: a purpose, a channel, a source, its evidence."""


@transaction.atomic
def record_consent(
    customer: Customer,
    *,
    purpose: str,
    channel: str = "",
    said: str,
    source: str,
    by: Actor,
    at: datetime,
    evidence: str = "",
    wording: Wording | None = None,
    said_at: datetime | None = None,
    expires_at: datetime | None = None,
    touch: Touch | None = None,
) -> Consent:
    """Write down what a customer said; `said_at` where it was said earlier than now.

    A no counts at once for everything that was not sent yet.

    :raises NotGiven: purpose and channel do not fit, or a yes has no evidence.
    :raises NotStanding: the file was merged or erased meanwhile.
    """
    _check(purpose, channel, said, source, evidence)
    customers.hold(customer.pk)
    entry = Consent.objects.create(
        customer=customer,
        purpose=purpose,
        channel=channel,
        said=said,
        wording=wording if said == Said.GIVEN else None,
        source=source,
        evidence=evidence.strip(),
        touch=touch,
        actor=audit.label(by),
        at=min(said_at or at, at),
        recorded_at=at,
        expires_at=expires_at if said == Said.GIVEN else None,
    )
    _take_over(customer)
    changed = ConsentChanged(customer=customer.public_id, channel=channel, purpose=purpose)
    events.emit(changed, at=at)
    audit.record(
        "channels.consent.recorded",
        customer,
        by=by,
        at=at,
        purpose=purpose,
        channel=channel,
        said=said,
        source=source,
    )
    return entry


@transaction.atomic
def refuse_all(
    customer: Customer,
    *,
    source: str,
    by: Actor,
    at: datetime,
    evidence: str = "",
    touch: Touch | None = None,
) -> None:
    """Write down that the customer wants no marketing on any channel, at once.

    :raises NotStanding: the file was merged or erased meanwhile.
    """
    customers.hold(customer.pk)
    before = queries.standings(customer, at=at)
    Consent.objects.bulk_create(
        Consent(
            customer=customer,
            purpose=Purpose.MARKETING,
            channel=channel,
            said=_no(before.get((Purpose.MARKETING, channel))),
            source=source,
            evidence=evidence,
            touch=touch,
            actor=audit.label(by),
            at=at,
            recorded_at=at,
        )
        for channel in rules.CHANNELS
    )
    _take_over(customer)
    who = customer.public_id
    events.emit(
        [ConsentChanged(customer=who, channel=c, purpose="marketing") for c in rules.CHANNELS],
        at=at,
    )
    audit.record("channels.marketing.refused", customer, by=by, at=at, source=source)


@transaction.atomic
def correct_consent(touch: Touch, *, by: Actor, at: datetime) -> None:
    """Take back what a contact wrote into the ledger: what stood before stands again.

    Where the customer said something later, that stands.
    """
    customer = touch.customer
    # Whoever writes another word now changes the customer's row; wait for that.
    Customer.objects.select_for_update(of=("self",)).get(pk=customer.pk)
    for wrong in Consent.objects.filter(touch=touch).order_by("pk"):
        same = Consent.objects.filter(
            customer=customer, purpose=wrong.purpose, channel=wrong.channel
        )
        if same.order_by("-at", "-pk").first() != wrong:
            continue
        before = same.exclude(pk=wrong.pk).order_by("-at", "-pk").first()
        _again(wrong, before, by=by, at=at)
    _take_over(customer)


@transaction.atomic
def publish_wording(
    *,
    purpose: str,
    controller: str,
    contact: str,
    method: str,
    kinds: Sequence[str],
    retention: str,
    by: Actor,
    at: datetime,
    text: str = "",
    text_en: str = "",
    frequency: str = "",
    renew: bool = False,
) -> Wording:
    """Publish the next version of a notice; one that asks for more ends older consents.

    `renew` ends them although the new one does not ask for more. The words are in Chinese
    (`text`), in English, or in both: whoever reads neither their own gets the other.

    :raises NotGiven: a kind of data is unknown, or the words are missing.
    """
    unknown = sorted(set(kinds) - set(Wording.Kind.values))
    if unknown or not kinds or not (text.strip() or text_en.strip()):
        known = ", ".join(Wording.Kind.values)
        raise NotGiven(
            _("A notice needs its words and kinds of data among: %(known)s.") % {"known": known}
        )
    last = Wording.objects.filter(purpose=purpose).order_by("-version").first()
    terms = Terms(method.strip(), tuple(sorted(kinds)))
    before = Terms(last.method, tuple(sorted(last.kinds))) if last else None
    made = Wording.objects.create(
        purpose=purpose,
        version=last.version + 1 if last else 1,
        text=text.strip(),
        text_en=text_en.strip(),
        controller=controller.strip(),
        contact=contact.strip(),
        method=terms.method,
        frequency=frequency.strip(),
        kinds=list(terms.kinds),
        retention=retention.strip(),
        renewal=bool(last) and (renew or rules.needs_renewal(before, terms)),
        effective_at=at,
        made_by=audit.label(by),
    )
    if made.renewal and purpose in (Purpose.MARKETING, Purpose.PROFILING):
        _project("select distinct customer_id from channels_consent where purpose = %s",
                 [purpose], at=at)  # fmt: skip
    audit.record(
        "channels.wording.published", made, by=by, at=at, purpose=purpose, renewal=made.renewal
    )
    return made


@transaction.atomic
def lapse(*, by: Actor, at: datetime) -> int:
    """Close what expired meanwhile in the quick answer; return how many customers changed.

    The decision itself reads the ledger and needs no such run.
    """
    changed = _project(
        "select distinct customer_id from channels_consent where expires_at <= %s", [at], at=at
    )
    if changed:
        audit.record("channels.consents.lapsed", "channels.Consent", by=by, at=at, n=changed)
    return changed


def _check(purpose: str, channel: str, said: str, source: str, evidence: str) -> None:
    fits = channel in rules.CHANNELS if purpose in rules.BY_CHANNEL else channel == ""
    if purpose not in set(Purpose) or not fits:
        raise NotGiven(
            _("No consent is asked for “%(purpose)s” by “%(channel)s”. Choose another one.")
            % {"purpose": purpose, "channel": channel}
        )
    if said not in set(Said) or source not in Consent.Source.values:
        raise NotGiven(
            _("“%(said)s” from “%(source)s” is nothing that the ledger knows.")
            % {"said": said, "source": source}
        )
    if said == Said.GIVEN and not evidence.strip():
        raise NotGiven(
            _(
                "A consent needs its evidence: the number of a form, a recording, "
                "the message itself."
            )
        )


def _no(standing: Standing | None) -> str:
    return Said.WITHDRAWN if standing == Standing.GIVEN else Said.REFUSED


def _again(wrong: Consent, before: Consent | None, *, by: Actor, at: datetime) -> None:
    """Write what stood before once more, as a correction that names its reason."""
    Consent.objects.create(
        customer=wrong.customer,
        purpose=wrong.purpose,
        channel=wrong.channel,
        said=before.said if before else Said.CLEARED,
        wording=before.wording if before else None,
        source=Consent.Source.CORRECTION,
        evidence=before.evidence if before else "",
        actor=audit.label(by),
        at=max(at, wrong.at),
        recorded_at=at,
        expires_at=before.expires_at if before else None,
    )


def _take_over(customer: Customer) -> None:
    """Bring what the database wrote beside the ledger into the object at hand."""
    customer.refresh_from_db(fields=["consents", "no_profiling", "updated_at"])


def _project(which: str, parameters: Sequence[str | datetime], *, at: datetime) -> int:
    with connection.cursor() as db:
        db.execute(f"select regulars_consents_project(array({which}), %s)", [*parameters, at])
        changed: int = db.fetchone()[0]
    return changed
