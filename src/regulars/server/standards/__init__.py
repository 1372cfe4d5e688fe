"""The service standard: how each tier is looked after, by whom, how often, in how many minutes.

A *line* says what one role does for one tier for one purpose. Lines, the plan of each business
class, the treatment of each stage and the hours people have are one *version*; a version is
a draft until somebody else takes it into force. What holds on a day is one frozen value.
"""
