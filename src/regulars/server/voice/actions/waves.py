"""A wave chooses whom to ask: once, by rule; who is left out stands there with the reason."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.channels import actions as channels
from regulars.server.channels import queries as policies
from regulars.server.channels.forms.words import REASONS
from regulars.server.channels.models import Decision
from regulars.server.channels.rules.policy import SURVEY, Ask, Outcome, walk
from regulars.server.core import actions as jobs
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.segments import queries as segments
from regulars.server.segments.models import Segment
from regulars.server.tiers import queries as tiers
from regulars.server.voice import queries
from regulars.server.voice.actions.building import field
from regulars.server.voice.models import Invitation, Version, Wave
from regulars.server.voice.queries import panel
from regulars.server.voice.rules import sampling
from regulars.server.voice.rules.sampling import RESTS

TASK = "voice.draw"
MOST = 20_000  # customers that one wave looks at
State, Why = Invitation.State, Invitation.Why


class Resting(Refused):
    """The customer was asked not long ago."""


class NotAsked(Refused):
    """The policy lets nobody ask this customer now."""


class WaveOver(Refused):
    """The wave is closed, or its last day is over."""


@transaction.atomic
def launch(
    version: Version,
    *,
    name: str,
    channel: str,
    by: Actor,
    at: datetime,
    segment: Segment | None = None,
    share: float = 1.0,
    panel: bool = False,
    ends_on: date | None = None,
    name_en: str = "",
) -> Wave:
    """Take a version into the field and make a wave of it; `draw` chooses whom it asks.

    :raises BadInput: it has no name, a day that is over, or no share to ask.
    """
    today, policy = core.local_date(at), queries.policy()
    last = ends_on or today + timedelta(days=policy.open_days)
    if not name.strip():
        raise BadInput(_("Give the wave a name, such as “2026 Q4”."))
    if last < today:
        raise BadInput(_("%(day)s is over. Choose a day ahead.") % {"day": last})
    if not 0 < share <= 1:
        raise BadInput(_("Ask between 0 and 100 % of the audience."))
    made = Wave.objects.create(
        version=field(version, by=by, at=at), name=" ".join(name.split())[:80],
        name_en=" ".join(name_en.split())[:80], channel=channel,
        segment=segment.public_id if segment else "",
        audience=segment.name[:120] if segment else "", share=share, panel=panel,
        rest_days=policy.rest_days, begins_on=today, ends_on=last,
        made_at=at, made_by=by if isinstance(by, Person) else None,
    )  # fmt: skip
    audit.record(
        "voice.wave.launched", made, by=by, at=at,
        channel=channel, share=share, panel=panel, segment=made.segment,
    )  # fmt: skip
    return made


def queue(wave: Wave, *, by: Person, at: datetime) -> None:
    """Let the worker choose, through the eyes of who launched the wave."""
    job = jobs.ask_job(TASK, at=at, asked_by=by, subject=wave.public_id)
    jobs.defer(TASK, job=job)


@transaction.atomic
def draw(
    wave: Wave, *, by: Actor, at: datetime, among: Collection[int] | None = None
) -> dict[str, int]:
    """Choose whom a wave asks; `among` are customers known already, such as those of a panel.

    :raises WaveOver: it was drawn before.
    :raises BadInput: the audience is larger than one wave may look at.
    """
    _one_at_a_time()
    held = Wave.objects.select_for_update().get(pk=wave.pk)
    if held.state != Wave.State.DRAWING:
        raise WaveOver(_("This wave has its people already."))
    ids = sorted(among) if among is not None else _audience(held, by, at)
    if len(ids) > MOST:
        raise BadInput(
            _("%(n)s customers are too many for one wave. Choose a smaller segment.")
            % {"n": len(ids)}
        )
    made = [_invite(held, *each, by=by, at=at) for each in _drawn(held, ids, at)]
    Invitation.objects.bulk_create(made, batch_size=1_000)
    held.state = Wave.State.OPEN
    held.save(update_fields=["state"])
    left = sum(each.state == State.LEFT_OUT for each in made)
    told = {"audience": len(ids), "asked": len(made) - left, "left_out": left}
    audit.record("voice.wave.drawn", held, by=by, at=at, **told)
    return told


def fail(wave: Wave, *, problem: str, by: Actor, at: datetime) -> None:
    """Nobody could be chosen; the wave says why."""
    Wave.objects.filter(pk=wave.pk, state=Wave.State.DRAWING).update(
        state=Wave.State.FAILED, problem=problem[:300]
    )
    audit.record("voice.wave.failed", wave, by=by, at=at)


@transaction.atomic
def close(wave: Wave, *, by: Actor, at: datetime) -> None:
    """End a wave: nobody is asked any more, and links are over."""
    Wave.objects.filter(pk=wave.pk, state=Wave.State.OPEN).update(
        state=Wave.State.CLOSED, closed_at=at
    )
    audit.record("voice.wave.closed", wave, by=by, at=at)


@transaction.atomic
def end_waves(*, by: Actor, at: datetime) -> int:
    """End the waves whose last day is over; return how many."""
    over = Wave.objects.filter(state=Wave.State.OPEN, ends_on__lt=core.local_date(at))
    ended = list(over.order_by("pk"))
    for wave in ended:
        close(wave, by=by, at=at)
    return len(ended)


@transaction.atomic
def invite(wave: Wave, customer: Customer, *, by: Person, at: datetime) -> Invitation:
    """Ask one customer by hand, in an open wave; who is in it already stays in it.

    :raises NotAsked: the policy says no, or the invitation was taken back.
    :raises Resting: the customer was asked not long ago.
    :raises WaveOver: the wave is not open.
    """
    _refuse_over(wave, at)
    _one_at_a_time()
    found = Invitation.objects.filter(wave=wave, customer=customer).first()
    if found is not None and found.state == State.WITHDRAWN:
        raise NotAsked(_("The invitation of this customer was taken back."))
    if found is not None and found.state != State.LEFT_OUT:
        return found
    if found is not None and found.reason != RESTS:
        raise NotAsked(str(REASONS.get(found.reason, found.reason)))
    last = queries.last_asked([customer.pk], at, but=found).get(customer.pk)
    if sampling.rests(last, core.local_date(at), wave.rest_days):
        raise Resting(
            _("%(customer)s was asked on %(day)s. Nobody is asked twice within %(n)s days.")
            % {"customer": customer, "day": last, "n": wave.rest_days}
        )
    if found is not None:
        found.state, found.reason, found.why = State.WAITING, "", Why.HAND
        found.save(update_fields=["state", "reason", "why"])
        return found
    mark = tiers.tiers_of([customer.pk]).get(customer.pk)
    made = Invitation.objects.create(
        wave=wave, customer=customer, why=Why.HAND, channel=wave.channel,
        level=mark.level if mark else None, made_at=at, made_by=by,
    )  # fmt: skip
    audit.record("voice.invitation.made", made, by=by, at=at)
    return made


def hand_over(invitation: Invitation, *, by: Actor, at: datetime) -> Invitation:
    """The link goes to the customer; the policy is asked in that very moment.

    A link that is copied a second time stays one asking. A no of the policy stays written
    down, whatever becomes of the call.

    :raises NotAsked: the policy says no, with its reason.
    :raises WaveOver: the wave is not open.
    """
    _refuse_over(invitation.wave, at)
    if invitation.state in (State.HANDED, State.ANSWERED):
        return invitation
    if invitation.state not in Invitation.OPEN:
        raise NotAsked(_("This customer is not asked in this wave."))
    ask = Ask(channel=invitation.channel, purpose=SURVEY, at=at)
    checked = channels.check(invitation.customer, ask, by=by, at=at)
    if not checked.allowed:
        reason = checked.decision.reason
        raise NotAsked(str(REASONS.get(reason, reason)))
    return _handed(invitation, checked.decision, by=by, at=at)


@transaction.atomic
def _handed(
    invitation: Invitation, decision: Decision, *, by: Actor, at: datetime
) -> Invitation:
    """Of two who hand one link over at once the first did; the other's place is given back."""
    held = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if held.state not in (State.WAITING, State.MISSED):
        channels.give_back(decision, at=at)
        return held
    channels.begin(decision, at=at)
    held.state, held.handed_at = State.HANDED, at
    held.handed_by = by if isinstance(by, Person) else None
    held.save(update_fields=["state", "handed_at", "handed_by"])
    audit.record("voice.invitation.handed", held, by=by, at=at, channel=held.channel)
    return held


@transaction.atomic
def withdraw(invitation: Invitation, *, by: Actor, at: datetime) -> None:
    """Take an invitation back before it is answered; its link is over."""
    changed = Invitation.objects.filter(pk=invitation.pk, state__in=Invitation.OPEN).update(
        state=State.WITHDRAWN
    )
    if not changed:
        raise Refused(_("It was answered or taken back before."))
    audit.record("voice.invitation.withdrawn", invitation, by=by, at=at)


def _audience(wave: Wave, by: Actor, at: datetime) -> list[int]:
    if isinstance(by, Person):
        if wave.segment:
            found = segments.segment(by, wave.segment)
            if found is None:
                raise BadInput(_("The segment is gone, or not shared with you any more."))
            return segments.members(by, found, at=at)
        seen = Customer.objects.visible_to(by)
    else:
        seen = Customer.objects.standing()
    active = seen.filter(state=Customer.State.ACTIVE).order_by("pk")
    return list(active.values_list("pk", flat=True)[: MOST + 1])


Drawn = tuple[Customer, int | None, date | None]


def _drawn(wave: Wave, ids: Sequence[int], at: datetime) -> Iterator[Drawn]:
    """Whom chance or the panel's turn picks, with the tier's level and the last asking."""
    least, since = queries.policy().panel_level, None
    if wave.panel:
        since = sampling.panel_rests_since(wave.begins_on, wave.rest_days)
    place, surveys = panel.place_of(wave.version.survey)
    for begin in range(0, len(ids), 1_000):
        some = ids[begin : begin + 1_000]
        levels = {pk: mark.level for pk, mark in tiers.tiers_of(list(some)).items()}
        last = queries.last_asked(some, at, panel_since=since)
        found = Customer.objects.filter(pk__in=some, state=Customer.State.ACTIVE)
        for customer in found.order_by("pk"):
            level = levels.get(customer.pk)
            told = (customer.pk, wave.begins_on, wave.rest_days)
            turn = sampling.panel_quarter(*told)
            turn = turn and sampling.panel_share(*told, place=place, of=surveys)
            if wave.panel and ((level or 0) < least or not turn):
                continue
            if sampling.is_drawn(customer.pk, wave.public_id, wave.share):
                yield customer, level, last.get(customer.pk)


def _invite(
    wave: Wave,
    customer: Customer,
    level: int | None,
    last: date | None,
    *,
    by: Actor,
    at: datetime,
) -> Invitation:
    why = Why.PANEL if wave.panel else Why.SAMPLE if wave.share < 1 else Why.SEGMENT
    rests = sampling.rests(last, core.local_date(at), wave.rest_days)
    reason = RESTS if rests else _refusal(customer, wave.channel, level, at)
    return Invitation(
        wave=wave, customer=customer, why=why, channel=wave.channel, level=level, reason=reason,
        state=State.LEFT_OUT if reason else State.WAITING, made_at=at,
        made_by=by if isinstance(by, Person) else None,
    )  # fmt: skip


def _refusal(customer: Customer, channel: str, level: int | None, at: datetime) -> str:
    """Why the policy says no; a quiet hour passes, and is asked again at the handing over."""
    context = policies.context(customer, Ask(channel, SURVEY, at, level=level))
    for verdict in walk(context):
        if verdict.rule != "quiet" and verdict.outcome in (Outcome.DENY, Outcome.LATER):
            return verdict.reason
    return ""


def _refuse_over(wave: Wave, at: datetime) -> None:
    if wave.state != Wave.State.OPEN or wave.ends_on < core.local_date(at):
        raise WaveOver(_("This wave is not open any more. Ask in the next one."))


def _one_at_a_time() -> None:
    """Two waves at once would both find a customer who rests from neither."""
    with connection.cursor() as db:
        db.execute("select pg_advisory_xact_lock(hashtextextended('voice.draw', 0))")
