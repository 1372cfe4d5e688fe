"""What a home holds, in figures that two homes can be compared by, and programs run in one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from regulars.server.site import boot
from regulars.server.site.home import OWN, Home
from regulars.server.site.postgres import Postgres

DIGEST = """
import json
from django.db import connection
from regulars.server.core import scope
from regulars.server.facts import lake, queries
from regulars.server.intake.models import Import
told = {}
with scope.everything(), connection.cursor() as db:
    for name, sql in {
        "customers": "select number, x.state, x.kind, x.name, x.phone, x.email, x.birth_date, "
        "x.gender, x.id_hash, c.code, x.since, x.consents, x.completeness "
        "from customers_customer x join core_book c on c.id = x.book_id",
        "keys": "select number from customers_factkey k "
        "join customers_customer x on x.id = k.customer_id",
        "search": "select number, grams::text from customers_customersearch s "
        "join customers_customer x on x.id = s.customer_id",
        "products": "select code, name, kind from products_product",
        "books": "select code, name from core_book",
        "imports": "select state, rows, accepted, added, known, refused, "
        "(report - 'seconds' - 'loaded_at')::text from intake_import",
        "loads": "select action, (details - 'source')::text from core_auditentry "
        "where action in ('intake.file.loaded', 'facts.file.added')",
    }.items():
        db.execute("select count(*), md5(string_agg(t::text, '|' order by t::text)) "
                   f"from ({sql}) t")
        told[name] = db.fetchone()
    db.execute("select k.fact_key, x.number from customers_factkey k "
               "join customers_customer x on x.id = k.customer_id")
    import pyarrow as pa
    pairs = db.fetchall()
    numbers = pa.table({"fact_key": [a for a, _ in pairs], "number": [b for _, b in pairs]})
    session = lake.session()
    session.register("numbers", numbers)
    table = lake.source(queries.living("transactions"), "transactions")
    told["facts"] = session.execute(
        "select count(*), count(distinct row_key), sum(amount)::varchar, "
        "sum(hash(t) % 1000000007)::varchar from (select n.number, "
        f"f.* exclude (fact_key, known_at) from {table} f join numbers n using (fact_key)) t"
    ).fetchone()
    told["files"] = len(queries.living("transactions"))
print(json.dumps(told))
"""


class home:
    """A home of its own with a running database."""

    def __init__(self, root: Path) -> None:
        self.home = Home(root)

    def __enter__(self) -> Home:
        self.home.create(OWN)
        self.cluster = Postgres(self.home)
        self.cluster.start()
        boot.bring_up_to_date(self.home)
        return self.home

    def __exit__(self, *_: object) -> None:
        self.cluster.stop()


def start(at: Home, program: str, *, role: str = boot.APP) -> subprocess.Popen[str]:
    lines = (
        "from regulars.server.site import boot\nfrom regulars.server.site.home import Home\n"
    )
    lines += (
        f"from pathlib import Path\nboot.set_up(Home(Path({str(at.root)!r})), role={role!r})\n"
        f"{program}"
    )
    return subprocess.Popen(
        [sys.executable, "-c", lines],
        env=boot.environment(at, role=role),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def said(at: Home, program: str, *, role: str = boot.APP) -> str:
    process = start(at, program, role=role)
    out, _ = process.communicate()
    assert process.returncode == 0, out
    return out.strip()


def held(at: Home) -> dict[str, Any]:
    """Count and digest of everything that a load writes; keys and times are left out."""
    told: dict[str, Any] = json.loads(said(at, DIGEST))
    return told
