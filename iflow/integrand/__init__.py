"""The user's integrand: any callable, probed once, checked at every call, every evaluation counted."""

from iflow.integrand.inherited import readable
from iflow.integrand.integrand import Integrand

__all__ = ["Integrand", "readable"]
