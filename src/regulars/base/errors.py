"""What can go wrong, in four families.

Every message is one sentence for a person: what happened, to which value, and what to
do next. Raise the exact class from the module that detects the trouble; catch the
family at the edge (page, command, job).
"""

from __future__ import annotations


class RegularsError(Exception):
    """Anything this package raises on purpose."""


class BadInput(RegularsError):
    """The caller's data or arguments cannot be used as they are (HTTP 422)."""


class Refused(RegularsError):
    """A rule of the business forbids this now; nothing was changed (HTTP 409)."""


class Unsupported(RegularsError):
    """The chosen engine or channel has no such ability (HTTP 501)."""


class Outside(RegularsError):
    """Another system failed us. `permanent` says whether trying again can help."""

    def __init__(self, message: str, *, permanent: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent
