"""A formula and the signs that touch it are one piece of a line, on the web as in an EPUB."""

import re

import pytest

NAME = "cooking/01-water/02-hot-water"


@pytest.fixture
def sentence(site, cooking):
    """Return what HTML says of a sentence, its formulas shortened."""

    def sentence(text: str) -> str:
        name = f"{NAME}.md"
        built = site({name: f"{cooking.files[name]}\nTake {text}\n"})
        page = (built.outdir / f"{NAME}.html").read_text()
        found = re.search(r"<p>(Take .*?)</p>", page, re.DOTALL)
        assert found
        return re.sub(r"<math.*?</math>", "M", found[1])

    return sentence


def test_a_sign_behind_a_formula_stays_with_it(sentence):
    assert sentence("$q$, and go.") == 'Take <span class="together">M,</span> and go.'


def test_brackets_stay_on_both_sides(sentence):
    assert sentence("it ($q$).") == 'Take it <span class="together">(M).</span>'


def test_words_around_a_formula_stay_free(sentence):
    assert sentence("$q$ and $n$ with it.") == "Take M and M with it."


def test_two_formulas_share_no_sign(sentence):
    assert sentence("$q$/$n$; go.") == 'Take M/<span class="together">M;</span> go.'
