"""Small things to read, at a fixed time of day, for one group of customers at a time.

A *persona* is a group of customers with a voice of its own; a customer belongs to the first
that fits. A *slot* is a time of day. An *item* is what one persona gets in one slot of one
day: as a message, and as a pack that their manager posts under their own name.
"""
