"""What we learned of a customer outside our own books: wealth elsewhere, a rival's offer,
why somebody left.

A *note of evidence* has a kind, a source, a day and mostly an end: what was heard in spring
says nothing next winter. Scoring lets it lift a customer's potential until it ends; the
loss report counts rivals and reasons from it.
"""
