"""Products: what the company offers, and on which terms."""
