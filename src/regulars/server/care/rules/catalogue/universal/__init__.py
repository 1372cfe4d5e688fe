"""Triggers of every trade."""

from regulars.server.care.rules.catalogue.universal import care, standard, standing, voice

TRIGGERS = (*care.TRIGGERS, *standing.TRIGGERS, *standard.TRIGGERS, *voice.TRIGGERS)
