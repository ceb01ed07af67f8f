"""Asks Claude, or another server that speaks the Messages API, or the built-in demo.

``client`` is the door; ``request`` holds what goes in and what comes out; ``wire`` writes the
request; ``reply`` and ``events`` read the answer; ``line`` lets another thread hang up;
``failures`` sorts what goes wrong; ``listing`` reads what a server tells of its models.
"""
