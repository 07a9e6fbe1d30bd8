"""The search index after a change is the one of a build from nothing."""

import shutil


def test_a_small_change_gives_the_index_of_a_build_from_nothing(book):
    article = f"source/{book.article}"
    book.change(article, "## Watching it", "## Waiting for it")
    assert book.press().returncode == 0
    changed = book.output()["searchindex.js"]
    assert b'"steam"' in changed  # an index entry of a page that was not written again
    assert b'"watch"' not in changed  # a word that no page holds any more
    shutil.rmtree(book.root / "build")
    assert book.press().returncode == 0
    assert book.output()["searchindex.js"] == changed
