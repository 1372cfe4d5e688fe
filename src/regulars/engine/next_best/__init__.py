"""What to offer next: from what customers hold, and held before, to three products each.

Every suggestion says why (what the customer has that speaks for it, with the figures behind
it) and how often such suggestions were right here, beside always suggesting the most popular.
"""
