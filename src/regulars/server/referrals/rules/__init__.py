"""Pure rules of referrals: codes, steps, rings, figures."""

from regulars.server.referrals.rules.clock import contact_until
from regulars.server.referrals.rules.codes import ALPHABET, CODE_LENGTH, device, tidy
from regulars.server.referrals.rules.figures import Reach, interval, k_factor, share
from regulars.server.referrals.rules.policy import KEY, Policy
from regulars.server.referrals.rules.rings import FEW, Facts, alike, ancestors, is_burst
from regulars.server.referrals.rules.steps import NEXT, TOLD, may_move

__all__ = [
    "ALPHABET",
    "CODE_LENGTH",
    "FEW",
    "KEY",
    "NEXT",
    "TOLD",
    "Facts",
    "Policy",
    "Reach",
    "alike",
    "ancestors",
    "contact_until",
    "device",
    "interval",
    "is_burst",
    "k_factor",
    "may_move",
    "share",
    "tidy",
]
