"""Weights summed up: means and errors, tails, distributions."""
