"""Every way to misuse a file that iflow reads or writes."""

from tests.misuse import checkpoints, saved

ROWS = [*checkpoints.ROWS, *saved.ROWS]
