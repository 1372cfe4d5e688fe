"""How a trigger finds its customers, as data: a few kinds of detection, many triggers.

Before     a date ahead: 60, 30 and 7 days before it, or after it while money lies idle
After      steps after something happened: on day 1, 3, 7 and 30
Silence    nothing of a kind for 30 and then 90 days
Measured   a condition on the figures of the newest run, against the run before
Turned     a tier that rose or fell between two tier runs
Yearly     the same day each year: an anniversary
Every      once in a month, quarter or year, for some tiers
Either     several of these, each in its turn
Entered    a customer came into a segment of the company
Register   rows of one of our own ledgers; each has a reader of its own

What happened outside comes as facts: an *event* of a kind ("login", "claim_closed") that a
file, a form or the API brought. Kinds are lower-case words joined by underscores.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Holding:
    """Dates of what customers hold, by the kind of product.

    Attributes
    ----------
    kinds
        `products.Product.Kind` values.
    date
        "matures_on", "opened_on" or "closed_on".
    category
        Only products of this category; "" for all.
    longer
        Only what runs for more days than this, or without an end; 0 for all.
    """

    kinds: tuple[str, ...]
    date: str = "matures_on"
    category: str = ""
    longer: int = 0


@dataclass(frozen=True)
class Event:
    """Facts of these kinds. What is still to come carries its day already.

    Attributes
    ----------
    where
        SQL of DuckDB over `kind` and `value`; "" for all: "value <= 6".
    """

    kinds: tuple[str, ...]
    where: str = ""

    @classmethod
    def of(cls, *kinds: str, where: str = "") -> Event:
        return cls(kinds, where)


@dataclass(frozen=True)
class Booked:
    """Transactions of these kinds: "purchase", "outflow".

    Attributes
    ----------
    where
        SQL of DuckDB over `amount` (in hundredths), `product_id` and `category`; "" for all.
    """

    kinds: tuple[str, ...]
    where: str = ""


@dataclass(frozen=True)
class File:
    """A date in the customer's file: "since", the first day as a customer.

    Attributes
    ----------
    column
        "since", "birth_date", or "child": the birth of a child who is on file as such.
    years
        So many years after it: 60 for a sixtieth birthday.
    """

    column: str
    years: int = 0


@dataclass(frozen=True)
class Figure:
    """A date among the figures of the newest run: "first_on", the first activity.

    Attributes
    ----------
    plus
        Days after it, as SQL of DuckDB over the figures; who has none is left out.
    where
        Only whose figures fulfil this.
    """

    column: str
    plus: str = ""
    where: str = ""


@dataclass(frozen=True)
class Terms:
    """The last day of terms agreed with an organisation that nothing follows."""


Source = Holding | Event | Booked | File | Figure | Terms


@dataclass(frozen=True)
class Before:
    """Reminders before a date.

    Attributes
    ----------
    stages
        Days before the date, largest first. A negative one lies after it and speaks only
        while the money that matured lies idle.
    settles
        Once done, the further reminders of the same date are moot.
    unless
        Kinds of events with the same reference that settle it: a coupon was used.
    newest
        Of one reference only the date that came last counts: a new card replaces the old.
    renewed
        Silent for a holding that another of the same products follows: one that began
        from 30 days before its end on, and ends later.
    """

    source: Source
    stages: tuple[int, ...]
    settles: bool = False
    unless: tuple[str, ...] = ()
    newest: bool = False
    renewed: bool = False


@dataclass(frozen=True)
class After:
    """Steps after something happened.

    Attributes
    ----------
    steps
        Days after it, 0 for the same day, in rising order; -14 for two weeks before it.
    unless
        Kinds of events after which the further steps are moot. A holding that waits for
        one (a card for its first use) speaks only while such events are reported at all.
        "purchase" is a transaction of that kind.
    early
        What came before it with the same reference settles it too: a premium paid ahead.
    once
        "month", "quarter" or "year": it speaks once in each, however often it is reported.
    newest
        Of one reference only what came last counts: a date that was put right.
    """

    source: Source
    steps: tuple[int, ...] = (0,)
    unless: tuple[str, ...] = ()
    early: bool = False
    once: str = ""
    newest: bool = False


@dataclass(frozen=True)
class Silence:
    """Nothing of a kind for so many days, for those of whom it was ever seen.

    Attributes
    ----------
    of
        Kinds of events, or "transaction".
    days
        After how many days it speaks; again at each further number. Events of a kind that
        stopped coming for everybody are a broken feed, and nobody's silence.
    """

    of: tuple[str, ...]
    days: tuple[int, ...]


@dataclass(frozen=True)
class Measured:
    """A condition on columns of the newest run: `now.` and, of the run before, `was.`.

    Attributes
    ----------
    where
        SQL of DuckDB. A customer speaks when it holds now. `now.as_of` is the run's day.
    needs
        Columns it reads; a run that lacks one finds nobody.
    may_lack
        Columns it reads that are empty where a run has none, such as those of a model.
    amount
        The figure for the card, over the same columns; "" for none.
    edge
        Only who did not fulfil it in the run before.
    cycle
        "month", "quarter" or "year": it speaks once in each.
    levels
        Tier levels that it is for; () for all.
    kind
        Only customers of this kind: "organization"; "" for all.
    """

    where: str
    needs: tuple[str, ...]
    may_lack: tuple[str, ...] = ()
    amount: str = ""
    edge: bool = False
    cycle: str = "month"
    levels: tuple[int, ...] = ()
    kind: str = ""


@dataclass(frozen=True)
class Turned:
    """The tier between two tier runs: "up" or "down".

    Attributes
    ----------
    levels
        Levels that somebody came to; the lowest is no rise worth a word.
    """

    direction: str
    levels: tuple[int, ...] = (5, 4, 3, 2, 1)


@dataclass(frozen=True)
class Yearly:
    """The same day each year, from `ahead` days before it."""

    source: Source
    ahead: int = 0


@dataclass(frozen=True)
class Every:
    """Once in each period for customers of some tiers who are somebody's.

    Attributes
    ----------
    period
        "month", "quarter" or "year".
    begins
        Days before the end of the period on which it begins.
    levels
        Tier levels that it is for.
    date
        A yearly month and day instead of the end of the year; (0, 0) for the end.
    unless
        Nobody who had a two-way contact by one of these channels in the period.
    by
        Only a contact made by one of these roles counts; () for anybody's.
    kind
        Only customers of this kind: "organization"; "" for all.
    day
        A day of each month (1-28) instead of its end; 0 for the end.
    ahead
        Due so many days before the end.
    holds
        Only who holds a product of one of these kinds; () for all.
    """

    period: str
    begins: int
    levels: tuple[int, ...]
    date: tuple[int, int] = (0, 0)
    unless: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    kind: str = ""
    day: int = 0
    ahead: int = 0
    holds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entered:
    """The customer came into a segment since the last morning; each coming in is one cycle.

    Attributes
    ----------
    segment
        Its public id.
    already
        Who is in it on the first morning counts as coming in.
    """

    segment: str
    already: bool = False


@dataclass(frozen=True)
class Register:
    """Rows of a ledger of ours, by the trigger's own reader and rule."""


Simple = Before | After | Silence | Measured | Turned | Yearly | Every


@dataclass(frozen=True)
class Either:
    """Several detections of one trigger, such as an age of a car and the end of its loan."""

    parts: tuple[Simple, ...]


Detector = Simple | Either | Entered | Register

REGISTER = Register()
