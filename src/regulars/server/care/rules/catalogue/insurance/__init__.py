"""Triggers of an insurer."""

from regulars.server.care.rules.catalogue.insurance import policies, premiums

TRIGGERS = (*premiums.TRIGGERS, *policies.TRIGGERS)
