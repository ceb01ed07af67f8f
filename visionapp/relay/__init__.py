"""Carries reply events from the worker to the browsers that watch: one replayable log a turn."""
