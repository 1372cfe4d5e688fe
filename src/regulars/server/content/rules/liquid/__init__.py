"""Messages are Liquid with nothing in it but checked fields, a few tags and a few filters.

source -> problems, paths            checking.py, with line and column
source -> a template                 engine.py, of a language, a currency, plain or HTML
template + values -> words           rendering.py, or the field that is missing
text or HTML source -> safe source   markup.py

There are no loops, files or objects: what is not allowed is not there. So the work of a
template is bounded by its length, whatever its author meant.
"""
