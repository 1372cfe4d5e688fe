"""Festivals, their plans, and the marketing calendar."""
