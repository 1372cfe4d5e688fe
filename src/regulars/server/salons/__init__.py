"""Salons and courses: a theme for a chosen group, from the invitation to the measured effect.

A *salon* has a kind, a theme, room for so many, and an activity sheet in which guests take
part. Its list is proposed from a segment; by lot some of the list are left out, so that the
effect is known. A *guest* is invited, answers by a link, is checked in on a phone, says how
it was, and is followed up the day after.
"""
