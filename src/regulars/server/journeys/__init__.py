"""Ways that customers go step by step: written once, gone by each at their own time.

A *journey* has *versions*; the one in force says who enters, what happens step by step and
what is to be reached. A *traveller* is one customer on their way; each *step* that happened
to them is written down once, so that a stop of the machine neither repeats nor skips one.
An *errand* is a step that a person does. Who is left alone by lot enters, too, and nothing
happens to them.
"""
