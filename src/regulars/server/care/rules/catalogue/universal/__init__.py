"""Triggers of every trade."""

from regulars.server.care.rules.catalogue.universal import (
    care,
    journeys,
    rewards,
    sales,
    standard,
    standing,
    voice,
)

TRIGGERS = (
    *care.TRIGGERS,
    *standing.TRIGGERS,
    *standard.TRIGGERS,
    *sales.TRIGGERS,
    *voice.TRIGGERS,
    *rewards.TRIGGERS,
    *journeys.TRIGGERS,
)
