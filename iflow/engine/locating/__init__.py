"""Finds where f is, before anything is learned, where limits are infinite."""

from iflow.engine.locating.locating import Locating

__all__ = ["Locating"]
