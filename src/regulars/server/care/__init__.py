"""The work of a day: why a customer is to be touched, by whom, until when, what came of it.

A *trigger* finds a *reason*; a reason of one cycle is a *task*; one customer's tasks of
one day are a *card*. Today is the list of cards that one person can do in a day.
"""
