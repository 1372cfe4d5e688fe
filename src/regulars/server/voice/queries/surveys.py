"""Surveys, waves and invitations, as far as the viewer may see them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Max, Prefetch, Q, QuerySet

from regulars.server.care.models import Answer as OnCard
from regulars.server.channels import queries as policies
from regulars.server.channels.models import Decision
from regulars.server.channels.rules.policy import SURVEY, Ask, Deny, decide
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.models import Job, Person
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.voice.models import (
    Answer,
    Invitation,
    Layout,
    OfCustomers,
    Question,
    Survey,
    Version,
    Wave,
)
from regulars.server.voice.rules import Policy
from regulars.server.voice.rules.sampling import RESTS, rests

State = Invitation.State
HELD = timedelta(days=1)  # so long a yes of the policy stands for an interview
ASKED = (State.HANDED, State.ANSWERED, State.DECLINED)  # and spoken with, or given a link
BY_VOICE: Mapping[str, str] = {Answer.Mode.PHONE: "call", Answer.Mode.FACE: "visit"}
CARD_SCORES = (OnCard.Kind.SCORE, OnCard.Kind.NPS)


def policy() -> Policy:
    """What the company set."""
    return Policy.of(core.settings_of_company())


def surveys(viewer: Person, *, archived: bool = False) -> QuerySet[Survey]:
    """Surveys with their waves, the newest wave first."""
    found = Survey.objects.filter(archived_at__isnull=not archived)
    if not viewer.may(Permission.EDIT_SURVEYS):
        found = found.filter(versions__fielded_at__isnull=False).distinct()
    waves = Wave.objects.select_related("version").order_by("-begins_on", "-pk")
    versions = Prefetch("versions", Version.objects.prefetch_related(Prefetch("waves", waves)))
    return found.prefetch_related(versions)


def survey(viewer: Person, public_id: str) -> Survey | None:
    found = Survey.objects.filter(public_id=public_id)
    if not viewer.may(Permission.EDIT_SURVEYS):
        found = found.filter(versions__fielded_at__isnull=False).distinct()
    return found.first()


def newest(survey: Survey) -> Version | None:
    """The version that is in the field, or was last."""
    return survey.versions.filter(fielded_at__isnull=False).order_by("-number").first()


def drafted(survey: Survey) -> Version | None:
    return survey.versions.filter(fielded_at__isnull=True).first()


def question(version: Version, public_id: str) -> Question | None:
    return version.questions.filter(public_id=public_id).first()


def waves(viewer: Person, survey: Survey) -> QuerySet[Wave]:
    """The waves of a survey, the newest first."""
    found = Wave.objects.filter(version__survey=survey).select_related("version__survey")
    return found.order_by("-begins_on", "-pk")


def wave(viewer: Person, public_id: str) -> Wave | None:
    found = Wave.objects.filter(public_id=public_id)
    return found.select_related("version__survey", "made_by").first()


def open_waves(at: datetime) -> QuerySet[Wave]:
    """Waves in the field today."""
    found = Wave.objects.filter(state=Wave.State.OPEN, ends_on__gte=core.local_date(at))
    return found.select_related("version__survey").order_by("-begins_on", "-pk")


def invitations(viewer: Person, wave: Wave) -> OfCustomers[Invitation]:
    found = Invitation.objects.visible_to(viewer).filter(wave=wave)
    return found.select_related("customer__book__owner", "handed_by")


def to_hand_over(viewer: Person, wave: Wave) -> OfCustomers[Invitation]:
    """Whose links a file of the wave holds."""
    found = invitations(viewer, wave).filter(state__in=(State.WAITING, State.HANDED))
    return found.order_by("pk")


def link_jobs(viewer: Person, wave: Wave) -> list[Job]:
    """Files of a wave's links that the viewer asked for, the newest first."""
    found = Job.objects.filter(kind="voice.links", subject=wave.public_id, asked_by=viewer)
    return list(found.order_by("-pk")[:3])


def link_job(viewer: Person, public_id: str) -> Job | None:
    """One of them, for who asked for it and still may."""
    if not viewer.may(Permission.EDIT_SURVEYS):
        return None
    found = Job.objects.filter(kind="voice.links", public_id=public_id, asked_by=viewer)
    return found.first()


def invitations_after(
    viewer: Person, wave: Wave, *, cursor: str, most: int
) -> list[Invitation] | None:
    """Who is asked, from the one after another on; None for a strange cursor."""
    seen = invitations(viewer, wave).filter(state__in=(State.WAITING, *Invitation.TRIED))
    if cursor:
        last = seen.filter(public_id=cursor).first()
        if last is None:
            return None
        seen = seen.filter(pk__gt=last.pk)
    return list(seen.order_by("pk")[:most])


def invitation(viewer: Person, public_id: str) -> Invitation | None:
    found = Invitation.objects.visible_to(viewer).filter(public_id=public_id)
    return found.select_related("customer__book", "wave__version__survey").first()


def invited(viewer: Person, customer: Customer, at: datetime) -> list[Invitation]:
    """Invitations of one customer that wait for an answer."""
    found = Invitation.objects.visible_to(viewer).filter(
        customer=customer, state__in=Invitation.OPEN, wave__in=open_waves(at)
    )
    return list(found.select_related("wave__version__survey"))


def askable(viewer: Person, customer: Customer, at: datetime) -> list[Wave]:
    """Open waves in which a customer may be asked: who is chosen, or rests no more.

    Who was left out by the policy, answered, did not want to or was taken back is not.
    """
    found = list(open_waves(at))
    if not found:
        return []
    held = {each.wave_id: each for each in Invitation.objects.filter(customer=customer)}
    last, today = last_asked([customer.pk], at).get(customer.pk), core.local_date(at)

    def may(wave: Wave) -> bool:
        one = held.get(wave.pk)
        if one is not None and one.state in Invitation.OPEN:
            return True
        free = one is None or (one.state == State.LEFT_OUT and one.reason == RESTS)
        return free and not rests(last, today, wave.rest_days)

    return [wave for wave in found if may(wave)]


def opened(
    viewer: Person, customer: Customer, wave: Wave, at: datetime, *, mode: str
) -> Decision | None:
    """The policy's yes for an interview of today: got and not used, or that of the link.

    A link that was handed over the same way within a day and is now filled in together is
    one asking.
    """
    free = Q(actor=audit.label(viewer), begun_at__isnull=True, holds_until__gt=at)
    link = Invitation.objects.filter(
        wave=wave, customer=customer, state=State.HANDED, channel=BY_VOICE[mode],
        handed_at__gt=at - HELD, handed_at__lte=at,
    ).first()  # fmt: skip
    if link is not None:
        free |= Q(begun_at=link.handed_at)
    found = Decision.objects.filter(
        free, customer=customer, channel=BY_VOICE[mode], purpose=SURVEY,
        allowed=True, touch__isnull=True,
    )  # fmt: skip
    return found.order_by("-pk").first()


def refusal(customer: Customer, at: datetime, *, mode: str) -> str:
    """Why the policy would say no to an interview now; "" where it would not."""
    verdict = decide(policies.context(customer, Ask(BY_VOICE[mode], SURVEY, at)))
    return verdict.reason if isinstance(verdict, Deny) else ""


@dataclass(frozen=True)
class Reached:
    """How many of a wave were chosen, asked, answered, left out."""

    chosen: int
    waiting: int
    asked: int
    answered: int
    declined: int
    missed: int
    left_out: int
    by_level: dict[int, tuple[int, int]]  # tier level -> asked, answered
    reasons: list[tuple[str, int]]


def reached(viewer: Person, wave: Wave) -> Reached:
    """What became of the invitations of a wave, within the viewer's scope."""
    found = Invitation.objects.visible_to(viewer).filter(wave=wave).order_by()
    states = dict(found.values_list("state").annotate(n=Count("pk")))
    levels = (
        found.filter(state__in=Invitation.TRIED)
        .values_list("level")
        .annotate(n=Count("pk"), answered=Count("pk", filter=Q(state=State.ANSWERED)))
    )
    reasons = found.filter(state=State.LEFT_OUT).values_list("reason").annotate(n=Count("pk"))
    answered, left = states.get(State.ANSWERED, 0), states.get(State.LEFT_OUT, 0)
    return Reached(
        chosen=sum(states.values()) - left,
        waiting=states.get(State.WAITING, 0),
        asked=sum(states.get(state, 0) for state in Invitation.TRIED),
        answered=answered,
        declined=states.get(State.DECLINED, 0),
        missed=states.get(State.MISSED, 0),
        left_out=left,
        by_level={level or 0: (n, said) for level, n, said in levels},
        reasons=sorted(reasons, key=lambda each: (-each[1], each[0])),
    )


def last_asked(
    ids: Collection[int],
    at: datetime,
    *,
    but: Invitation | None = None,
    panel_since: date | None = None,
) -> dict[int, date]:
    """The day on which each was asked last, by whatever survey; call it where all is seen.

    Who waits to be asked counts from the day of the choice while the wave may still ask; a
    score that was asked for on a card of the work list counts like one of a survey. Who was
    asked as one of the panel in a wave before `panel_since` has rested from that.
    """
    found = Invitation.objects.filter(customer__in=ids).order_by()
    if but is not None:
        found = found.exclude(pk=but.pk)
    if panel_since is not None:
        found = found.exclude(why=Invitation.Why.PANEL, wave__begins_on__lt=panel_since)
    chosen = found.filter(state=State.WAITING, wave__in=open_waves(at).order_by())
    answers = Answer.objects.filter(customer__in=ids, invitation__isnull=True).order_by()
    on_cards = OnCard.objects.standing().filter(customer__in=ids, kind__in=CARD_SCORES)
    last: dict[int, datetime] = {}
    for rows in (
        chosen.values_list("customer").annotate(Max("made_at")),
        found.filter(state__in=ASKED).values_list("customer").annotate(Max("handed_at")),
        answers.values_list("customer").annotate(Max("at")),
        on_cards.order_by().values_list("customer").annotate(Max("at")),
    ):
        for customer, asked in rows:
            last[customer] = max(asked, last.get(customer, asked))
    return {customer: core.local_date(asked) for customer, asked in last.items()}


def layout(survey: Survey | None, header: str) -> dict[str, str]:
    """How such a file was read the last time."""
    found = Layout.objects.filter(survey=survey, header=header).first()
    return dict(found.columns) if found else {}
