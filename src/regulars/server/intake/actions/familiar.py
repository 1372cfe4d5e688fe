"""Whether a file is read as the last one of its source was, so that nobody has to be asked."""

from __future__ import annotations

from regulars.server.intake import rules
from regulars.server.intake.models import Import
from regulars.server.intake.reader import propose


def needs_no_questions(found: Import) -> bool:
    """Tell whether the source has taught every column of the file, and nothing is left open."""
    reading, source = found.reading, found.source
    if source is None or found.mends is not None or source.kind != found.kind:
        return False
    same = source.header and not reading.get("gone") and not reading.get("new")
    if not same or reading["damaged"]:
        return False
    if rules.asks_evidence(found.mapping) and not found.mapping.get("consent_evidence"):
        return False  # where the proof lies differs from file to file
    return propose(reading["header"], found.kind, found.mapping).complete
