"""The board: one wide row per customer, laid out so that a question is one scan.

Attributes lie in PostgreSQL, scores and tiers in a run's files. After each run they are
brought together into Parquet, sorted by customer, in parts of a million. Beside it lies a
sample, the customers whose hash falls into one of 64 with all their facts, from which
estimates are made. `board.json` names what counts; readers see the old or the new one.

A file is never asked about personal values: the board holds no name, phone or address.
"""

from regulars.server.segments.bridge.board import (
    FOLDER,
    POINTER,
    SHARES,
    TALLY,
    Board,
    new_folder,
    read_board,
    sweep,
)
from regulars.server.segments.bridge.building import Sources, build, cuts_of, in_sample
from regulars.server.segments.bridge.copying import copy_out
from regulars.server.segments.bridge.found import find
from regulars.server.segments.bridge.joining import held, wide, with_kinds
from regulars.server.segments.bridge.records import ATTRIBUTES, CHANNELS, attributes

__all__ = [
    "ATTRIBUTES",
    "CHANNELS",
    "FOLDER",
    "POINTER",
    "SHARES",
    "TALLY",
    "Board",
    "Sources",
    "attributes",
    "build",
    "copy_out",
    "cuts_of",
    "find",
    "held",
    "in_sample",
    "new_folder",
    "read_board",
    "sweep",
    "wide",
    "with_kinds",
]
