"""Objects of iflow in a file that NumPy alone reads: arrays as arrays, all the rest as a tree of JSON.

No code is stored and none is run by reading: what is not a number, a text, a container, an array, a
random generator or part of a run is refused when it is written, and when it is read. Every file has a
seal: what was changed since it was written, by a bit or by a hand, is told and not read. (It tells damage
and mistakes, not a forger, who can make a seal of his own.)
"""

from iflow.archive.files import FORMAT, read, replace, replace_text, require_format, write
from iflow.archive.inline import from_json, seal_of_text, sealed, to_json, unsealed
from iflow.archive.npy import read_array
from iflow.archive.opening import opened, read_text, told
from iflow.archive.sealed import SealedArrays, open_arrays, save_arrays

__all__ = [
    "FORMAT",
    "SealedArrays",
    "from_json",
    "open_arrays",
    "opened",
    "read",
    "read_array",
    "read_text",
    "replace",
    "replace_text",
    "require_format",
    "save_arrays",
    "seal_of_text",
    "sealed",
    "to_json",
    "told",
    "unsealed",
    "write",
]
