"""What is kept of referrals: terms, links, friends and their steps, findings, rewards."""

from regulars.server.referrals.models.links import Link, Opening
from regulars.server.referrals.models.referrals import Finding, Referral, Step
from regulars.server.referrals.models.rewards import Reward
from regulars.server.referrals.models.scoped import OfEither
from regulars.server.referrals.models.terms import Terms

__all__ = [
    "Finding",
    "Link",
    "OfEither",
    "Opening",
    "Referral",
    "Reward",
    "Step",
    "Terms",
]
