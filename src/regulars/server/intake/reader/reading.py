"""Reading as everybody outside this package does it: in a process of its own."""

from regulars.server.intake.reader.sandbox import read, source

__all__ = ["read", "source"]
