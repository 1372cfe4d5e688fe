"""Triggers of every trade."""

from regulars.server.care.rules.catalogue.universal import care, standing, voice

TRIGGERS = (*care.TRIGGERS, *standing.TRIGGERS, *voice.TRIGGERS)
