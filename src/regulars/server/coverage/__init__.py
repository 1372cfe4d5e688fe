"""Who is looked after: what was due and done, by which channels, how close, at what cost.

Nothing is kept here: every figure is counted from cards, reasons and contacts when a page
asks for it, and every figure opens the rows that it counts.
"""
