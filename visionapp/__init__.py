"""Visionapp answers questions about pictures.

A picture and a question travel one way, and imports go downwards only::

    config         wiring: settings, environment, urls, asgi, celery, checks, logs
    web            HTTP: pages, API, access, forms, streams
    analysis       the worker's side: start, tasks, run, sweep
    exports        documents out
    conversations  turns, transcript, asking
    uploads        intake, the pictures of a file, prepared images, retention
    claude         asks Claude: the only user of ``anthropic``
    relay          the live stream of reply events
    preparation    decodes and prepares pictures: the only user of Pillow
    fetching       pictures from public links, and from nowhere else
    markup         Markdown of an answer to safe HTML, piece by piece
    catalogue      model cards, prices and image budgets
    reply          reply events: what streams back
    content        messages and their parts: what is said
    errors         failures a person can meet
"""
