"""The user's integrand: any callable, probed once, checked at every call, every evaluation counted."""

from iflow.integrand.inherited import readable
from iflow.integrand.integrand import Integrand
from iflow.integrand.marks import reasons_of
from iflow.integrand.omitted import first_nonfinite, first_raised, require_few
from iflow.integrand.skipping_integrand import SkippingIntegrand

__all__ = [
    "Integrand",
    "SkippingIntegrand",
    "first_nonfinite",
    "first_raised",
    "readable",
    "reasons_of",
    "require_few",
]
