"""Lists, definitions and quotations: the part of the visitor where blocks nest."""

from __future__ import annotations

from typing import cast

from docutils import nodes

from press.pandoc import ast
from press.pandoc.inlines import Inlines

LIST_STYLES = {
    "arabic": "Decimal",
    "loweralpha": "LowerAlpha",
    "upperalpha": "UpperAlpha",
    "lowerroman": "LowerRoman",
    "upperroman": "UpperRoman",
}


class Lists(Inlines):
    """The lists of one document."""

    def items(self, node: nodes.Element) -> list[ast.Nodes]:
        """Return the items of a list, tight when no item has a second paragraph."""
        children = [cast("nodes.Element", item) for item in node.children]
        items = [self.anchored(self.ids(item), self.blocks(item)) for item in children]
        tight = all(map(self.is_tight, children))
        return [[self.tightened(b) for b in item] for item in items] if tight else items

    def is_tight(self, item: nodes.Element) -> bool:
        """Tell whether an item is one paragraph, perhaps with a list below it."""
        first, rest = item.children[:1], item.children[1:]
        lists = (nodes.bullet_list, nodes.enumerated_list)
        return all(isinstance(n, nodes.paragraph) for n in first) and all(
            isinstance(n, lists) for n in rest
        )

    def tightened(self, block: ast.Node) -> ast.Node:
        """Return a paragraph as the plain text of a tight list."""
        return ast.plain(block["c"]) if block["t"] == "Para" else block

    def block_bullet_list(self, node: nodes.bullet_list) -> ast.Nodes:
        return [ast.node("BulletList", self.items(node))]

    def block_enumerated_list(self, node: nodes.enumerated_list) -> ast.Nodes:
        style = LIST_STYLES[node.get("enumtype", "arabic")]
        start = int(node.get("start", 1))
        if (style, start) == ("Decimal", 1):
            kind = [1, ast.node("DefaultStyle"), ast.node("DefaultDelim")]
        else:
            kind = [start, ast.node(style), ast.node("Period")]
        return [ast.node("OrderedList", kind, self.items(node))]

    def block_definition_list(self, node: nodes.definition_list) -> ast.Nodes:
        return self.definitions([self.definition(cast("nodes.Element", n)) for n in node.children])

    def definition(self, node: nodes.Element) -> tuple[ast.Nodes, ast.Nodes]:
        """Return a definition list item as its terms and its definition."""
        terms: ast.Nodes = []
        body: ast.Nodes = []
        for child in node.children:
            if isinstance(child, nodes.definition):
                body += self.anchored(self.ids(child), self.blocks(child))
            elif isinstance(child, nodes.Element):
                joint = ast.text(", ") if terms else []
                terms += joint + self.anchored_inline(self.ids(child), self.inlines(child))
        return terms, self.anchored(self.ids(node), body)

    def block_glossary(self, node: nodes.Element) -> ast.Nodes:
        return self.blocks(node)

    def block_line_block(self, node: nodes.line_block) -> ast.Nodes:
        lines = [self.inlines(line) for line in node.findall(nodes.line)]
        return [ast.node("LineBlock", lines)]

    def block_block_quote(self, node: nodes.block_quote) -> ast.Nodes:
        return [ast.node("BlockQuote", self.blocks(node))]

    def block_attribution(self, node: nodes.attribution) -> ast.Nodes:
        return [ast.para([*ast.text("— "), *self.inlines(node)])]
