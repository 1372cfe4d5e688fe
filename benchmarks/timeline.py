"""How long does one customer's timeline take among ten million transactions?

The yardstick is a full scan of the same files in the same run.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from regulars.server.facts import lake

ROWS, CUSTOMERS, FILES, PROBES = 10_000_000, 400_000, 4, 50
SOURCE = """
select (hash(i * 2 + {part}) % {customers} + 1)::bigint as fact_key,
       timestamp '2024-01-01' + to_seconds((hash(i) % 63072000)::bigint) as occurred_at,
       (timestamp '2024-01-01' + to_seconds((hash(i) % 63072000)::bigint))::date as local_date,
       (hash(i + 7) % 100000)::bigint as amount, null::double as quantity, null::bigint as cost,
       'o' || i as order_id, 'p' || (hash(i) % 500) as product_id, 'food' as category,
       'pos' as channel, 'B01' as branch, 'purchase' as kind, 'x' || i as external_id,
       '{part}-' || i as row_key, timestamp '2026-01-01' as known_at
from range({rows}) t(i)
"""


def main(arguments: list[str]) -> None:
    rows = int(arguments[0]) if arguments else ROWS
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for part in range(FILES):
            select = SOURCE.format(part=part, customers=CUSTOMERS, rows=rows // FILES)
            written = lake.write(Path(folder), "transactions", select)
            assert written is not None
            paths.append(Path(folder) / written.path)
        table = lake.source(paths, "transactions")
        scan = min(_timed(f"select count(*), sum(amount) from {table}") for _ in range(3))
        reads = sorted(
            _timed(
                f"select * from {table} where fact_key in ({1 + 7919 * n % CUSTOMERS}) "
                "order by occurred_at desc limit 50"
            )
            for n in range(PROBES)
        )
    middle, slowest = reads[PROBES // 2], reads[-1]
    print(f"{rows:,} transactions of {CUSTOMERS:,} customers in {FILES} files")
    print(f"full scan          {scan * 1000:8.1f} ms   1.00 x")
    print(f"timeline, median   {middle * 1000:8.1f} ms   {middle / scan:.2f} x")
    print(f"timeline, slowest  {slowest * 1000:8.1f} ms   {slowest / scan:.2f} x")


def _timed(sql: str) -> float:
    began = time.perf_counter()
    lake.rows(sql)
    return time.perf_counter() - began


if __name__ == "__main__":
    main(sys.argv[1:])
