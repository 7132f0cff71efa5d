"""Side-by-side measurements; each module is one command that prints one table."""
