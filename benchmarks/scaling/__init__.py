"""How throughput grows with workers: measured on one and two, simulated on up to 10,000."""
