"""Figures of the pages on how iflow works and how it is built, one module each."""
