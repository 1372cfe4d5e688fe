"""Training: what each role must know, samples of what was done, and where somebody is weak.

An *item* is done by a person until a day; a *sample* is a contact that a supervisor judges
by its checklist; a *weak spot* is a share that lies below what colleagues reach with
customers of the same tiers, beyond chance.
"""
