"""How a run chooses its proposal, and how it measures with it."""
