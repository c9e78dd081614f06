"""Entry point of `python -m dsml`; the commands live in `dsml.cli`."""

import gc
import sys

from dsml.cli import main

if __name__ == "__main__":
    code = main()
    # Python searches all that is loaded for garbage when it ends: with PyTorch, for half a second
    gc.freeze()
    sys.exit(code)
