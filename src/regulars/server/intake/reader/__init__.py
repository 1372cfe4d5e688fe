"""The reader turns a file into typed rows and refused rows; it knows no database.

    sniffed = sniff(path)                          what the file looks like
    mapping = propose(sniffed.header, kind)        which column is which field
    result  = read(path, sniffed, mapping, ...)    every row typed, or refused with a reason

One rule explains the rest: whatever the format, rows arrive as text and are typed by one set
of rules; a row is accepted whole or refused whole, and nothing is corrected silently.
"""

from regulars.server.intake.reader.batches import Refused
from regulars.server.intake.reader.fields import KINDS, FieldSpec, KindSpec
from regulars.server.intake.reader.mapping import Mapping, MappingIncomplete, propose
from regulars.server.intake.reader.reading import KindTotal, Read, read
from regulars.server.intake.reader.reasons import Notice, Problem, sentence
from regulars.server.intake.reader.rows import schema
from regulars.server.intake.reader.sniffing import Sniffed, sniff

__all__ = [
    "KINDS",
    "FieldSpec",
    "KindSpec",
    "KindTotal",
    "Mapping",
    "MappingIncomplete",
    "Notice",
    "Problem",
    "Read",
    "Refused",
    "Sniffed",
    "propose",
    "read",
    "schema",
    "sentence",
    "sniff",
]
