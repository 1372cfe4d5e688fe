"""How fast does the list of customers answer at a million of them?

Fills a throw-away database set-wise (customers, search entries, touches, scores, tiers),
then asks the shapes of query that the page asks, as three people, through the walled role.
Prints milliseconds for each, the median of five, and with `--plans` how PostgreSQL does it.

    python -m benchmarks customer_list [--customers 1000000] [--home DIR] [--plans]

With `--home` the database is kept there and the next call only measures.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
BRANCHES, BOOKS_EACH = 100, 25
LIMIT = 300  # milliseconds, the promise of the page

CUSTOMERS = """
insert into customers_customer
  (public_id, number, kind, state, name, name_en, gender, lunar_birthday, phone, email, address,
   district, occupation, id_tail, book_id, since, source, preferred_channel, blocked_channels,
   consents, tags, note, provenance, created_at, updated_at)
select substr(md5('c' || n), 1, 12), lpad(n::text, 8, '0'),
       case when n %% 20 = 0 then 'organization' else 'person' end, 'active',
       (array['张','王','李','赵','陈','林','钱','孙','周','吴'])[1 + n %% 10]
       || (array['美','建','振','晓','文','志','秀','国','海','玉'])[1 + (n / 10) %% 10]
       || (array['凤','华','国','平','燕','强','英','军','福','兰'])[1 + (n / 100) %% 10],
       '', '', '', '101' || lpad(n::text, 8, '0'), '', '', '', '', '',
       (select min(id) from core_book) + n %% %s,
       date '2012-01-01' + (n %% 5000), '', '', '{}', '{}', '{}', '', '{}', %s, %s
from generate_series(1, %s) n
"""
# The grams that `customers.rules.grams` would write for such names, without the surname's
# second reading.
SEARCH = """
insert into customers_customersearch (customer_id, book_id, grams, text)
select c.id, c.book_id,
  array[substr(name, 1, 1), substr(name, 2, 1), substr(name, 3, 1), substr(name, 1, 2),
        substr(name, 2, 2), '~' || right(phone, 4)]
  || (select array_agg(left(c.number, k)) from generate_series(1, 8) k)
  || (select array_agg(left(word, k)) from
       (select (array['zhang','wang','li','zhao','chen','lin','qian','sun','zhou','wu'])
               [1 + c.number::int %% 10]
            || (array['mei','jian','zhen','xiao','wen','zhi','xiu','guo','hai','yu'])
               [1 + (c.number::int / 10) %% 10]
            || (array['feng','hua','guo','ping','yan','qiang','ying','jun','fu','lan'])
               [1 + (c.number::int / 100) %% 10] as word) w,
       generate_series(1, 12) k),
  name
from customers_customer c
"""
TOUCHES = """
insert into channels_touch
  (public_id, customer_id, at, channel, inbound, two_way, outcome, purpose, note, need,
   next_step)
select substr(md5('t' || k || ':' || id), 1, 12), id,
       %s::timestamptz - (id %% 300 + k) * interval '1 day',
       'call', false, true, 'reached', '', '', '', ''
from customers_customer, generate_series(1, 2) k where id %% 3 = 0
"""
# Money is log-normal, as it is: a few hold most.
SCORES = """
insert into scoring_score_v{run}
select {run}, id, v, v, round(v * 0.03, 2), round(v * 0.008 - 60, 2), p,
       (array['active','loyal','at_risk','dormant','lost','new','reactivated'])[1 + h %% 7],
       (1 + h %% 5)::text || (1 + h / 5 %% 5)::text || (1 + h / 25 %% 5)::text,
       (array['important_value','important_keep','important_develop','important_winback',
              'general_value','general_keep','general_develop','general_winback'])[1 + h %% 8]
from (select id, abs(hashint8(id)) h, (abs(hashint8(id * 7)) %% 1000) / 1000.0 p,
             round(exp(8 + 2 * sqrt(-2 * ln(u1)) * cos(6.28318 * u2))::numeric, 2) v
      from (select id, (1 + abs(hashint8(id * 3)) %% 1000000) / 1000001.0 u1,
                   (abs(hashint8(id * 5)) %% 1000000) / 1000000.0 u2
            from customers_customer) u) x
"""
TIERS = """
insert into tiers_assignment_v{tier_run}
select {tier_run}, s.customer_id, k.id,
       case when s.value >= 500000 then 'premier' when s.value >= 50000 then 'target'
            when s.contribution < -40 then 'negative_margin' else 'mass' end,
       case when s.value >= 500000 then 5 when s.value >= 50000 then 4
            when s.contribution < -40 then 1 else 2 end,
       s.value, null, s.value
from scoring_score s join customers_customer c on c.id = s.customer_id
join tiers_scheme k on k.customer_kind = c.kind where s.run_id = {run}
"""


def main(given: list[str] | None = None) -> None:
    asked = arguments(given)
    kept = nullcontext(asked.home) if asked.home else tempfile.TemporaryDirectory()
    with kept as root:
        cluster = start(Path(root).resolve() / "home")
        try:
            if not filled():
                timed("fill", lambda: fill(asked.customers))
            as_application(cluster)
            measure(asked.plans)
        finally:
            cluster.stop()


def arguments(given: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--home")
    parser.add_argument("--plans", action="store_true")
    return parser.parse_args(given)


def start(root: Path) -> Any:
    """Make or reopen the home, start its PostgreSQL and connect as the owner."""
    import django

    from regulars.server.site.home import OWN, Home
    from regulars.server.site.postgres import Postgres

    root.parent.chmod(0o755)
    home = Home(root)
    home.create(OWN)
    os.environ |= {
        "REGULARS_HOME": str(root),
        "REGULARS_ROLE": "owner",
        "DJANGO_SETTINGS_MODULE": "regulars.server.site.settings.embedded",
    }
    cluster = Postgres(home)
    cluster.start()
    django.setup()
    from regulars.server.site import database

    database.migrate()
    return cluster


def as_application(cluster: Any) -> None:
    """From here on everything goes through the wall."""
    from django.db import connection

    from regulars.server.site import database
    from regulars.server.site.postgres import APPLICATION

    connection.close()
    given = cluster.connection(APPLICATION)
    connection.settings_dict.update(USER=given["user"], PASSWORD=given["password"])
    database.check_wall()


def filled() -> bool:
    from regulars.server.core.queries import company

    return company() is not None


def fill(customers: int) -> None:
    """Write a company of that size; everything but people and places in a few statements."""
    from django.db import connection

    from regulars.server.core import scope

    with scope.everything():
        people_and_places()
    books = BRANCHES * BOOKS_EACH
    step("drop index customer_search_grams")
    step(CUSTOMERS, [books, NOON, NOON, customers])
    step("analyze customers_customer")
    step(SEARCH.replace("%%", "%"))
    step(
        "create index customer_search_grams on customers_customersearch "
        "using gin (grams) with (fastupdate = off)"
    )
    step(TOUCHES, [NOON])
    with scope.everything(), connection.cursor() as db:
        versions(db, customers)
    with connection.cursor() as db:
        db.execute("vacuum analyze")


def step(sql: str, parameters: list[Any] | None = None) -> None:
    """One statement in its own transaction: indexes wait for nobody's pending checks."""
    from django.db import connection

    from regulars.server.core import scope

    with scope.everything(), connection.cursor() as db:
        db.execute(sql, parameters)


def people_and_places() -> None:
    """A hundred branches of 25 books; a manager, and an RM who owns one book."""
    from regulars.server.core.models import Book, OrgUnit
    from regulars.testing import cast

    cast.core.set_up_company(name="大湖银行", kind="bank", by=cast.TESTS, at=NOON)
    head = OrgUnit.objects.get(code="HQ")
    units = [cast.unit(f"B{n:03}", f"支行 {n}", "", head) for n in range(BRANCHES)]
    cast.person("ana", "程一鸣", "", "analyst", head)
    cast.person("wei", "顾文涛", "", "manager", units[0])
    mei = cast.person("mei", "陆晓晴", "", "rm", units[0])
    Book.objects.bulk_create(
        Book(
            code=f"{unit.code}-{n}",
            name=f"{unit.code}-{n}",
            org_unit=unit,
            owner=mei if (unit, n) == (units[0], 0) else None,
        )
        for unit in units
        for n in range(BOOKS_EACH)
    )


def versions(db: Any, customers: int) -> None:
    """One scoring run and one tier run, both current, filled and attached as in the product."""
    from regulars.server.scoring.models import Run
    from regulars.server.tiers.models import Scheme, SchemeVersion, TierRun

    run = Run.objects.create(
        as_of=NOON.date(), known_to=NOON, state="done", is_published=True, is_current=True,
        customers=customers, started_at=NOON, ended_at=NOON,
    )  # fmt: skip
    tier_run = TierRun.objects.create(run=run, as_of=NOON.date(), is_current=True, made_at=NOON)
    tiers = [
        {
            "code": "premier",
            "name": "贵宾",
            "name_en": "Premier",
            "level": 5,
            "at_least": "500000",
        },
        {
            "code": "target",
            "name": "目标",
            "name_en": "Target",
            "level": 4,
            "at_least": "50000",
        },
        {"code": "mass", "name": "大众", "name_en": "Mass", "level": 2, "at_least": None},
        {"code": "negative_margin", "name": "负效", "name_en": "Negative", "level": 1},
    ]
    for kind in ("person", "organization"):
        scheme = Scheme.objects.create(
            code=kind, name=kind, name_en=kind, customer_kind=kind, is_primary=True
        )
        SchemeVersion.objects.create(
            scheme=scheme, number=1, state="active", measure="aum", tiers=tiers, created_at=NOON
        )
    for table, sql, version in (
        ("scoring_score", SCORES, run.pk),
        ("tiers_assignment", TIERS, tier_run.pk),
    ):
        db.execute("select regulars_version_open(%s, %s)", [table, version])
        db.execute(sql.replace("%%", "%").format(run=run.pk, tier_run=tier_run.pk))
        db.execute("select regulars_version_close(%s, %s)", [table, version])


LISTS = (
    "", "stage=lost", "stage=dormant&stage=at_risk", "tier=premier", "tier=negative_margin",
    "tier=mass&stage=lost", "rfm_type=important_keep", "kind=organization", "branch=B042",
    "since_from=2025-01-01", "sort=-stake", "sort=p_alive", "sort=-clv", "sort=number",
    "sort=-since", "tier=target&sort=-stake", "stage=lost&sort=number", "q=张美", "q=l",
)  # fmt: skip


def measure(plans: bool) -> None:
    """Ask every list as three people; a page is the ids, their sums if at hand, and rows."""
    from urllib.parse import parse_qs

    from django.core.cache import cache

    from regulars.server.core import scope
    from regulars.server.core.models import Person
    from regulars.server.segments import queries, rules

    for name in ("ana", "wei", "mei"):
        viewer = Person.objects.select_related("org_unit").get(username=name)
        print(f"\n{viewer.get_role_display()} ({len(viewer.scope.books) or 'all'} books)")
        print(f"{'list':34} {'page ms':>8} {'sums ms':>8}  customers")
        for query in LISTS:
            asked = rules.read(parse_qs(query))
            pages, sums = [], []
            for _attempt in range(5):
                cache.clear()
                with scope.looking(viewer):
                    begun = time.perf_counter()
                    at = queries.versions()
                    found = queries.page(viewer, asked, at)
                    queries.rows(viewer, found.ids, at)
                    queries.count(viewer)
                    pages.append(1000 * (time.perf_counter() - begun))
                    begun = time.perf_counter()
                    total = found.totals or queries.totals(viewer, asked, at)
                    sums.append(1000 * (time.perf_counter() - begun))
            page, apart = statistics.median(pages), statistics.median(sums)
            mark = "  over" if page > LIMIT else ""
            print(
                f"{query or '(everybody)':34} {page:8.0f} {apart:8.0f}  {total.count:,}{mark}"
            )
            if plans:
                show_plans(viewer, asked)


def show_plans(viewer: Any, asked: Any) -> None:
    """Print how PostgreSQL found the ids of a page."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from regulars.server.core import scope
    from regulars.server.segments import queries

    with scope.looking(viewer):
        at = queries.versions()
        with CaptureQueriesContext(connection) as caught:
            queries.page(viewer, asked, at)
        with connection.cursor() as db:
            for query in caught.captured_queries:
                if "scoring_score" in query["sql"] or "customers_customer" in query["sql"]:
                    db.execute("explain (analyze, costs off, buffers off) " + query["sql"])
                    print("\n".join("      " + line for (line,) in db.fetchall()))


def timed(name: str, work: Callable[[], Any]) -> Any:
    begun = time.perf_counter()
    answer = work()
    print(f"{name}: {time.perf_counter() - begun:.1f} s", flush=True)
    return answer


if __name__ == "__main__":
    main()
