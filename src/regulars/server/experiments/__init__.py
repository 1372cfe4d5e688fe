"""Who is left alone so that we learn what the others' contact was worth.

A *holdout* is the random share of an experiment that is not contacted; customers are compared
as they were assigned, never as they were reached. An *assignment* gives a customer an arm, by
a hash, once and for good. A *reading* is what an experiment says on one day: the difference of
the arms with its interval, the money, and a plain word. The *programme holdout* is left out of
all marketing, whatever the experiment.
"""
