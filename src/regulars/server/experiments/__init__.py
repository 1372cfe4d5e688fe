"""Who is left alone so that we learn what the others' contact was worth.

A *holdout* is the random share of an experiment that is not contacted; customers are compared
as they were assigned, never as they were reached.
"""
