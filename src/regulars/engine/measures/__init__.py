"""A measure is a function from a ledger and a date to one row per customer."""
