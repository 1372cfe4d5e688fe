"""Intake: a company's file becomes typed rows that are accepted, or refused with a reason."""
