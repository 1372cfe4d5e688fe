"""What customers complain of: heard, answered in time, made good, and asked about afterwards.

A *case* is one complaint, in the customer's own words. Three *clocks* run on it: until it is
*acknowledged*, *answered* and *resolved*; they stand still while we wait for the customer.
What is late goes up the *line*. Whoever is *involved* in the matter neither handles nor closes
it. While a case is open marketing waits; once it is closed somebody else calls back.
"""
