"""`python -m iflow` is the command `iflow`."""

from iflow.cli import main

if __name__ == "__main__":
    main()
