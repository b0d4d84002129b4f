"""`python -m workshop`: the same as the command `workshop`."""

import sys

from workshop.cli import main

sys.exit(main())
