"""Code cells: a doctest block without its prompts, with the outputs that the article prints."""

from __future__ import annotations

import ast as python
import doctest
import re
from typing import Any

from press.pandoc import ast

CELL = "CodeCell"  # no node of Pandoc's: it stands among the blocks until they are split into cells
OPTION = re.compile(r"[ \t]*# *doctest:.*$", re.M)

# A cell shows its last value only; an article shows all of them.
SHOW_ALL = '%config InteractiveShell.ast_node_interactivity = "all"'


def setup(code: str) -> ast.Node:
    """Return the cell that gives all others the article's settings."""
    return ast.node(CELL, code_cell(f"{SHOW_ALL}\n{code.strip()}".strip(), []))


def from_doctest(code: str) -> ast.Nodes:
    """Return a block as one cell, or as several where an example raises before the end.

    >>> [cell] = from_doctest(">>> x = 1\\n>>> x + 1\\n2\\n")
    >>> cell["c"]["source"]
    'x = 1\\nx + 1'
    """
    groups: list[list[doctest.Example]] = [[]]
    for example in doctest.DocTestParser().get_examples(code):
        groups[-1].append(example)
        if example.exc_msg is not None:  # what stands below would not be run
            groups.append([])
    return [ast.node(CELL, from_examples(group)) for group in groups if group]


def from_examples(examples: list[doctest.Example]) -> dict[str, Any]:
    """Return the cell of consecutive examples; one that raises must not stop a whole run."""
    source = "".join(OPTION.sub("", example.source) for example in examples).rstrip("\n")
    outputs: list[dict[str, Any]] = []
    for example in examples:
        made = output(example)
        if made.get("name") and outputs and outputs[-1].get("name"):
            outputs[-1]["text"] += made["text"]
        elif made:
            outputs.append(made)
    tags = {"tags": ["raises-exception"]} if examples[-1].exc_msg is not None else {}
    return code_cell(source, outputs) | {"metadata": tags}


def code_cell(source: str, outputs: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a code cell without its place in the notebook."""
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": outputs}


def output(example: doctest.Example) -> dict[str, Any]:
    """Return what an example prints: an error, the value of an expression, or a stream."""
    text = example.want.replace("<BLANKLINE>", "")
    if example.exc_msg is not None:
        name, _, message = example.exc_msg.strip().partition(": ")
        trace = text.rstrip("\n").split("\n")
        return {"output_type": "error", "ename": name, "evalue": message, "traceback": trace}
    if text and is_value(example.source):
        data = {"text/plain": text.rstrip("\n")}
        return {"output_type": "execute_result", "metadata": {}, "data": data}
    return {"output_type": "stream", "name": "stdout", "text": text} if text else {}


def is_value(source: str) -> bool:
    """Tell an expression, whose value is shown, from a statement and from `print`."""
    try:
        body = python.parse(source.strip(), mode="eval").body
    except SyntaxError:
        return False
    called = body.func if isinstance(body, python.Call) else None
    return not (isinstance(called, python.Name) and called.id == "print")


def hidden(blocks: ast.Nodes) -> ast.Nodes:
    """Return blocks with their cells folded, as an answer is."""
    for block in (block for block in blocks if block["t"] == CELL):
        block["c"]["metadata"]["jupyter"] = {"source_hidden": True, "outputs_hidden": True}
    return blocks
