"""`python -m generator` and the command `proofboard`."""

from generator.cli import run

if __name__ == "__main__":
    run()
