"""What all lessons learn from, the two-dimensional camel and small pictures, and what they draw with."""
