"""Files are read in a process of their own, which a bad file may kill and nothing else.

    client    asks, in the web process or the worker; knows what an end without an answer means
    nursery   a small process with the reader loaded and no threads; it forks a child per file
    child     does one piece of work under limits, answers in frames, and ends

A file is somebody else's bytes. It may ask for all memory, never end, or abort the program
that reads it; then the child dies and the person who brought the file gets one sentence. The
web process is never forked, for it has threads; the nursery is started afresh and has none.
Whoever dies, nobody stays behind: a child ends with its nursery or with the caller's wish, a
nursery with the process that started it, or after some minutes without work.
"""

from regulars.server.intake.reader.sandbox.client import read, sniff, source
from regulars.server.intake.reader.sandbox.limits import LIMITS, Limits

__all__ = ["LIMITS", "Limits", "read", "sniff", "source"]
