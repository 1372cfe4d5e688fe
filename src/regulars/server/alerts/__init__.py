"""What somebody must know of at once, and does not get lost.

An *alert* is raised once for one thing, which its *key* names. One person holds it; the clock
of working hours runs. Who does not *acknowledge* it in time, or does not *close* it with an
outcome, loses it to the next person up the *line*: owner or backup, branch manager, the units
above. Each *step* is kept.
"""
