"""`python -m lightship` is the command `lightship`."""

from lightship.run.cli import main

if __name__ == "__main__":
    main()
