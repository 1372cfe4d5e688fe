"""What worked: every experiment with its last word, and what those of a kind do together."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Q, Subquery

from regulars.engine import uplift
from regulars.engine.uplift import Pooled
from regulars.server.experiments.models import Experiment, Reading
from regulars.server.experiments.queries import saying
from regulars.server.experiments.queries.saying import Picture
from regulars.server.experiments.rules.labels import words_of

MOST = 300
# A whisker beyond twice what the untreated do is cut off at the edge of the picture.
WIDEST = 1.0


@dataclass(frozen=True)
class Entry:
    """One experiment of the library."""

    experiment: Experiment
    reading: Reading | None
    code: str
    word: str
    tone: str
    difference: str
    range: str
    relative: str
    net: str
    picture: Picture | None


@dataclass(frozen=True)
class Group:
    """Experiments with the same kind, label and outcome, pooled."""

    kind: str
    label: str
    outcome: str
    pooled: Pooled
    difference: str
    range: str
    next: str
    customers: int

    @property
    def label_words(self) -> str:
        return words_of(self.label)


@dataclass(frozen=True)
class Filter:
    """What somebody looks for."""

    kind: str = ""
    label: str = ""
    state: str = ""
    verdict: str = ""
    words: str = ""

    def takes(self, code: str) -> bool:
        """Whether a verdict is the one looked for; `proved` is any proved effect."""
        return code.startswith("worked") if self.verdict == "proved" else code == self.verdict


def library(asked: Filter = Filter()) -> list[Entry]:
    """Experiments with their last reading, the newest first."""
    found = _asked(asked)
    last = Reading.objects.filter(experiment=OuterRef("pk")).order_by("-look")
    ids = found.annotate(last=Subquery(last.values("pk")[:1])).values_list("pk", "last")
    wanted = dict(ids[:MOST])
    readings = Reading.objects.in_bulk([pk for pk in wanted.values() if pk])
    experiments = Experiment.objects.filter(pk__in=wanted).select_related("owner")
    pairs = [(each, readings.get(wanted[each.pk])) for each in experiments]
    if asked.verdict:
        pairs = [(e, r) for e, r in pairs if r is not None and asked.takes(r.code)]
    most = min(WIDEST, max((_widest(reading) for _, reading in pairs if reading), default=0.0))
    return [_entry(each, reading, most) for each, reading in pairs]


def labels() -> list[str]:
    found = (
        Experiment.objects.exclude(label="").order_by("label").values_list("label", flat=True)
    )
    return list(dict.fromkeys(found))


def pooled(entries: Iterable[Entry]) -> list[Group]:
    """What experiments of a kind, label and outcome do together; two of them at least."""
    parts: dict[tuple[str, str, str], list[Entry]] = {}
    for each in entries:
        if _counts(each):
            key = (each.experiment.kind, each.experiment.label, each.experiment.outcome)
            parts.setdefault(key, []).append(each)
    return [_pool(*key, of) for key, of in sorted(parts.items()) if len(of) > 1]


def like(kind: str, label: str, outcome: str) -> Group | None:
    """What experiments like a planned one brought."""
    found = pooled(library(Filter(kind=kind, label=label, state="closed")))
    return next((each for each in found if each.outcome == outcome), None)


def _asked(asked: Filter) -> Any:
    found = Experiment.objects.all()
    for name in ("kind", "label", "state"):
        if value := getattr(asked, name):
            found = found.filter(**{name: value})
    if asked.words:
        found = found.filter(Q(name__icontains=asked.words) | Q(name_en__icontains=asked.words))
    return found.order_by("-starts_on", "-pk")


def _counts(entry: Entry) -> bool:
    reading = entry.reading
    return bool(
        reading
        and reading.is_final
        and reading.standard_error
        and reading.code not in {"too_few", "not_comparable"}
    )


def _pool(kind: str, label: str, outcome: str, of: Sequence[Entry]) -> Group:
    readings = [each.reading for each in of if each.reading is not None]
    found = uplift.pool(
        [reading.difference or 0.0 for reading in readings],
        [reading.standard_error or math.inf for reading in readings],
        names=[each.experiment.public_id for each in of],
    )
    ahead = saying.between(outcome, found.next_low, found.next_high)
    return Group(
        kind=str(Experiment.Kind(kind).label),
        label=label,
        outcome=outcome,
        pooled=found,
        difference=saying.change(outcome, found.mean),
        range=saying.between(outcome, found.low, found.high),
        next=ahead if found.next_low is not None else "",
        customers=sum(sum(reading.body["counts"].values()) for reading in readings),
    )


def _entry(experiment: Experiment, reading: Reading | None, most: float) -> Entry:
    if reading is None:
        return Entry(experiment, None, "", "", "n", "—", "", "—", "—", None)
    main = _main(reading)
    difference = saying.change(experiment.outcome, reading.difference)
    return Entry(
        experiment=experiment,
        reading=reading,
        code=reading.code,
        word=saying.word(reading.code),
        tone=saying.tone(reading.code),
        difference=difference,
        range=saying.between(experiment.outcome, reading.low, reading.high) if main else "",
        relative=saying.relative(main) if main else "—",
        net=saying.net(reading),
        picture=_picture(main, most, difference) if main else None,
    )


def _picture(main: dict[str, Any], most: float, said: str) -> Picture | None:
    """On one line for all rows, so each is drawn against what the untreated do."""
    base = main["control"]
    if not base:
        return None
    low, high = (None if main[edge] is None else main[edge] / base for edge in ("low", "high"))
    return saying.picture(low, main["difference"] / base, high, most, said)


def _widest(reading: Reading) -> float:
    main = _main(reading)
    if not main or not main["control"]:
        return 0.0
    return float(max(abs((main[edge] or 0.0) / main["control"]) for edge in ("low", "high")))


def _main(reading: Reading) -> dict[str, Any] | None:
    """The effect of all who were treated: it stands first."""
    found: dict[str, dict[str, Any]] = reading.body.get("effects") or {}
    return next(iter(found.values()), None)
