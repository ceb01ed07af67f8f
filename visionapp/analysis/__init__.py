"""The worker's side: wakes workers, answers turns, and takes up what a dead worker left."""
