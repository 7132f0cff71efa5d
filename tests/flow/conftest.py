"""Hypothesis tries the same cases each time, and no case is too slow."""

from hypothesis import Phase, settings

settings.register_profile(
    "repeatable",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=60,
    # Making a failing flow smaller takes minutes and tells little.
    phases=[Phase.explicit, Phase.generate],
)
settings.load_profile("repeatable")
