"""TeX to MathML: what is mended, what is refused, and the sweep of LaTeX commands."""

import re
from pathlib import Path

import pytest
from press.mathml import Converted, Formula, convert
from press.mathml_tree import ROWS, SCRIPTED, TOKENS, parse
from press.maths_lint import BANNED, lint, prepared, wrapped

DATA = Path(__file__).parent / "data"
VOCABULARY = (ROWS | SCRIPTED | TOKENS | {"mspace", "mfrac", "mroot", "mtable", "mtr"}) - {"merror"}


def one(tex: str, display: bool = False) -> str:
    """The formula without the <math> around it."""
    result = convert([Formula(tex, display)])[0]
    assert result.refusal is None, result.refusal
    return re.sub(r"^<math[^>]*>|</math>$", "", result.mathml)


def refusal(tex: str) -> str:
    return convert([Formula(tex, True)])[0].refusal or ""


def sweep() -> list[str]:
    lines = (DATA / "latex-sweep.txt").read_text("utf-8").splitlines()[1:]
    return [line.strip() for line in lines if line.strip()]


@pytest.fixture(scope="module")
def swept() -> dict[str, Converted]:
    formulas = sweep()
    return dict(zip(formulas, convert([Formula(t, True) for t in formulas]), strict=True))


def test_bold_is_upright_and_boldsymbol_is_italic():
    assert one(r"\mathbf{x}\boldsymbol{x}\mathbf{1}\mathbf\theta") == (
        "<mi>𝐱</mi><mi>𝒙</mi><mn>𝟏</mn><mi>𝛉</mi>"
    )


def test_a_roman_word_is_one_identifier():
    assert one(r"\mathrm{KL}") == "<mi>KL</mi>"
    assert one(r"\mathrm{d}x") == '<mi mathvariant="normal">d</mi><mi>x</mi>'
    assert one(r"\mathbf{AB}") == "<mi>𝐀𝐁</mi>"


@pytest.mark.parametrize(
    ("tex", "spaces"),
    [
        (r"\cos\theta", 1),
        (r"\cos(\theta)", 0),
        (r"\cos a\cos b", 3),
        (r"-\log x", 1),
        (r"2\log_2 n", 2),
        (r"\operatorname{softmax}\!\left(x\right)", 0),
        (r"x + \max(a, b)", 0),
        (r"\log\sum_i x_i", 1),
    ],
)
def test_named_functions_have_tex_spaces(tex: str, spaces: int):
    assert one(tex).count('<mspace width="0.167em" />') == spaces


def test_a_sized_slash_is_an_operator():
    math = parse(convert([Formula(r"x \Big/ y", False)])[0].mathml)
    sized = [e for e in math.iter() if "minsize" in e.attrib]
    assert [(e.tag, e.text) for e in sized] == [("mo", "/")]


def test_a_sized_delimiter_with_a_script_stands_in_a_row():
    assert "<msup><mrow><mo minsize" in one(r"\Bigl(x\Bigr)^2", True)


def test_bars_open_close_and_part():
    forms = re.findall(r'form="(\w+)"[^>]*>[|‖]<', one(r"|x| + \|y\|_2"))
    assert forms == ["prefix", "postfix", "prefix", "postfix"]
    assert 'form="infix"' in one(r"p \,\|\, q")
    assert 'form="infix"' in one(r"p(x|y)")


def test_limits_follow_the_style():
    assert one(r"\max_j z", True).startswith("<munder>")
    assert one(r"\max_j z").startswith("<msub>")
    assert "<munder>" not in one(r"e^{\max_j z}", True)
    assert one(r"\bigoplus_i V", True).startswith("<munder>")


def test_tables_are_named_by_what_they_are():
    kinds = {
        r"a &= b \\ c &= d": "aligned",
        r"a \\ b": "gathered",
        r"\begin{pmatrix}a&b\end{pmatrix}": "matrix",
        r"\begin{cases}a&b\\c&d\end{cases}": "cases",
    }
    for tex, kind in kinds.items():
        assert f'<mtable class="{kind}"' in one(tex, True)
    assert 'displaystyle="true"' in one(r"a &= b \\ c &= d", True)
    assert 'displaystyle="true"' not in one(r"a &= b \\ c &= d")


def test_accents_sit_on_their_letters():
    assert one(r"\hat x") == ('<mover accent="true"><mi>x</mi><mo stretchy="false">ˆ</mo></mover>')
    assert '<mo stretchy="true">‾</mo>' in one(r"\overline{xy}")


def test_scripts_are_set_tight_and_primes_low():
    assert '<mo lspace="0" rspace="0">&lt;</mo>' in one(r"x_{<t}")
    assert one("m'") == "<mrow><mi>m</mi><mi>′</mi></mrow>"
    assert one("x_t'") == "<msub><mrow><mi>x</mi><mi>′</mi></mrow><mi>t</mi></msub>"


def test_numbers_keep_their_comma():
    assert one("1{,}024") == "<mn>1,024</mn>"
    assert "<mn>1,048,576</mn>" in one("N = 1{,}048{,}576 + 1")
    assert "<mo>,</mo>" in one("(1, 2)")


def test_math_carries_display_and_spoken_text():
    inline, display = convert([Formula("d_k", False), Formula("d_k", True)])
    assert 'alttext="d sub k"' in inline.mathml
    assert "display" not in inline.mathml
    assert 'display="block"' in display.mathml


def test_a_paragraph_break_starts_a_new_line():
    assert wrapped("a &= b\n\nc &= d") == r"\begin{aligned}a &= b \\ c &= d\end{aligned}"
    assert wrapped(r"\begin{cases}a & b\\c\end{cases}") == r"\begin{cases}a & b\\c\end{cases}"
    assert wrapped(r"a \& b") == r"a \& b"


def test_macros_serve_every_formula():
    macros = {"softmax": r"\operatorname{softmax}", "vecof": r"\mathbf{#1}"}
    result = convert([Formula(r"\softmax(\vecof{x})", False)], macros)[0]
    assert result.refusal is None
    assert "softmax" in result.mathml
    assert "𝐱" in result.mathml
    assert prepared("x", {"two": "#1#2"}) == r"\newcommand{\two}[2]{#1#2}x"


@pytest.mark.parametrize("command", sorted(BANNED))
def test_silently_dropped_commands_are_banned(command: str):
    assert lint(f"x {command}{{y}}") == f"has {command}: {BANNED[command]}"


def test_refusals_say_what_is_wrong():
    assert refusal(r"\begin{array}{l|r}a&b\end{array}").startswith("has | in the columns")
    assert refusal(r"\smash{x}") == r"has \smash, which texmath does not know"
    assert refusal("  ") == "is empty"
    assert "control character '\\x08'" in refusal("\beta")
    assert refusal(r"\frac{1}").startswith("cannot be read: unexpected")
    assert "{x'}^2" in refusal("x'^2")


def test_a_refused_formula_shows_its_tex_and_spoils_no_neighbour():
    good, bad, last = convert([Formula("a", False), Formula(r"\nope", False), Formula("b", False)])
    assert "<mi>a</mi>" in good.mathml
    assert r"<merror><mtext>\nope</mtext></merror>" in bad.mathml
    assert "<mi>b</mi>" in last.mathml


def test_no_formulas_need_no_pandoc(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("press.mathml._run", None)
    assert convert([]) == []


def test_sweep_is_refused_exactly_as_recorded(swept: dict[str, Converted]):
    lines = (DATA / "latex-refused.txt").read_text("utf-8").splitlines()[1:]
    assert [f"{tex}\t{c.refusal}" for tex, c in swept.items() if c.refusal] == list(
        dict.fromkeys(lines)
    )


def test_sweep_leaves_only_the_small_vocabulary(swept: dict[str, Converted]):
    for tex, result in swept.items():
        if result.refusal is None:
            tags = {element.tag for element in parse(result.mathml).iter()}
            assert tags <= VOCABULARY, tex
            assert "join=" not in result.mathml, tex
