"""The register, one alert, who is away, and the clock's settings."""

from regulars.server.alerts.views.dealing import acknowledge, close, hand_on, one
from regulars.server.alerts.views.pages import closed, index
from regulars.server.alerts.views.settings import rules
from regulars.server.alerts.views.standing_in import away, back

__all__ = ["acknowledge", "away", "back", "close", "closed", "hand_on", "index", "one", "rules"]
