"""Entry point of `python -m dsml`; the commands live in `dsml.cli`."""

import sys

from dsml.cli import main

if __name__ == "__main__":
    sys.exit(main())
