"""The profile "deep": see `tests.fuzz.effort`."""

from hypothesis import settings

settings.register_profile("deep", print_blob=True)
