"""What a customer may take next, and how far we are: from a signal to won or lost.

An *opportunity* is one thing for one customer: something held is replaced (trade-in), more is
added (add-on), or something is recommended to others (referral). It stands in a *stage*; each
*move* is kept. A *proposal* is its offer in versions; an *account plan* is a care plan of a
key customer with a strategy, people and obstacles.
"""
