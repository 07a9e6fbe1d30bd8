"""CSS: a sheet as a list of rules, and the same sheet without rules that can match nothing.

A selector is dropped only for a class or an id that it demands and nobody has. What stands in
brackets or parentheses, ``:not(.a)`` or ``[href$=".b"]``, demands nothing here; so a rule too many
may stay, and none too few.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator

STRING = r""""(?:\\.|[^"\\])*" | '(?:\\.|[^'\\])*' | url\([^"')]*\)"""
TOKEN = re.compile(rf"/\*.*?\*/ | {STRING} | [{{}};]", re.DOTALL | re.VERBOSE)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
GROUPS = ("@media", "@supports", "@layer", "@container")
NESTED = re.compile(r"\([^()]*\)|\[[^][]*\]")
DEMANDED = re.compile(r"[.#]((?:[\w-]|\\.)+)")
FILE = re.compile(r"""url\(["']?([^"')]+)""")
VARIABLE = re.compile(
    rf"(?<=[{{;\s])(--[\w-]+)\s*:(?:{STRING}|[^;{{}}\"'])*(?:;|(?=}}))", re.VERBOSE
)
ASKED = re.compile(r"var\(\s*(--[\w-]+)")
SPACE = re.compile(rf"(/\*!.*?\*/ | {STRING}) | /\*.*?\*/ | \s+", re.DOTALL | re.VERBOSE)


def rules(css: str) -> Iterator[tuple[str, str | None]]:
    """Yield what stands before each block, comments included, and the block.

    >>> list(rules('@charset "a;b"; p { q: r } @media x { s { t: u } }'))
    [('@charset "a;b"', None), ('p', ' q: r '), ('@media x', ' s { t: u } ')]
    """
    start = opened = depth = 0
    for token in TOKEN.finditer(css):
        if token[0] == "{":
            opened = opened if depth else token.end()
            depth += 1
        elif token[0] == "}":
            depth -= 1
            if not depth:
                yield css[start : opened - 1].strip(), css[opened : token.start()]
                start = token.end()
        elif token[0] == ";" and not depth:
            yield css[start : token.start()].strip(), None
            start = token.end()


def demanded(selector: str) -> set[str]:
    r"""Return the classes and ids without which a selector matches nothing.

    >>> sorted(demanded(r"#a .b\:c:not(.d:is(.e)) > f[g='.h']"))
    ['a', 'b:c']
    """
    bare, count = NESTED.subn("", selector)
    while count:
        bare, count = NESTED.subn("", bare)
    return {re.sub(r"\\(.)", r"\1", name) for name in DEMANDED.findall(bare)}


def used(css: str, has: Callable[[str], bool]) -> str:
    """Return a sheet without selectors for whose names ``has`` says no; licences stay.

    >>> print(used("a.b, .d e { f: g } @media h { .d { i: j } } .d { k: l }", {"b"}.__contains__))
    a.b { f: g }
    """
    kept = []
    for head, block in rules(css):
        kept += [comment for comment in COMMENT.findall(head) if comment.startswith("/*!")]
        bare = COMMENT.sub("", head).strip()
        if block is None:
            kept.append(f"{bare};")
        elif bare.startswith(GROUPS):
            if inner := used(block, has):
                kept.append(f"{bare} {{\n{inner}\n}}")
        elif bare.startswith("@"):
            if not bare.startswith("@font-face") or all(map(has, FILE.findall(block))):
                kept.append(f"{bare} {{{block}}}")
        elif selectors := [one for one in parts(bare) if all(map(has, demanded(one)))]:
            kept.append(f"{', '.join(selectors)} {{{block}}}")
    return "\n".join(kept)


def lean(css: str, asked: Collection[str] = ()) -> str:
    """Return a sheet without variables for which nobody asks, comments and needless space.

    ``asked`` are the variables for which others ask; licences stay.

    >>> lean("p { --a: var(--b); --b: 0;\\n c: var(--d) }", {"--b"})
    'p { --b: 0; c: var(--d) }'
    """
    known = {*asked, *ASKED.findall(css)}
    left = VARIABLE.sub(lambda found: found[0] if found[1] in known else "", css)
    if left != css:
        return lean(left, asked)  # what those asked for
    return SPACE.sub(lambda found: found[1] or " ", css).strip()


def parts(selectors: str) -> Iterator[str]:
    """Yield the selectors of a list.

    >>> list(parts("a, b:is(c, d)"))
    ['a', 'b:is(c, d)']
    """
    start = depth = 0
    for at, sign in enumerate(selectors):
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and not depth:
            yield selectors[start:at].strip()
            start = at + 1
    yield selectors[start:].strip()
