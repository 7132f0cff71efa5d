"""How often is a wrong answer called reliable? A study on integrands with structures that are hard to see."""
