"""Pure rules of what is said: shape, fit, fields, and words that must not be said.

body -> Card, Playbook, Message ...      reading.py, or a sentence that says what is wrong
Fitting + Asked -> how well it fits      fitting.py
words -> findings                        lint.py
message -> problems, customer's words    messages.py, liquid/
"""
