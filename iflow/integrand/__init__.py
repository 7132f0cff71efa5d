"""The user's integrand: any callable, probed once, checked at every call, every evaluation counted."""

from iflow.integrand.inherited import readable
from iflow.integrand.integrand import Integrand
from iflow.integrand.skipped import first_told, require_few
from iflow.integrand.skipping_integrand import SkippingIntegrand, is_missing

__all__ = ["Integrand", "SkippingIntegrand", "first_told", "is_missing", "readable", "require_few"]
