"""Contact persons of a whole file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from regulars.server.core.audit import Actor
from regulars.server.trade.loading.bringing import Brought, Kind, bring


@dataclass(frozen=True)
class ContactRow:
    """One contact person. `person`: the number of the customer it is, where it is one."""

    number: str
    name: str
    title: str = ""
    phone: str = ""
    email: str = ""
    role: str = ""
    attitude: str = ""
    birthday: date | None = None
    note: str = ""
    person: str = ""
    left_on: date | None = None


def bring_contacts(
    rows: Iterable[ContactRow], *, origin: str, by: Actor, at: datetime
) -> Brought:
    """Write contact persons; an empty value leaves what is on file."""
    return bring(CONTACTS, rows, origin=origin, by=by, at=at)


TEXTS = ("title", "phone", "email", "role", "attitude", "note")
SAME = " and ".join(
    [
        *(f"(s.{name} = '' or s.{name} = p.{name})" for name in TEXTS),
        *(f"(s.{day} is null or s.{day} = p.{day})" for day in ("birthday", "left_on")),
        "(s.person_id is null or s.person_id = p.person_id)",
    ]
)
CONTACTS = Kind(
    name="contacts",
    columns=[
        *((name, "text") for name in ("number", "name", "title", "phone", "email", "role")),
        *(("attitude", "text"), ("birthday", "date"), ("note", "text"), ("person", "text")),
        ("left_on", "date"),
    ],
    # Of several rows about one contact the last counts.
    sorting="""
create temp table sorted_arriving on commit drop as
select a.*, c.id as customer_id, p.id as person_id
from (select distinct on (number, name) * from arriving where name <> ''
      order by number, name, n desc) a
left join customers_customer c on c.number = a.number and c.kind = 'organization'
  and c.state not in ('merged', 'erased')
left join customers_customer p on p.number = a.person and a.person <> ''
  and p.kind = 'person' and p.state not in ('merged', 'erased')
""",
    writing=f"""
met as (
  select s.*, (select p.id from trade_contactperson p where p.customer_id = s.customer_id
    and (p.name = s.name or (s.person_id is not null and p.person_id = s.person_id))
    order by (p.person_id is not distinct from s.person_id) desc, p.id limit 1) as met_id
  from sorted_arriving s where s.customer_id is not null
), changed as (
  update trade_contactperson p set
    {", ".join(f"{n} = coalesce(nullif(s.{n}, ''), p.{n})" for n in TEXTS)},
    birthday = coalesce(s.birthday, p.birthday), left_on = coalesce(s.left_on, p.left_on),
    person_id = coalesce(s.person_id, p.person_id), noted_at = %(at)s, source = %(origin)s
  from met s where p.id = s.met_id and not ({SAME}) returning false as new
), made as (
  insert into trade_contactperson (customer_id, person_id, name, title, phone, email, role,
    attitude, birthday, note, left_on, source, noted_at)
  select customer_id, person_id, name, title, phone, email, role, attitude, birthday, note,
    left_on, %(origin)s, %(at)s from met where met_id is null order by n returning true as new
), written as (select new from changed union all select new from made)
""",
)
