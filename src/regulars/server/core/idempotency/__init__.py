"""A repeated write is one write: who names an Idempotency-Key gets the first answer again."""
