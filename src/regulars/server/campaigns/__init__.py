"""A campaign: many customers are reached with one purpose, in waves, and it shows what it did.

Its *audience* is frozen when it is launched: who is in stays in, in one *arm*, with why. A
*step* is one way to reach a customer: a message, a call, a visit; a step goes to whom the one
before did not reach or who did not answer. A *phase* is what people do for it until a day.
"""
