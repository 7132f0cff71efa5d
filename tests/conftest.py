"""What tests of several folders share."""

import pytest


@pytest.fixture
def without_xla(monkeypatch):
    """As on a machine where XLA does not compile."""
    from iflow.flow import transport

    transport.compiled.cache_clear()
    monkeypatch.setattr(transport, "xla_works", lambda: False)
    yield
    transport.compiled.cache_clear()
