"""The pages, and what remakes their figures: `python -m docs.drawings`."""
