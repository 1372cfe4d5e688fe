"""Campaigns, their steps, waves and phases; who is in, and what was tried with whom."""

from regulars.server.campaigns.models.campaigns import Campaign, Phase, Step, Wave
from regulars.server.campaigns.models.members import Attempt, Member, Sending

__all__ = ["Attempt", "Campaign", "Member", "Phase", "Sending", "Step", "Wave"]
