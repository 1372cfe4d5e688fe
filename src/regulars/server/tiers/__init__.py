"""Tiers: schemes with cuts on one measure, and which tier each customer is in."""
