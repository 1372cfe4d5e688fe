"""What the file itself lets us expect of a customer's life: hints, never facts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

AHEAD = 365  # days: what lies farther needs nothing yet
RETIREMENT = 60  # the age at which most have retired or are about to
ROUND = 5  # years of a company with us that are worth a word


@dataclass(frozen=True)
class Hint:
    """An event that the file makes likely: which, when, and from what value.

    `evidence` is a field of the file and the years since it: "birth_date:60".
    """

    kind: str
    on: date
    evidence: str

    @property
    def field(self) -> str:
        return self.evidence.partition(":")[0]

    @property
    def years(self) -> int:
        return int(self.evidence.partition(":")[2])


def hints(
    *,
    is_organization: bool,
    born: date | None,
    since: date | None,
    today: date,
    known: Collection[str],
) -> list[Hint]:
    """Return what is to be expected within a year and not noted yet.

    `known` holds the evidence of events that were noted already.
    """
    found = []
    if is_organization and since:
        years = _next_round(since, today)
        found.append(Hint("anniversary", _anniversary(since, years), f"since:{years}"))
    if not is_organization and born:
        on = _anniversary(born, RETIREMENT)
        found.append(Hint("retirement", on, f"birth_date:{RETIREMENT}"))
    return [
        hint
        for hint in found
        if 0 <= (hint.on - today).days <= AHEAD and hint.evidence not in known
    ]


def _next_round(since: date, today: date) -> int:
    years = max(today.year - since.year, ROUND)
    while years % ROUND or _anniversary(since, years) < today:
        years += 1
    return years


def _anniversary(day: date, years: int) -> date:
    """The same day years later; 29 February becomes 1 March where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
