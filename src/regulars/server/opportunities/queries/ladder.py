"""From awareness to word of mouth: who stands on which rung, by rules over what is on file.

Each rung is a question of its own; a customer may stand on a higher one and not on one below.
So the conversion from a rung to the next is the share of those on it who stand on the next,
too, never one count divided by the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.channels.models import Touch
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer, Relation
from regulars.server.opportunities.models import Opportunity
from regulars.server.opportunities.queries import content
from regulars.server.opportunities.rules import climb
from regulars.server.opportunities.rules.funnel import Conversion
from regulars.server.scoring import queries as scoring
from regulars.server.scoring.models import Score

YEAR = content.YEAR
AWARE, TRUST, DEAL, SATISFIED, LOYAL, SPEAKS = (
    "awareness", "trust", "deal", "satisfaction", "loyalty", "word_of_mouth",
)  # fmt: skip
RUNGS = (AWARE, TRUST, DEAL, SATISFIED, LOYAL, SPEAKS)
NAMES: Mapping[str, Lazy] = {
    AWARE: pgettext_lazy("ladder", "Awareness"),
    TRUST: pgettext_lazy("ladder", "Trust"),
    DEAL: pgettext_lazy("ladder", "Deal"),
    SATISFIED: pgettext_lazy("ladder", "Satisfaction"),
    LOYAL: pgettext_lazy("ladder", "Loyalty"),
    SPEAKS: pgettext_lazy("ladder", "Word of mouth"),
}
RULES: Mapping[str, Lazy] = {
    AWARE: _("we were in touch within 12 months, whether they answered or not"),
    TRUST: _("they answered, came, or wrote to us within 12 months"),
    DEAL: _("they hold or spend something by the newest scoring, or a deal was won"),
    SATISFIED: _(
        "their newest answer within 12 months was 4 or 5 of 5, 7 to 10 of 10, or nowhere less "
        "than they expected"
    ),
    LOYAL: _("their stage by the newest scoring is “loyal”"),
    SPEAKS: _("somebody on file was referred by them"),
}
Holds = Callable[[Person, datetime], Q]


@dataclass(frozen=True)
class Source:
    """Where a rung is known from.

    Attributes
    ----------
    holds
        Who stands on it, as a condition on customers.
    asked
        Of whom it is known at all; None: of everybody.
    measured
        Whether there is anything to know it from.
    words
        The rule, for readers.
    """

    holds: Holds
    words: str | Lazy
    asked: Holds | None = None
    measured: Callable[[Person, datetime], bool] = lambda viewer, at: True


@dataclass(frozen=True)
class Step:
    """One rung as the page shows it."""

    code: str
    name: str
    words: str
    measured: bool
    count: int
    known: int  # of how many it is known
    next: Conversion | None  # to the next rung that is measured
    next_name: str
    next_code: str = ""
    width: float = 0.0  # of the widest


_sources: dict[str, Source] = {}


def measure(rung: str, source: Source) -> None:
    """Say where a rung is known from; a feature above knows it better."""
    _sources[rung] = source


def ladder(viewer: Person, at: datetime, *, mine: bool) -> list[Step]:
    """Counts per rung, and of those on each the share that stands on the next."""
    base = people(viewer, mine=mine)
    known = [code for code in RUNGS if source(code).measured(viewer, at)]
    return [_step(code, base, viewer, at, known) for code in RUNGS]


def on_rung(
    viewer: Person,
    at: datetime,
    code: str,
    *,
    mine: bool,
    also: str = "",
    without: str = "",
    known: str = "",
) -> QuerySet[Customer]:
    """Who stands on a rung, and on another one too, or not; or of whom that is known."""
    found = people(viewer, mine=mine)
    if code in RUNGS:
        found = found.filter(source(code).holds(viewer, at))
    if known in RUNGS:
        found = _of_whom(found, known, viewer, at)
    if also in RUNGS:
        found = _of_whom(found, also, viewer, at).filter(source(also).holds(viewer, at))
    if without in RUNGS:
        found = _of_whom(found, without, viewer, at)
        found = found.exclude(source(without).holds(viewer, at))
    return found.select_related("book__owner").order_by("pk")


def people(viewer: Person, *, mine: bool) -> QuerySet[Customer]:
    """Living customers of the viewer's place, or of their own books."""
    found = Customer.objects.visible_to(viewer).exclude(state__in=["merged", "erased"])
    found = found.filter(deceased_on__isnull=True)
    if mine:
        found = found.filter(Q(book__owner=viewer) | Q(book__backup=viewer))
    return found


def rung_names() -> Mapping[str, Lazy]:
    """Every rung in its order, with its name."""
    return NAMES


def source(code: str) -> Source:
    return _sources.get(code) or USUAL[code]


def _step(
    code: str, base: QuerySet[Customer], viewer: Person, at: datetime, known: list[str]
) -> Step:
    of, name = source(code), str(NAMES[code])
    if code not in known:
        return Step(code, name, str(of.words), False, 0, 0, None, "")
    here = base.filter(of.holds(viewer, at))
    asked = base.filter(of.asked(viewer, at)).count() if of.asked else base.count()
    following = next((each for each in known[known.index(code) + 1 :]), "")
    share = None
    if following:
        askable = _of_whom(here, following, viewer, at)
        both = askable.filter(source(following).holds(viewer, at)).count()
        share = climb(both, askable.count())
    next_name = str(NAMES[following]) if following else ""
    return Step(
        code, name, str(of.words), True, here.count(), asked, share, next_name, following
    )


def _of_whom(
    found: QuerySet[Customer], code: str, viewer: Person, at: datetime
) -> QuerySet[Customer]:
    """Those of whom the rung is known; who was never asked is neither on it nor off it."""
    asked = source(code).asked
    return found.filter(asked(viewer, at)) if asked else found


def _touched(*, two_way: bool) -> Holds:
    def holds(viewer: Person, at: datetime) -> Q:
        rows = Touch.objects.standing().filter(customer=OuterRef("pk"), at__gt=at - YEAR)
        return Q(Exists(rows.filter(two_way=True) if two_way else rows))

    return holds


def _dealt(viewer: Person, at: datetime) -> Q:
    won = Opportunity.objects.filter(customer=OuterRef("pk"), state="won")
    run = scoring.current_run()
    if run is None:
        return Q(Exists(won))
    worth = Score.objects.filter(run=run, customer=OuterRef("pk"), value__gt=0)
    return Q(Exists(won)) | Q(Exists(worth))


def _loyal(viewer: Person, at: datetime) -> Q:
    run = scoring.current_run()
    rows = Score.objects.filter(run=run, customer=OuterRef("pk"), stage="loyal")
    return Q(Exists(rows))


def _speaks(viewer: Person, at: datetime) -> Q:
    rows = Relation.objects.standing().filter(kind=Relation.Kind.REFERRER)
    return Q(Exists(rows.filter(other=OuterRef("pk"))))


def _any_score(viewer: Person, at: datetime) -> bool:
    return scoring.current_run() is not None


USUAL: Mapping[str, Source] = {
    AWARE: Source(_touched(two_way=False), RULES[AWARE]),
    TRUST: Source(_touched(two_way=True), RULES[TRUST]),
    DEAL: Source(_dealt, RULES[DEAL]),
    SATISFIED: Source(content.satisfied, RULES[SATISFIED], content.asked, content.measured),
    LOYAL: Source(_loyal, RULES[LOYAL], measured=_any_score),
    SPEAKS: Source(_speaks, RULES[SPEAKS]),
}
