"""What records beside the file offer: trade, ties, life, preferences, closeness."""

from __future__ import annotations

from regulars.server.segments.rules.fields.shape import Field

# A day that lies ahead as well as behind.
AHEAD = ("ahead", "between", "after", "before", "known", "unknown")
LATE = ("ge", "between", "none")


def _beside(
    key: str,
    kind: str,
    theme: str,
    *,
    offers: tuple[str, ...] = (),
    sensitive: bool = False,
) -> Field:
    return Field(key, kind, theme, "beside", sensitive=sensitive, offers=offers)


BESIDE: tuple[Field, ...] = (
    _beside("bond", "word", "contact", offers=("in", "not_in")),
    _beside("bargaining_power", "word", "business"),
    _beside("buying_focus", "word", "business"),
    _beside("company_size", "word", "business"),
    _beside("contact_role", "words", "business"),
    _beside("contact_attitude", "words", "business"),
    _beside("payment_days", "days", "business"),
    _beside("credit_limit", "money", "business"),
    _beside("terms_end", "date", "business", offers=AHEAD),
    _beside("overdue_days", "days", "business", offers=LATE),
    _beside("overdue_amount", "money", "business"),
    _beside("tie", "words", "around"),
    _beside("tied_tier", "words", "around"),
    _beside("household_size", "count", "around"),
    # Illness and grief are among them, and tastes may tell of faith or health.
    _beside("life_event", "words", "around", sensitive=True),
    _beside("life_event_on", "date", "around", offers=("within", *AHEAD), sensitive=True),
    _beside("preference", "words", "around"),
    _beside("preference_words", "text", "around", sensitive=True),
)
