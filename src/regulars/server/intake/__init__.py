"""Intake: a file of the company becomes typed rows that are accepted, or refused with a reason."""
