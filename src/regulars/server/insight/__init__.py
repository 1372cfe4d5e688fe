"""Insight: what the base looks like at a date, and what worked."""
