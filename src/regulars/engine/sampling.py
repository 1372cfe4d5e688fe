"""A sample by a hash of the id: the same customers every time, on every backend."""

from __future__ import annotations

import ibis.expr.types as ir

DIGITS = 6
WHOLE = 16**DIGITS


def id_hash(key: ir.Value) -> ir.StringValue:
    """Give six hexadecimal digits that depend on the id alone, evenly spread."""
    return key.cast("string").hexdigest("md5").substr(0, DIGITS)


def hash_limit(part: float) -> tuple[str, float]:
    """Give the hash below which about `part` (0-1) of all ids lie, and the exact part.

    Examples
    --------
    >>> hash_limit(0.25)
    ('400000', 0.25)
    """
    below = max(1, int(part * WHOLE))
    return f"{below:06x}", below / WHOLE


def hash_sample(
    table: ir.Table, part: float, *, key: str = "customer_id"
) -> tuple[ir.Table, float]:
    """Keep the rows of about `part` (0-1) of the ids in `key` (lazy), and say the exact part.

    Examples
    --------
    >>> import ibis
    >>> few, share = hash_sample(ibis.memtable({"customer_id": list(range(1000))}), 0.1)
    >>> few.count().to_pyarrow().as_py(), round(share, 4)
    (119, 0.1)
    """
    limit, share = hash_limit(part)
    return table.filter(id_hash(table[key]) < limit), share
