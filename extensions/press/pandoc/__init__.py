"""From Sphinx's resolved doctree through Pandoc's AST to the printed and the electronic book."""
