"""Speed of the flow beside other flows of the same architecture: see `python -m benchmarks.speed --help`."""
