"""Documents to keep: a path through a conversation, written out.

``document`` is what is exported, as plain values; ``markdown`` and ``archive`` write it,
``names`` makes safe file names, and ``formats`` is the door: which formats there are.
"""
