"""The built-in demo: a Messages API inside the process that measures pictures and says so.

It is not a model and never claims to have seen anything. ``transport`` speaks the wire format,
``asked`` reads a request and refuses what the API would, ``answer`` writes the Markdown,
``headers`` and ``measure`` are what the demo knows of a picture.
"""
