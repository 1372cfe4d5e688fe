"""What a promise must say, and how often promises are kept. Pure."""

from regulars.server.promises.rules.rate import Kept
from regulars.server.promises.rules.saying import Fault, Wrong, fault

__all__ = ["Fault", "Kept", "Wrong", "fault"]
