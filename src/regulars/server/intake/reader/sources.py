"""The rows of a file of any format as text, a batch at a time, in this very process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from regulars.server.intake.reader import columnar, delimited, sheets, vcards
from regulars.server.intake.reader.batches import Batch
from regulars.server.intake.reader.blocks import Layout
from regulars.server.intake.reader.encodings import Encoding
from regulars.server.intake.reader.sniffing import Sniffed


def batches(path: Path, sniffed: Sniffed) -> Iterator[Batch]:
    """Yield the rows of a file of any format as text."""
    if sniffed.format == "parquet":
        return columnar.batches(path)
    if sniffed.format in ("xlsx", "xls"):
        return sheets.batches(
            path, sniffed.sheet, width=sniffed.width, first_line=sniffed.first_line
        )
    if sniffed.format == "vcard":
        return vcards.batches(path, Encoding(sniffed.encoding, sniffed.damaged))
    encoding = Encoding(sniffed.encoding, sniffed.damaged)
    layout = Layout(encoding, sniffed.delimiter, sniffed.width, sniffed.first_line)
    return delimited.batches(path, layout)
