"""How far a campaign is: by state, by step, by branch, and what it has cost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from regulars.server.campaigns.models import Attempt, Campaign, Member, Step
from regulars.server.campaigns.rules import CALLS
from regulars.server.channels.forms.words import REASONS
from regulars.server.channels.models import Touch
from regulars.server.core.models import Book, OrgUnit, Person
from regulars.server.delivery.forms import words
from regulars.server.delivery.models import Delivery
from regulars.server.outreach.models import Confirmation

State = Member.State
TREATED = (
    *(State.WAITING, State.GOING, State.REACHED, State.ANSWERED, State.UNREACHED, State.OUT),
)
ANSWERS = ("interested", "done", "reached")


@dataclass(frozen=True)
class Funnel:
    """Members by where they stand; the parts add up to `people`."""

    people: int
    states: dict[str, int]

    def of(self, *states: str) -> int:
        return sum(self.states.get(state, 0) for state in states)

    @property
    def alone(self) -> int:
        return self.of(State.CONTROL, State.SPARED)

    @property
    def meant(self) -> int:
        """Who is to be reached."""
        return self.people - self.alone

    @property
    def begun(self) -> int:
        return self.meant - self.of(State.WAITING)

    @property
    def reached(self) -> int:
        return self.of(State.REACHED, State.ANSWERED)

    @property
    def answered(self) -> int:
        return self.of(State.ANSWERED)

    def share(self, number: int) -> float | None:
        return number / self.meant if self.meant else None

    @property
    def rows(self) -> list[tuple[str, str, int, float]]:
        """Code, words, number and share of all, of every state that somebody is in."""
        return [
            (code, str(words), self.states[code], self.states[code] / self.people)
            for code, words in State.choices
            if self.states.get(code)
        ]


@dataclass(frozen=True)
class StepRow:
    """One step: who took it, and what came of that."""

    step: Step
    taken: int
    states: dict[str, int]
    confirm: int = 0  # messages that wait for the manager
    reasons: list[tuple[str, str, int]] = field(default_factory=list)

    @property
    def going(self) -> int:
        return self.states.get(Attempt.State.GOING, 0)

    @property
    def reached(self) -> int:
        return self.states.get(Attempt.State.REACHED, 0) + self.answered

    @property
    def answered(self) -> int:
        return self.states.get(Attempt.State.ANSWERED, 0)

    @property
    def unreached(self) -> int:
        return self.states.get(Attempt.State.UNREACHED, 0)


@dataclass
class BranchRow:
    """One branch: its people, what was done with them, what they said, what is late."""

    branch: OrgUnit
    people: int = 0
    begun: int = 0
    answered: int = 0
    unreached: int = 0
    calls: int = 0
    called: int = 0
    late: int = 0
    results: dict[str, int] = field(default_factory=dict)

    @property
    def share(self) -> float:
        return self.called / self.calls if self.calls else 0.0

    @property
    def said(self) -> list[tuple[str, str, int]]:
        words = dict(Touch.Outcome.choices)
        return [(code, str(words[code]), n) for code, n in sorted(
            self.results.items(), key=lambda one: -one[1]
        )]  # fmt: skip


@dataclass(frozen=True)
class Cost:
    """What was spent, by what, and what was meant to be."""

    fixed: Decimal
    messages: Decimal
    each: Decimal
    budget: Decimal | None

    @property
    def total(self) -> Decimal:
        return self.fixed + self.messages + self.each

    @property
    def share(self) -> float | None:
        return float(self.total / self.budget) if self.budget else None

    @property
    def is_over(self) -> bool:
        return self.budget is not None and self.total > self.budget


def counts(campaign: Campaign) -> dict[str, int]:
    """Members by state, of the whole company."""
    rows = Member.objects.filter(campaign=campaign).order_by().values_list("state")
    return dict(rows.annotate(n=Count("pk")))


def funnel(viewer: Person, campaign: Campaign) -> Funnel:
    """Where the members stand whom the viewer sees."""
    return funnels(viewer, [campaign])[campaign.pk]


def funnels(viewer: Person, campaigns: Sequence[Campaign]) -> dict[int, Funnel]:
    """The same of several campaigns, in one statement."""
    rows = Member.objects.visible_to(viewer).filter(campaign__in=[one.pk for one in campaigns])
    found: dict[int, dict[str, int]] = defaultdict(dict)
    counted = rows.order_by().values_list("campaign_id", "state").annotate(n=Count("pk"))
    for campaign, state, n in counted:
        found[campaign][state] = n
    return {one.pk: Funnel(sum(found[one.pk].values()), found[one.pk]) for one in campaigns}


def step_rows(viewer: Person, campaign: Campaign) -> list[StepRow]:
    """What became of each step."""
    rows = Attempt.objects.visible_to(viewer).filter(step__campaign=campaign).order_by()
    states: dict[int, dict[str, int]] = defaultdict(dict)
    for step, state, n in rows.values_list("step", "state").annotate(n=Count("pk")):
        states[step][state] = n
    missed = rows.filter(state=Attempt.State.UNREACHED).values_list("step", "reason")
    reasons: dict[int, list[tuple[str, str, int]]] = defaultdict(list)
    for step, reason, n in missed.annotate(n=Count("pk")).order_by("-n", "reason"):
        reasons[step].append((reason, reason_words(reason), n))
    waits = _confirming(viewer, campaign)
    return [
        StepRow(
            step, sum(states[step.pk].values()), states[step.pk], waits.get(step.pk, 0),
            reasons[step.pk],
        )
        for step in campaign.steps.order_by("position")
    ]  # fmt: skip


def _confirming(viewer: Person, campaign: Campaign) -> dict[int, int]:
    """Messages of each step that wait for a manager's word."""
    by_mailing = dict(
        campaign.sendings.filter(mailing__isnull=False).values_list("mailing", "step")
    )
    waiting = Confirmation.objects.visible_to(viewer).filter(
        state=Confirmation.State.WAITING, reach__mailing__in=by_mailing
    )
    found: dict[int, int] = defaultdict(int)
    still = Attempt.objects.filter(
        sending__campaign=campaign, state=Attempt.State.GOING, customer=OuterRef("customer")
    )
    waiting = waiting.filter(Exists(still))
    counted = waiting.order_by().values_list("reach__mailing").annotate(n=Count("pk"))
    for mailing, n in counted:
        found[by_mailing[mailing]] += n
    return found


def branch_rows(viewer: Person, campaign: Campaign, today: date) -> list[BranchRow]:
    """Progress by the branch that has the customers now, the one with most people first."""
    found: dict[int, BranchRow] = {}
    members = Member.objects.visible_to(viewer).filter(campaign=campaign, state__in=TREATED)
    # All figures in one reading of the members: a large campaign has a hundred thousand.
    counted = members.order_by().values_list("customer__book", "state", "result")
    rows = list(counted.annotate(n=Count("pk"), begun=Count("pk", filter=Q(step__gt=0))))
    books = Book.objects.select_related("org_unit").in_bulk({row[0] for row in rows})
    for book, state, result, n, begun in rows:
        unit = books[book].org_unit
        _add(found.setdefault(unit.pk, BranchRow(unit)), state, result, n, begun)
    if campaign.steps.filter(channel__in=CALLS).exists():
        _count_calls(viewer, campaign, today, found)
    return sorted(found.values(), key=lambda row: (-row.people, row.branch.code))


def _add(row: BranchRow, state: str, result: str, people: int, begun: int) -> None:
    row.people += people
    row.begun += begun
    row.answered += people if state == State.ANSWERED else 0
    row.unreached += people if state == State.UNREACHED else 0
    if result:
        row.results[result] = row.results.get(result, 0) + people


def _count_calls(
    viewer: Person, campaign: Campaign, today: date, found: dict[int, BranchRow]
) -> None:
    calls = Attempt.objects.visible_to(viewer).filter(
        step__campaign=campaign, sending__isnull=True
    )
    is_open = Q(state=Attempt.State.GOING)
    by_place = calls.order_by().values_list("customer__book__org_unit")
    for pk, all_, open_, late in by_place.annotate(
        all=Count("pk"), open=Count("pk", filter=is_open),
        late=Count("pk", filter=is_open & Q(due_on__lt=today)),
    ):  # fmt: skip
        if pk in found:
            found[pk].calls, found[pk].called, found[pk].late = all_, all_ - open_, late


def results(viewer: Person, campaign: Campaign) -> list[tuple[str, str, int]]:
    """Result codes of members: code, words, number."""
    rows = Member.objects.visible_to(viewer).filter(campaign=campaign).exclude(result="")
    counted = dict(rows.order_by().values_list("result").annotate(n=Count("pk")))
    return [
        (code, str(words), counted[code])
        for code, words in Touch.Outcome.choices
        if code in counted
    ]


def cost(campaign: Campaign) -> Cost:
    """What it has cost up to now, of the whole company: messages as their lines charge."""
    mailings = campaign.sendings.values("mailing")
    went = Delivery.objects.filter(mailing__in=mailings, begun_at__isnull=False)
    spent = went.aggregate(sum=Coalesce(Sum("cost"), Decimal(0)))["sum"]
    begun = Member.objects.filter(campaign=campaign, step__gt=0).count()
    return Cost(
        campaign.fixed_cost, Decimal(spent), campaign.cost_each * begun, campaign.budget
    )


def reason_words(code: str) -> str:
    """Why a step did not reach somebody, in words."""
    own = {
        "not_allowed": _("no marketing call is allowed"),
        "expired": _("nobody called in time"),
        "no_answer": _("nobody answered"),
        "refused": _("the customer said no"),
        "came": _("the customer came by themselves"),
        "over": _("it is no longer so"),
        "off": _("calls of campaigns are switched off"),
    }
    if code in own:
        return own[code]
    states = dict(Delivery.State.choices)
    return str(states.get(code) or words.OWN.get(code) or REASONS.get(code, code))
