"""Pure rules of what is said: shape, fit, fields, and words that must not be said.

body -> Card, Playbook or Checklist      reading.py, or a sentence that says what is wrong
Fitting + Asked -> how well it fits      fitting.py
words -> findings                        lint.py
"""
