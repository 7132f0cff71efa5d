"""Objects of iflow in a file that NumPy alone reads: arrays as arrays, all the rest as a tree of JSON.

No code is stored and none is run by reading: what is not a number, a text, a container, an array, a
random generator or an object of this package is refused when it is written.
"""

from iflow.archive.files import FORMAT, read, replace, replace_text, require_format, write
from iflow.archive.inline import from_json, to_json

__all__ = ["FORMAT", "from_json", "read", "replace", "replace_text", "require_format", "to_json", "write"]
