"""Several integrals at once: which of them count, what is learned of them, and what comes back."""
