"""Bring a file: CSV, TSV, XLSX, XLS or Parquet.

Encoding, delimiter, header and date format are detected and shown; columns are matched to
fields by their Chinese and English names, and --map settles the rest (a column by its name
or its number). Every refused row is reported with line, column, value and reason; --errors
writes them to a file that can be mended and loaded again. The same file twice adds nothing.

  regulars import orders.csv --as transactions --dry-run
  regulars import 订单.xlsx --as transactions --map customer_id=会员 --errors refused.csv

The kinds and their fields:
"""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from regulars.base.errors import BadInput

HELP = "bring a file of customers, transactions, balances, holdings, products, people, events"
KINDS = (
    *("customers", "transactions", "balances", "holdings"),
    *("products", "people", "events"),
)
SHOWN = 5  # examples of each reason
FIELDS = {
    "customers": "number kind name gender birth_date lunar_birthday phone email id_number "
    "address occupation business_class org_unit book since source preferred_channel note "
    "consent_sms consent_call consent_wecom consent_email consent_evidence consent_at",
    "transactions": "customer_id occurred_at amount quantity unit_price order_id product_id "
    "category channel branch kind cost external_id",
    "balances": "customer_id on account_id product_id balance external_id",
    "holdings": "customer_id holding_id product_id opened_on matures_on closed_on amount "
    "known_at",
    "products": "code name name_en category kind term_days rate risk_level yearly_margin",
    "people": "username name role org_unit email",
    "events": "customer_id occurred_at kind ref value external_id",
}
__doc__ += "\n".join(
    textwrap.fill(names, 94, initial_indent=f"  {kind:<13} ", subsequent_indent=" " * 16)
    for kind, names in FIELDS.items()
)


def arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("file", metavar="FILE", type=Path)
    verb.add_argument("--as", dest="kind", required=True, choices=KINDS, metavar="KIND")
    verb.add_argument(
        "--map", nargs="+", action="extend", default=[], metavar="FIELD=COLUMN", type=_pair,
        help="which column is which field, by name or number; FIELD= leaves a field out",
    )  # fmt: skip
    verb.add_argument("--encoding", default="", metavar="E", help="instead of the detected one")
    verb.add_argument("--sheet", default="", metavar="NAME", help="sheet of a workbook")
    verb.add_argument(
        "--dates", choices=("day-first", "month-first"),
        help="what comes first in dates such as 3/4/2026, where the file does not show it",
    )  # fmt: skip
    verb.add_argument("--dry-run", action="store_true", help="report only; change nothing")
    verb.add_argument("--errors", type=Path, metavar="OUT.csv", help="write refused rows here")
    verb.add_argument(
        "--unknown", choices=("stub", "refuse"),
        help="customers that are not on file: open them unassigned (stub), or refuse the row",
    )  # fmt: skip
    verb.add_argument(
        "--source", default="", metavar="NAME",
        help="remember the columns under this name; the next file of it needs no --map",
    )  # fmt: skip
    verb.add_argument("--into-demo", action="store_true", help="mix the file into the demo")
    verb.add_argument("--json", action="store_true", help="print the report as JSON")


def run(given: argparse.Namespace) -> int:
    from regulars.server.site import boot
    from regulars.server.site.home import OWN, find

    began = time.monotonic()
    if not given.file.is_file():
        raise BadInput(f"There is no file {given.file}. Check the path.")
    home = find(given.home)
    if not home.exists:
        home.create(OWN)
        _aside(given, f"There was no home at {home.root}; opened one.")
    with boot.at_work(home):
        report = _bring(given, name=home.root.name, began=began)
    if given.json:
        print(json.dumps(report, ensure_ascii=False, indent=1))
    else:
        _tell(report, errors=given.errors)
    return 0


def _bring(given: argparse.Namespace, *, name: str, began: float) -> dict[str, Any]:
    from regulars.server.core.audit import COMMAND_LINE as by
    from regulars.server.intake import actions, queries
    from regulars.server.intake.reader import MappingIncomplete

    at = datetime.now(UTC)
    if not given.dry_run:
        actions.ensure_company(name=name, by=by, at=at)
    found = actions.begin(
        given.file,
        kind=given.kind,
        encoding=given.encoding,
        sheet=given.sheet,
        source=_source(given, at=at),
        into_demo=given.into_demo,
        by=by,
        at=at,
    )
    # What is known of the file's columns holds where nothing else was said.
    is_known = found.source or found.mends or found.reading["preset"]
    found.mapping = (found.mapping if is_known else {}) | dict(given.map)
    if given.unknown:
        found.options["unknown"] = given.unknown
    if given.dates:
        found.options["date_order"] = given.dates.replace("-", "_")
    progress = _Progress(given)
    try:
        work = actions.check if given.dry_run else actions.load
        try:
            work(found, by=by, at=at, progress=progress)
        except MappingIncomplete as error:
            columns = ", ".join(found.reading["header"])
            raise BadInput(f"{error} The columns of the file are: {columns}.") from error
        if given.errors:
            actions.write_refused(found, given.errors, language="en")
        return queries.report(found, dry_run=given.dry_run) | {
            "seconds": round(time.monotonic() - began, 2)
        }
    finally:
        progress.end()
        if given.dry_run:
            actions.discard(found, by=by, at=at)


def _source(given: argparse.Namespace, *, at: datetime) -> Any:  # Any: Django is not set up yet
    """The source of that name, opened where there is none; a dry run opens nothing."""
    if not given.source:
        return None
    from regulars.server.core.audit import COMMAND_LINE as by
    from regulars.server.intake import actions, queries

    found = queries.source_named(given.source)
    if found is not None or given.dry_run:
        return found
    return actions.add_source(name=given.source, kind=given.kind, by=by, at=at)


class _Progress:
    """Says on one line of standard error how far it is, where somebody looks."""

    def __init__(self, given: argparse.Namespace) -> None:
        self.quiet = given.json or not sys.stderr.isatty()
        self.open = False

    def __call__(self, step: str, done: int, total: int) -> None:
        if self.quiet:
            return
        share = min(done / total, 1) if total else 0
        print(f"\r  {step:<8} {done:>12,} rows {share:>6.0%}", end="", file=sys.stderr)
        self.open = True

    def end(self) -> None:
        if self.open:
            print(file=sys.stderr)
        self.open = False


def _tell(report: dict[str, Any], *, errors: Path | None) -> None:
    detected, would = report["detected"], " (dry run: nothing was changed)"
    print(f"{report['file']} as {report['kind']}{would if report['dry_run'] else ''}")
    print(f"  {'detected':<14} {_detected(detected)}")
    for field, how in report["mapping"].items():
        print(f"  {field:<14} <- {how['column']}  ({how['how']})")
    if detected["unknown_columns"]:
        print(f"  {'not used':<14} {', '.join(detected['unknown_columns'])}")
    print()
    new = "would be new" if report["dry_run"] else "added"
    for label, key in (
        ("rows", "rows"), ("accepted", "accepted"), (new, "added"),
        ("already known", "known"), ("refused", "refused"), ("new customers", "customers_new"),
    ):  # fmt: skip
        print(f"  {label:<14} {report[key]:>14,}")
    _tell_sums(report)
    _tell_refused(report, errors=errors)
    for notice in report["warnings"]:
        print(f"  note: {notice}")
    if "ambiguous_date" in report["reasons"]:
        print("  --dates day-first or --dates month-first says which one it is.")
    print(f"  {report['seconds']} s")


def _detected(detected: dict[str, Any]) -> str:
    parts = [
        detected["format"],
        detected["encoding"],
        {"": "", "\t": "tab", " ": "aligned with blanks"}.get(
            detected["delimiter"], f"separator {detected['delimiter']}"
        ),
        f"sheet {detected['sheet']}" if detected["sheet"] else "",
        "header" if detected["header"] else "no header: columns are 1, 2, 3 ...",
        *(f"{field} like {form}" for field, form in detected["dates"].items()),
    ]
    return ", ".join(part for part in parts if part)


def _tell_sums(report: dict[str, Any]) -> None:
    if not report["totals"]:
        return
    print()
    for kind, total in report["totals"].items():
        print(f"  {kind:<14} {total['rows']:>14,} rows {total['amount']:>20,.2f}")
    sales = report["sales"]
    if sales:
        print(
            f"  {'net':<14} {sales['customers']:>14,} customers with purchases "
            f"{sales['net']:,.2f} after refunds"
        )


def _tell_refused(report: dict[str, Any], *, errors: Path | None) -> None:
    if not report["refused"]:
        return
    print()
    for reason, count in report["reasons"].items():
        print(f"  {reason}: {count:,}")
        for row in [one for one in report["examples"] if one["reason"] == reason][:SHOWN]:
            where = (
                f"line {row['line']}, {row['column']}"
                if row["column"]
                else f"line {row['line']}"
            )
            print(f"    {where}: {row['value']!r}. {row['sentence']}")
    if errors:
        print(f"  The refused rows are in {errors}; mend them and load that file.")
    else:
        print("  --errors OUT.csv writes all refused rows to a file that can be mended.")


def _aside(given: argparse.Namespace, text: str) -> None:
    if not given.json:
        print(text, file=sys.stderr)


def _pair(text: str) -> tuple[str, str]:
    field, sign, column = text.partition("=")
    if not sign or not field.strip():
        raise argparse.ArgumentTypeError(f"{text!r} is not FIELD=COLUMN")
    return field.strip(), column.strip()
