"""A rural commercial bank: deposits first, then wealth, loans, cards and pay-roll."""
