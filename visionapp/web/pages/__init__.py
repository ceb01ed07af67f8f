"""The pages that people see, and the fragments that keep them up to date."""
