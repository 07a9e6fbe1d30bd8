"""MathML to Typst: single constructs as text, and the whole sweep through the compiler."""

from pathlib import Path

import pytest
import typst
from press.mathml import Formula, convert
from press.typst_maths import to_typst

HERE = Path(__file__).parent
FONTS = HERE.parents[1] / "extensions" / "press" / "fonts"


def one(tex: str, display: bool = False) -> str:
    result = convert([Formula(tex, display)])[0]
    assert result.refusal is None, result.refusal
    return to_typst(result.mathml)


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        ("x", "x"),
        (r"\mathbf{x}", "𝐱"),
        (r"\mathrm{d}x", "upright(d) x"),
        ("x_i^2", "attach(x, b: i, t: 2)"),
        (r"\frac12", "frac(1, 2)"),
        (r"\tfrac12", "inline(frac(1, 2))"),
        (r"\sqrt[3]{x}", "root(3, x)"),
        (r"f(x)", r"f \( x \)"),
        (r"\left(x\right)", r"lr(\( x \))"),
        (r"\left.x\right|_0", r'attach(lr(""x mid(\|)), b: 0)'),
        (r"\operatorname{softmax}(z)", r'"softmax"\( z \)'),
        (r"\cos x", '"cos"#h(0.167em) x'),
        ("a; b, c", r"a \; b \, c"),
        (r"a \to b", "a → b"),
        (r"\binom nk", "binom(n, k)"),
        (r"\hat x", "accent(x, hat)"),
        (r"\overline{ab}", "overline(a b)"),
        (r"\underbrace{a}_{n}", "underbrace(a, n)"),
        (r"\|x\|", r'class("opening", \‖) x class("closing", \‖)'),
        (r"\bigl(x", r'class("opening", lr(\(, size: #1.2em)) x'),
        (r"x \xrightarrow{a} y", "x attach(stretch(→, size: #(100% + 0.8em)), t: a) y"),
        (r"\phantom{x}", "#hide($x$)"),
        (r'\text{a "b" \# c}', r'"a \"b\" #c"'),
        ("-x", 'class("normal", −) x'),
        ("{}^a x", 'attach("", t: a) x'),
        ("1{,}024", '"1,024"'),
    ],
)
def test_constructs(tex: str, expected: str):
    assert one(tex) == expected


def test_lines_align_at_the_top_of_a_display_only():
    assert one(r"a &= b \\ c &= d", True) == r"a & \= b \ c & \= d"
    assert one(r"a &= b \\ c &= d").startswith("display(mat(delim: #none")


def test_columns_keep_their_alignment():
    assert "& a, b &" in one(r"\begin{array}{lr}a&b\end{array}", True)


def test_limits_of_operators():
    assert one(r"\sum_{i=1}^n x", True) == r"attach(∑, b: i \= 1, t: n) x"
    assert one(r"\sum_i x") == "attach(scripts(∑), b: i) x"
    assert one(r"\max_j z", True).startswith('attach(limits("max"), b: j)')


def test_an_unknown_element_is_an_error_with_its_name():
    with pytest.raises(ValueError, match="<maction>"):
        to_typst("<math><maction /></math>")


def test_sweep_compiles(tmp_path: Path):
    lines = (HERE / "data" / "latex-sweep.txt").read_text("utf-8").splitlines()[1:]
    formulas = [Formula(tex, display) for tex in lines if tex.strip() for display in (True, False)]
    bodies = [to_typst(c.mathml) for c in convert(formulas) if c.refusal is None]
    source = tmp_path / "sweep.typ"
    source.write_text("\n\n".join(f"$ {body} $" for body in bodies), "utf-8")
    typst.compile(source, output=tmp_path / "sweep.pdf", font_paths=[FONTS])
    assert len(bodies) > 1000
