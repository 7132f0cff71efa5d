"""Results for a browser: a self-contained page of a run, and the cards that notebooks show."""

from iflow.html.cards import comparison_card, result_card
from iflow.html.page import html_report

__all__ = ["comparison_card", "html_report", "result_card"]
