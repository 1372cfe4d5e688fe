"""The reader turns a file into typed rows and refused rows; it knows no database.

    sniffed = sniff(path)                          what the file looks like
    mapping = propose(sniffed.header, kind)        which column is which field
    result  = read(path, sniffed, mapping, ...)    every row typed, or refused with a reason

All three but the second work in a process of their own (`sandbox`), which a bad file may
kill; it then raises `Unreadable`, whose `sentence(language)` is for the person who brought it.

One rule explains the rest: whatever the format, rows arrive as text and are typed by one set
of rules; a row is accepted whole or refused whole, and nothing is corrected silently.
"""

from regulars.server.intake.reader.batches import Refused
from regulars.server.intake.reader.fields import KINDS, FieldSpec, KindSpec
from regulars.server.intake.reader.mapping import Mapping, MappingIncomplete, propose
from regulars.server.intake.reader.reasons import Notice, Problem, sentence, together
from regulars.server.intake.reader.result import KindTotal, Read
from regulars.server.intake.reader.rows import schema
from regulars.server.intake.reader.sandbox import LIMITS, Limits, read, sniff, source
from regulars.server.intake.reader.sniffing import Sniffed
from regulars.server.intake.reader.unreadable import Unreadable

__all__ = [
    "KINDS",
    "LIMITS",
    "FieldSpec",
    "KindSpec",
    "KindTotal",
    "Limits",
    "Mapping",
    "MappingIncomplete",
    "Notice",
    "Problem",
    "Read",
    "Refused",
    "Sniffed",
    "Unreadable",
    "propose",
    "read",
    "schema",
    "sentence",
    "sniff",
    "source",
    "together",
]
