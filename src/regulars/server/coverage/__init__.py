"""Who is looked after: what was due and done, by which channels, how close, at what cost.

A page about a few books counts cards, reasons and contacts when it is asked for; of many
books it adds up what the same statements counted for each of them a few minutes ago, and
says when. Every figure opens the rows that it counts, as they are now.
"""
