"""What other systems export: whose file it is by its columns, and which column is which field.

This is data. Names are alternatives parted by "|", as the system writes them in English, in
Chinese and in its interface for programs. A preset without a kind names rows that this
system has no place for yet, and says so.
"""

from __future__ import annotations

from collections.abc import Sequence

from regulars.server.intake.rules.presets.bank import BANK
from regulars.server.intake.rules.presets.fxiaoke import FXIAOKE
from regulars.server.intake.rules.presets.hubspot import HUBSPOT
from regulars.server.intake.rules.presets.salesforce import SALESFORCE
from regulars.server.intake.rules.presets.shape import Preset
from regulars.server.intake.rules.presets.wecom import WECOM
from regulars.server.intake.rules.presets.zoho import ZOHO
from regulars.server.intake.rules.sources import bare

PRESETS: tuple[Preset, ...] = (*SALESFORCE, *HUBSPOT, *ZOHO, *FXIAOKE, *WECOM, *BANK)

__all__ = ["PRESETS", "Preset", "column", "made", "mapped", "preset", "whose"]


def preset(key: str) -> Preset | None:
    return next((one for one in PRESETS if one.key == key), None)


def whose(header: Sequence[str], *, kind: str = "") -> Preset | None:
    """Tell which system's file this is; of several the one with the most marks and columns."""
    there = {bare(name) for name in header}
    found = [
        one
        for one in PRESETS
        if (not kind or one.kind == kind)
        and all(column(mark, header) is not None for mark in one.marks)
    ]

    def fit(one: Preset) -> tuple[int, int]:
        used = sum(bare(n) in there for names in one.columns.values() for n in names.split("|"))
        return len(one.marks), used

    return max(found, key=fit, default=None)


def column(names: str, header: Sequence[str]) -> str | None:
    """Find the first of some alternatives among the columns of a file."""
    if not names:
        return None
    there = {bare(name): name for name in reversed(header)}
    return next((there[bare(name)] for name in names.split("|") if bare(name) in there), None)


def mapped(one: Preset, header: Sequence[str]) -> dict[str, str]:
    """The mapping that a preset gives a file; "" closes a field."""
    given = {}
    for name, names in one.columns.items():
        found = column(names, header)
        if found is not None or not names:
            given[name] = found or ""
    for name in (*one.joined, *one.constant, *one.opted_out):
        if made(name) in header:
            given[name] = made(name)
    if one.gathered:
        given |= {
            name: made(name) for name in ("note", "book", "since") if made(name) in header
        }
    return given


def made(name: str) -> str:
    """What a column is called that a preset adds."""
    return f"[{name}]"
