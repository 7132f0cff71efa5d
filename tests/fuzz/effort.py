"""How long to look.

A few examples, always the same ones, in the suite; for some minutes, and others each time, by

    python -m pytest tests/fuzz --hypothesis-profile=deep
"""

from hypothesis import HealthCheck, settings


def effort(quick, deep, **more):
    """Returns settings for so many examples."""
    is_deep = settings.get_current_profile_name() == "deep"
    return settings(
        max_examples=deep if is_deep else quick,
        derandomize=not is_deep,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        **more,
    )
