"""Which ways contacts of a period went."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from regulars.server.care.queries import morning as reads
from regulars.server.care.queries.kept import Shape
from regulars.server.channels.models import Touch
from regulars.server.coverage.queries.ground import Ground
from regulars.server.coverage.rules import share

MANY = 0.8  # from this share on, somebody uses one channel only (S65)
ENOUGH = 10  # contacts, below which nobody is said to use one channel only
MADE = f"""
select t.channel, t.customer_id, t.two_way, c.book_id as book, c.kind,
       coalesce(a.level, 0) as level, c.preferred_channel <> '' as wished,
       t.channel = c.preferred_channel as heeded
from channels_touch t
join customers_customer c on c.id = t.customer_id and c.book_id = any (%(books)s)
left join ({reads.TIER_OF}) a on a.customer_id = c.id
where t.at >= %(first)s::timestamp at time zone %(zone)s
  and t.at < (%(last)s::date + 1)::timestamp at time zone %(zone)s
  and t.reversed_at is null and not t.inbound
"""
WAYS = tuple(Touch.Channel.values)
MIXED = Shape(
    "mix",
    MADE,
    (
        *(f"count(*) filter (where channel = '{way}')" for way in WAYS),
        *(f"count(*) filter (where channel = '{way}' and two_way)" for way in WAYS),
        "count(*) filter (where wished)",
        "count(*) filter (where heeded)",
    ),
    {"level": int, "kind": str},
)


@dataclass
class Mix:
    """Contacts that we made, by channel."""

    channels: dict[str, int] = field(default_factory=dict)
    answered: dict[str, int] = field(default_factory=dict)
    wished: int = 0  # with customers who prefer a channel
    heeded: int = 0  # those that went that way

    @property
    def total(self) -> int:
        return sum(self.channels.values())

    @property
    def heed(self) -> float | None:
        return share(self.heeded, self.wished)

    @property
    def only(self) -> str:
        """The one channel that nearly everything goes by, if there is one."""
        if self.total < ENOUGH:
            return ""
        first = max(self.channels, key=lambda way: self.channels[way])
        return first if self.channels[first] >= MANY * self.total else ""

    @property
    def shares(self) -> list[tuple[str, float]]:
        """Phone, visit, messages, the rest: for the bar."""
        calls, visits = self.channels.get("call", 0), self.channels.get("visit", 0)
        messages = sum(self.channels.get(way, 0) for way in ("wecom", "sms", "email"))
        rest = self.total - calls - visits - messages
        return [("a", calls), ("b", visits), ("c", messages), ("d", rest)]


def mixes(ground: Ground) -> dict[str, dict[Any, Mix]]:
    """Axis ("book", "level", "kind") -> value -> channels; "" for all of them."""
    found: dict[str, dict[Any, Mix]] = defaultdict(lambda: defaultdict(Mix))
    for part in ground.parts(MIXED, ground.parameters):
        made, answered = part.sums[: len(WAYS)], part.sums[len(WAYS) : -2]
        found[part.axis][part.value] = Mix(
            {way: n for way, n in zip(WAYS, made, strict=True) if n},
            {way: n for way, n, of in zip(WAYS, answered, made, strict=True) if of},
            *part.sums[-2:],
        )
    return found


def touches(
    ground: Ground,
    *,
    by: str,
    of: str,
    channel: str,
    answered: bool = False,
    offset: int = 0,
    page: int = 50,
) -> tuple[list[Touch], bool]:
    """The contacts behind a figure of the mix, the newest first."""
    value: Any = int(of[:9]) if of.isdecimal() else of
    clause = f"and m.{by} = %(of)s" if by in ("book", "kind") or _level(by, of) else ""
    way = "and m.channel = %(channel)s" if channel else ""
    way += " and m.two_way" if answered else ""
    found = reads.sql(
        f"select m.id from ({MADE.replace('select t.channel', 'select t.id, t.at, t.channel')})"
        f" m where true {clause} {way} order by m.at desc, m.id desc "
        f"limit {page + 1} offset %(from)s",
        ground.parameters | {"of": value, "channel": channel, "from": offset},
    )
    ids = [pk for (pk,) in found[:page]]
    rows = Touch.objects.visible_to(ground.viewer).filter(pk__in=ids)
    by_pk = {touch.pk: touch for touch in rows.select_related("customer", "person")}
    return [by_pk[pk] for pk in ids if pk in by_pk], len(found) > page


def _level(by: str, of: str) -> bool:
    return by == "level" and of.isdecimal()
