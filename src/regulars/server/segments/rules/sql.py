"""From a rule to SQL for DuckDB: one boolean over the board, and the facts it looks up.

Every boolean is true or false, never null, so "none of" means what it says. Nothing that
somebody typed reaches the text but as a quoted word, a number or a date that was read.
"""

from __future__ import annotations

import calendar
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from regulars.base.calendar import lunar_in_year
from regulars.base.periods import add_months
from regulars.server.segments.rules.fields import Field
from regulars.server.segments.rules.tree import Condition, Node, Window

SEPARATOR = "\x1f"  # around each word of a list that lies in one text
TRUE, FALSE = "true", "false"
OWN_MOVES = ("purchase", "inflow", "outflow")
KINDS: Mapping[str, tuple[str, ...]] = {
    "spend": ("purchase", "refund"),
    "purchases": ("purchase",),
    "inflow": ("inflow", "payroll"),
    "outflow": ("outflow",),
    "activity": OWN_MOVES,
}
NARROWED = {
    "category": "category",
    "product": "product_id",
    "channel": "channel",
    "event": "kind",
}


@dataclass(frozen=True)
class Times:
    """`today` for the records, `on` (the last day of the facts) for what happened."""

    today: date
    on: date


@dataclass(frozen=True)
class Lookup:
    """What must be asked of the database before a rule is a text.

    `books`: field -> value -> ids of books. `cuts`: (column, percent from the top) -> the
    value there. `loans`: codes of products that are no assets. `own`: kinds of facts that
    are a customer's own doing. `groups`: the tables that hold the members.
    """

    books: Mapping[str, Mapping[str, Sequence[int]]] = field(default_factory=dict)
    cuts: Mapping[tuple[str, str], float | None] = field(default_factory=dict)
    loans: Sequence[str] = ()
    own: Sequence[str] = OWN_MOVES
    groups: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Fetched:
    """Customers found among the facts: a SELECT of their keys, with `{kind}` for the source."""

    name: str
    facts: str
    select: str


@dataclass
class Compiler:
    """Turns the conditions of one question into SQL; equal look-ups are made once."""

    fields: Mapping[str, Field]
    times: Times
    lookup: Lookup
    fetched: dict[str, Fetched] = field(default_factory=dict)

    def where(self, node: Node) -> str:
        """One boolean for a rule; the rule must be settled."""
        if isinstance(node, Condition):
            return self._condition(node)
        parts = [self.where(part) for part in node.parts]
        if node.mode == "all":
            return f"({' and '.join(parts)})" if parts else TRUE
        either = f"({' or '.join(parts)})" if parts else FALSE
        # An empty "any" would hold nobody: somebody who has just opened it means no limit.
        if not parts:
            return TRUE
        return either if node.mode == "any" else f"(not {either})"

    def _condition(self, asked: Condition) -> str:
        of = self.fields[asked.field]
        if of.origin == "facts":
            return self._from_facts(asked, of)
        if of.origin == "group":
            return self._in_groups(asked)
        return f"coalesce({self._of_board(asked, of)}, false)"

    def _of_board(self, asked: Condition, of: Field) -> str:
        column = f'"{of.column}"'
        if of.kind == "birthday":
            return self._birthday(asked)
        if asked.op in ("known", "unknown"):
            known = self._known(column, of)
            return known if asked.op == "known" else f"not coalesce({known}, false)"
        if of.kind == "age":
            return self._age(asked, column)
        if of.kind == "date":
            return self._date(asked, column)
        if of.kind == "flag":
            return column if asked.op == "yes" else f"not coalesce({column}, false)"
        if asked.op in ("in", "not_in"):
            return self._chosen(asked, of, column)
        if asked.op in ("top", "bottom"):
            return self._ranked(asked, of, column)
        return _compared(column, asked.op, asked.values)

    @staticmethod
    def _known(column: str, of: Field) -> str:
        if of.kind in ("word", "words") and of.column != "book_id":
            return f"{column} <> ''"
        return f"{column} is not null"

    def _chosen(self, asked: Condition, of: Field, column: str) -> str:
        if of.key in self.lookup.books:
            known = self.lookup.books[of.key]
            ids = sorted({pk for value in asked.values for pk in known.get(value, ())})
            inside = f"{column} in ({', '.join(map(str, ids))})" if ids else FALSE
        elif of.kind == "words":
            inside = " or ".join(
                f"contains({column}, {quote(SEPARATOR + value + SEPARATOR)})"
                for value in asked.values
            )
            inside = f"({inside})"
        else:
            inside = f"{column} in ({', '.join(map(quote, asked.values))})"
        return inside if asked.op == "in" else f"not coalesce({inside}, false)"

    def _ranked(self, asked: Condition, of: Field, column: str) -> str:
        top = Decimal(asked.values[0])
        share = top if asked.op == "top" else 100 - top
        cut = self.lookup.cuts.get((of.column, f"{share:f}"))
        if cut is None:
            return FALSE
        return f"{column} {'>=' if asked.op == 'top' else '<'} {_number(cut)}"

    def _age(self, asked: Condition, column: str) -> str:
        born = [_years_back(self.times.today, int(value)) for value in asked.values]
        if asked.op == "ge":
            return f"{column} <= {_day(born[0])}"
        if asked.op == "lt":
            return f"{column} > {_day(born[0])}"
        over = _years_back(self.times.today, int(asked.values[1]) + 1)
        return f"{column} <= {_day(born[0])} and {column} > {_day(over)}"

    def _date(self, asked: Condition, column: str) -> str:
        if asked.op in ("within", "not_within"):
            first = self.times.today - timedelta(days=int(asked.values[0]) - 1)
            inside = f"{column} >= {_day(first)} and {column} <= {_day(self.times.today)}"
            return inside if asked.op == "within" else f"not coalesce({inside}, false)"
        days = [_day(date.fromisoformat(value)) for value in asked.values]
        if asked.op == "after":
            return f"{column} >= {days[0]}"
        if asked.op == "before":
            return f"{column} < {days[0]}"
        return f"{column} >= {days[0]} and {column} <= {days[1]}"

    def _birthday(self, asked: Condition) -> str:
        if asked.op in ("known", "unknown"):
            known = "(birth_md is not null or lunar_birthday <> '')"
            return known if asked.op == "known" else f"not coalesce({known}, false)"
        spans = birthday_spans(asked, self.times.today)
        days = [day for span in spans for day in _days(*span)]
        solar = sorted({day.month * 100 + day.day for day in days} | _leapers(days))
        lunar = sorted(_lunar_on(set(days)))
        kept = f"lunar_birthday in ({', '.join(map(quote, lunar))})" if lunar else FALSE
        plain = f"birth_md in ({', '.join(map(str, solar))})"
        return f"(case when coalesce(lunar_birthday, '') <> '' then {kept} else {plain} end)"

    def _in_groups(self, asked: Condition) -> str:
        tables = [self.lookup.groups[v] for v in asked.values if v in self.lookup.groups]
        inside = " or ".join(
            f"customer_id in (select customer_id from {table})" for table in tables
        )
        inside = f"({inside})" if tables else FALSE
        return inside if asked.op == "in" else f"(not {inside})"

    # --- facts ---

    def _from_facts(self, asked: Condition, of: Field) -> str:
        if of.kind == "change":
            return self._found(of.facts, self._change(asked, of))
        value = self._measured(of)
        op, values = (asked.op, asked.values) if asked.op != "none" else ("lt", ("1",))
        wanted = _compared(value, op, _minor(values, of))
        # Who has no facts counts as 0. Where 0 holds, those who fail are looked up instead.
        zero_holds = _holds(Decimal(0), op, values)
        having = f"not ({wanted})" if zero_holds else wanted
        select = (
            f"select {{key}} as key from {{{of.facts}}} f "
            f"where {self._narrowed(asked, of)} group by 1 having {having}"
        )
        if of.facts == "holdings":
            select = self._maturing(asked, having)
        found = self._found(of.facts, select)
        return f"(not {found})" if zero_holds else found

    def _measured(self, of: Field) -> str:
        if of.measure == "spend":
            return "sum(case when kind = 'refund' then -abs(amount) else abs(amount) end)"
        if of.measure == "purchases":
            return "(count(distinct order_id) + count(*) filter (where order_id is null))"
        if of.kind == "times":
            return "count(*)"
        return "coalesce(sum(abs(amount)), 0)"

    def _narrowed(self, asked: Condition, of: Field) -> str:
        day = "local_date" if of.facts == "transactions" else "occurred_at"
        parts = [_within(day, asked.window, self.times.on, moment=of.facts == "events")]
        kinds = self.lookup.own if of.measure == "activity" else KINDS.get(of.measure, ())
        if kinds:
            parts.append(f"kind in ({', '.join(map(quote, kinds))})")
        return " and ".join([*parts, *_only(asked)])

    def _maturing(self, asked: Condition, having: str) -> str:
        assert asked.window is not None
        assert asked.window.days is not None
        stop = self.times.on + timedelta(days=asked.window.days)
        newest = (
            "select fact_key, holding_id, "
            + ", ".join(
                f"arg_max({name}, known_at) as {name}" for name in ("amount", "product_id")
            )
            # A later version may have cleared a date: arg_max would skip the empty one.
            + ", arg_max(struct_pack(d := matures_on), known_at).d as matures_on"
            + ", arg_max(struct_pack(d := closed_on), known_at).d as closed_on"
            + " from {holdings} h group by 1, 2"
        )
        parts = [
            f"matures_on > {_day(self.times.on)} and matures_on <= {_day(stop)}",
            f"(closed_on is null or closed_on > {_day(self.times.on)})",
            *_only(asked),
        ]
        return (
            f"select {{key}} as key from ({newest}) f where {' and '.join(parts)} "
            f"group by 1 having {having}"
        )

    def _change(self, asked: Condition, of: Field) -> str:
        assert asked.window is not None
        assert asked.window.days is not None
        on, was = self.times.on, self.times.on - timedelta(days=asked.window.days)
        loans = ", ".join(map(quote, self.lookup.loans)) or "''"
        newest = 'row("on", known_at)'
        parts = [
            f'"on" <= {_day(on)}',
            f"coalesce(product_id, '') not in ({loans})",
            *_only(asked),
        ]
        accounts = (
            "select fact_key, coalesce(account_id, product_id, '') as account, "
            f"arg_max(balance, {newest}) as now, "
            f'arg_max(balance, {newest}) filter (where "on" <= {_day(was)}) as was '
            f"from {{balances}} b where {' and '.join(parts)} group by 1, 2"
        )
        now, then = "coalesce(sum(now), 0)", "coalesce(sum(was), 0)"
        by = Decimal(asked.values[0])
        if of.measure == "share":
            bent = (100 - by) / 100 if asked.op == "fell" else (100 + by) / 100
            sign = "<=" if asked.op == "fell" else ">="
            having = f"{then} > 0 and {now} {sign} {then} * {_number(bent)}"
        else:
            change = f"{then} - {now}" if asked.op == "fell" else f"{now} - {then}"
            having = f"{change} >= {_number(by * 100)}"
        return f"select {{key}} as key from ({accounts}) f group by 1 having {having}"

    def _found(self, facts: str, select: str) -> str:
        if select not in self.fetched:
            self.fetched[select] = Fetched(f"found_{len(self.fetched)}", facts, select)
        return f"({self.fetched[select].name}.key is not null)"


def quote(text: str) -> str:
    """Write a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def looked_up(one: Fetched, sources: Mapping[str, str]) -> str:
    """The SELECT of the keys that a condition finds among the facts."""
    return one.select.format(key="f.fact_key", **{one.facts: sources[one.facts]})


def joined(board: str, tables: Mapping[str, str]) -> str:
    """Return the FROM clause of a question: the board beside what was found in the facts.

    `tables` gives, by name of a look-up, the table (or SELECT) that holds its keys.
    """
    return board + "".join(
        f" left join {table} {name} on {name}.key = b.fact_key"
        for name, table in tables.items()
    )


@dataclass(frozen=True)
class Statement:
    """A rule as SQL: `where` over `source`, whose board is called b.

    `refused` tells who must be left out although they fit, because they refused to be
    profiled. `steps` hold after each part of the outermost group but the last.
    """

    where: str
    source: str
    refused: str = FALSE
    steps: tuple[str, ...] = ()

    @property
    def fits(self) -> str:
        return f"({self.where} and not {self.refused})"


def counting(asked: Statement, *, names: Collection[str] = (), ways: Sequence[str] = ()) -> str:
    """Count a statement: who fits, who is left out; with `names` and `ways` their sums too.

    The condition stands in WHERE and not in the aggregates, so the scan reads the other
    columns of those who fit only.
    """
    kept = f"filter (where not {asked.refused})"
    wanted = [f"count(*) {kept}", f"count(*) filter (where {asked.refused})"]
    if ways:
        wanted += [
            f"sum({name}) {kept}" if name in names else "null"
            for name in ("value", "contribution_12")
        ]
        agreed = [f"contains(reach, '{SEPARATOR}{way}{SEPARATOR}')" for way in ways]
        wanted += [
            f"count(*) filter (where not {asked.refused} and {condition})"
            for condition in ("reach = ''", *agreed)
        ]
    return f"select {', '.join(wanted)} from {asked.source} where {asked.where}"


def stepping(asked: Statement) -> str:
    """Count how many are left after each part but the last, in one scan."""
    counts = ", ".join(f"count(*) filter (where {step})" for step in asked.steps)
    return f"select {counts} from {asked.source}"


def birthday_spans(asked: Condition, today: date) -> list[tuple[date, date]]:
    """The half-open spans in which a birthday must fall."""
    if asked.op == "ahead":
        return [(today, today + timedelta(days=int(asked.values[0])))]
    if asked.op == "in_month":
        year = today.year
        return [_month(date(year, int(month), 1)) for month in asked.values]
    first = today.replace(day=1)
    return [_month(first if asked.op == "this_month" else add_months(first, 1))]


def _month(first: date) -> tuple[date, date]:
    return first, add_months(first, 1)


def _days(start: date, stop: date) -> list[date]:
    return [start + timedelta(days=n) for n in range((stop - start).days)]


def _leapers(days: Iterable[date]) -> set[int]:
    """29 February is kept on the 28th in common years."""
    common = any(d.month == 2 and d.day == 28 and not calendar.isleap(d.year) for d in days)
    return {229} if common else set()


def _lunar_on(days: set[date]) -> set[str]:
    years = {day.year for day in days}
    return {
        f"{month}-{day}"
        for month in range(1, 13)
        for day in range(1, 31)
        if any(when in days for year in years for when in lunar_in_year(month, day, year))
    }


def _years_back(today: date, years: int) -> date:
    """The latest day on which somebody who is that old today can have been born."""
    year = max(today.year - years, 1)
    if (today.month, today.day) == (2, 29) and not calendar.isleap(year):
        return date(year, 2, 28)
    return today.replace(year=year)


def _within(column: str, window: Window | None, on: date, *, moment: bool) -> str:
    """The condition on a day; a moment is compared with midnight, so both ends count."""
    assert window is not None
    if window.days is not None:
        start: date | None = on - timedelta(days=window.days - 1)
        stop: date | None = on
    else:
        start, stop = window.start, window.stop
    parts = [f"{column} >= {_day(start)}"] if start else []
    if stop:
        parts.append(f"{column} < {_day(stop + timedelta(days=1))}")
    return " and ".join(parts) or TRUE


def _only(asked: Condition) -> list[str]:
    return [
        f"{NARROWED[name]} in ({', '.join(map(quote, values))})" for name, values in asked.only
    ]


def _compared(value: str, op: str, values: Sequence[str]) -> str:
    numbers = [_number(Decimal(text)) for text in values]
    if op == "ge":
        return f"{value} >= {numbers[0]}"
    if op == "lt":
        return f"{value} < {numbers[0]}"
    return f"{value} >= {numbers[0]} and {value} <= {numbers[1]}"


def _holds(value: Decimal, op: str, values: Sequence[str]) -> bool:
    numbers = [Decimal(text) for text in values]
    if op == "ge":
        return value >= numbers[0]
    if op == "lt":
        return value < numbers[0]
    return numbers[0] <= value <= numbers[1]


def _minor(values: Sequence[str], of: Field) -> Sequence[str]:
    """Amounts of facts lie in hundredths."""
    if of.kind != "total":
        return values
    return [f"{Decimal(value) * 100:f}" for value in values]


def _number(value: Decimal | float) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else repr(float(value))


def _day(day: date) -> str:
    return f"date '{day.isoformat()}'"
