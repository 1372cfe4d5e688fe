"""What was promised to customers: said so that it can be checked, due, kept or broken.

A *promise* has a text, a day or moment of working time, and an owner. Until it is decided it
is *open*; done in time it is *kept*; the clock alone makes it *broken*. A broken one raises an
alert and is owed still.
"""
