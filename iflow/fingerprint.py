"""By what a batch of points is known again, in another process too."""

from __future__ import annotations

import hashlib

import numpy as np


def key_of(x: np.ndarray) -> str:
    """Returns the fingerprint of points [n, dim]: 32 hexadecimal digits."""
    return hashlib.blake2b(np.ascontiguousarray(x).data, digest_size=16).hexdigest()
