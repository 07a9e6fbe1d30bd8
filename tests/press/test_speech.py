"""Formulas as they are spoken."""

import re
from pathlib import Path

import pytest
from press.mathml import Formula, convert
from press.mathml_tree import parse
from press.speech import speak
from press.speech_words import say


def spoken(tex: str, display: bool = False) -> str:
    result = convert([Formula(tex, display)])[0]
    assert result.refusal is None, result.refusal
    return parse(result.mathml).get("alttext", "")


@pytest.mark.parametrize(
    ("tex", "words"),
    [
        (
            r"\operatorname{softmax}\!\left(\frac{QK^\top}{\sqrt{d_k}}\right) V",
            "softmax of open paren the fraction Q K transposed over square root of d sub k, "
            "end fraction, close paren V",
        ),
        (r"q \in \mathbb{R}^{n\times d_k}", "q in the reals of dimension n by d sub k"),
        (r"\sum_{i=1}^n \alpha_i = 1", "sum from i equals 1 to n of alpha sub i equals 1"),
        ("x_{i+1}", "x sub i plus 1 end sub"),
        ("x_i + 1", "x sub i plus 1"),
        ("{}_{n} C_k", "sub n C sub k"),
        ("e^{x+1} y", "e to the power x plus 1, end power, y"),
        ("n^2 + k^3", "n squared plus k cubed"),
        ("A^{-1}", "A inverse"),
        ("W_h^{UK}", "W sub h super U K end super"),
        ("2^N", "2 to the N"),
        ("x^{(n)}", "x super open paren n close paren"),
        (r"\mathbf{x}\hat y m'", "bold x y hat m prime"),
        (r"\frac1n", "1 over n"),
        (r"\lVert x \rVert_2", "norm of x end norm sub 2"),
        (r"|x|", "absolute value of x end absolute value"),
        (r"p(x \mid y)", "p open paren x given y close paren"),
        (r"\max_j |z_j|", "max sub j of absolute value of z sub j end absolute value"),
        (r"\mathcal{O}(n)", "big O of open paren n close paren"),
        (r"\binom nk", "n choose k"),
        (r"\left.f\right|_{x=0}", "f evaluated at x equals 0 end"),
        (
            r"\begin{pmatrix}1&0\\0&1\end{pmatrix}",
            "2 by 2 matrix, row 1: 1, 0; row 2: 0, 1; end matrix",
        ),
        (r"\begin{cases}0&x<0\\1\end{cases}", "cases: 0 x less than 0; 1; end cases"),
        (r"a \\ b", "a; b"),
        (r"a, \qquad b", "a, b"),
        (r"\boxed{x}", "boxed x, end box"),
        (r"\mathbf 1\,\mathtt{ab}", "bold 1 ab"),
        (r"x \xrightarrow{d} y", "x to with d above y"),
    ],
)
def test_formulas(tex: str, words: str):
    assert spoken(tex) == words


def test_display_limits():
    assert spoken(r"\lim_{t\to\infty} x", True) == "limit as t to infinity of x"
    assert spoken(r"\max_j z_j", True) == "max over j of z sub j"
    assert spoken(r"\underbrace{a+b}_{\text{cost}} + c", True) == (
        "brace a plus b labelled cost, end brace, plus c"
    )


def test_letters_and_signs():
    assert say("λ") == "lambda"
    assert say("Δ") == "capital delta"
    assert say("ϕ") == "phi"
    assert say("𝜽") == "bold theta"
    assert say("⋈") == "bowtie"


def test_an_unknown_element_is_an_error_with_its_name():
    with pytest.raises(ValueError, match="<maction>"):
        speak("<math><maction /></math>")


LEFTOVERS = re.compile(r"[\\\\{}^_&$]")  # of TeX; no listener knows them


def test_no_sentence_keeps_a_sign_of_tex():
    lines = Path(__file__).with_name("data") / "latex-sweep.txt"
    given = [tex for tex in lines.read_text("utf-8").splitlines()[1:] if tex.strip()]
    made = dict(zip(given, convert([Formula(tex, True) for tex in given]), strict=True))
    heard = {tex: speak(c.mathml) for tex, c in made.items() if c.refusal is None}
    assert len(heard) > 500
    assert {tex: said for tex, said in heard.items() if LEFTOVERS.search(said)} == {}


@pytest.mark.parametrize(
    "alike",
    [
        ("x_i^2", "x_{i^2}", "{x^2}_i", "x_{i}2"),
        ("a^{b+c}", "a^b+c", "a^{b}c"),
        (r"\frac{a+b}{c}", r"a+\frac{b}{c}", r"\frac{a}{c}+b", r"\frac{a}{c+b}"),
        (r"\sqrt{a+b}", r"\sqrt{a}+b", r"\sqrt[3]{a+b}"),
        (r"\mathbf{x}", "x", r"\hat x", "X", r"\mathcal{X}"),
        (r"W^\top", "W^T", r"W^{-1}", "W'"),
        (r"\sum_i x_i y", r"\sum_i x_{iy}", r"\sum_{i x_i} y"),
        ("e^{x}y", "e^{xy}", "ex^y"),
    ],
)
def test_formulas_that_differ_sound_different(alike):
    assert len({spoken(tex) for tex in alike}) == len(alike)
