"""What the program exits with."""

from __future__ import annotations

MET, ERROR, NOT_MET = 0, 1, 3
