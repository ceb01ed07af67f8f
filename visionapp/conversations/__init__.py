"""Conversations about pictures: the tree of turns, asking, and what a model is told."""
