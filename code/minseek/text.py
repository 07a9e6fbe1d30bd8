"""A text to learn from: The Devil's Dictionary of Ambrose Bierce.

About 1,000 definitions and the verses under them, in plain ASCII and
in the public domain: large enough for a small model to learn spelling
and form from, small enough to train on in a minute. The file lies in
``minseek/data`` with its source; ``clean`` made it from what Debian
distributes.
"""

import re
from importlib.resources import files

OFFENSIVE = ("AFRICAN", "MINSTREL", "NEGRO")  # a model repeats its text
FIRST = "ABASEMENT, n."
TRAILER = "\n abcdefghijklmnopqrstuvwxyz"  # ends the database
DEEPEST = 8  # spaces; more of them only push names to the right margin


def load() -> str:
    """The Devil's Dictionary, as this package carries it.

    >>> load()[:44]
    'ABASEMENT, n.  A decent and customary mental'
    """
    path = files("minseek") / "data" / "devils-dictionary.txt"
    return path.read_text("ascii")


def clean(database: str) -> str:
    r"""The entries alone: no preface, no margins, and not all of them.

    >>> raw = "PREFACE\n\nABASEMENT, n.  A\n \n" + 60 * " " + "G.J.\n"
    >>> clean(raw + "\nMINSTREL, adj.  B\n")
    'ABASEMENT, n.  A\n\n        G.J.\n'
    """
    if (start := database.find(FIRST)) < 0:
        raise ValueError(
            f"no {FIRST!r} in these {len(database)} characters;"
            " is it the whole dictionary?"
        )
    body = database[start:].partition(TRAILER)[0]
    lines = [line.rstrip() for line in body.splitlines()]
    indent = re.compile(rf"^ {{{DEEPEST},}}", re.MULTILINE)
    text = indent.sub(DEEPEST * " ", "\n".join(lines))
    entries = re.split(r"\n\n(?=[A-Z]{2}[A-Z' -]*[,.])", text)
    kept = [e for e in entries if not e.startswith(OFFENSIVE)]
    return "\n\n".join(kept).rstrip() + "\n"
