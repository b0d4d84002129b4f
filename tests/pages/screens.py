"""What stands on the page of a big screen by chance."""

import re


def without_its_number(html):
    """Returns the page without the random number by which the desk counts screens."""
    return re.sub(r"(?<=scherm=)[0-9a-f-]{36}", "", html)
