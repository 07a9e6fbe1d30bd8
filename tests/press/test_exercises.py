"""Exercises: their HTML, numbers, references and doctests, and what is refused."""

import pytest
from docutils import nodes
from press.exercises import answer, exercise

EXERCISES = ["press.exercises", "sphinx.ext.doctest"]
ROOT = "# Book\n\n```{toctree}\n:numbered:\none\n```\n"
PAIR = """::::{exercise} Who *stands*?
:name: ex-who
Which of $8$ experts?

```{math}
:label: eq-inside
x
```
~~~{doctest}
>>> 1 + 1
2
~~~
:::{answer}
The last. See {eq}`eq-inside`.
~~~{doctest}
>>> 2 + 2
4
~~~
:::
::::
"""


def chapter(body: str) -> dict[str, str]:
    return {"index.md": ROOT, "one.md": f"# One\n\n{body}"}


def test_html_is_a_labelled_section_with_a_disclosure(make_book):
    book = make_book(chapter(PAIR + "\nSee {numref}`ex-who`.\n"), extensions=EXERCISES)
    assert book.warnings == ""
    html = book.text("one.html")
    assert '<section aria-labelledby="ex-who-title" class="exercise" id="ex-who">' in html
    assert '<span id="ex-who-title"><span class="number">Exercise 1.1</span> Who' in html
    assert '</span> Who <em>stands</em>?</span><a class="headerlink"' in html
    assert '<details class="answer">\n<summary>Answer</summary>' in html
    assert 'href="#ex-who"><span class="std std-numref">Exercise 1.1</span></a>' in html
    assert html.count("Who <em>stands") == 1


def test_the_doctree_is_neutral_and_its_numbers_are_sphinxs(make_book):
    env = make_book(chapter(PAIR), extensions=EXERCISES).app.env
    (node,) = env.get_doctree("one").findall(exercise)
    assert isinstance(node[0], nodes.title) and isinstance(node[-1], answer)
    assert node.line == 3
    assert env.toc_fignumbers["one"]["exercise"] == {"ex-who": (1, 1)}
    assert env.toc_fignumbers["one"]["displaymath"] == {"equation-eq-inside": (1, 1)}


def test_text_says_answer(make_book):
    text = make_book(chapter(PAIR), "text", extensions=EXERCISES).text("one.txt")
    assert "Who *stands*?" in text and "Answer:\n\nThe last." in text


def test_ids_from_titles_are_unique_in_a_document(make_book):
    twins = "::::{exercise} Again\nA.\n:::{answer}\nB.\n:::\n::::\n\n" * 3
    book = make_book(chapter(twins), extensions=EXERCISES)
    assert book.warnings == ""
    found = [node["ids"] for node in book.app.env.get_doctree("one").findall(exercise)]
    assert found == [["exercise-again"], ["exercise-again--2"], ["exercise-again--3"]]


def test_six_documents_in_parallel_keep_their_numbers(make_book):
    names = [f"part{n}" for n in range(7)]
    files = {f"{n}.md": f"# {n}\n\n" + PAIR.replace("ex-who", f"ex-{n}") for n in names}
    files = {name: text.replace("eq-inside", f"eq-{name}") for name, text in files.items()}
    files["index.md"] = ROOT.replace("one", "\n".join(names)) + "\n{numref}`ex-part6`\n"
    book = make_book(files, parallel=2, extensions=EXERCISES)
    assert book.warnings == ""
    assert "Exercise 7.1" in book.text()


def test_doctests_run_inside_exercise_and_answer(make_book):
    book = make_book(chapter(PAIR.replace("4\n~~~", "5\n~~~")), "doctest", extensions=EXERCISES)
    output = book.text("output.txt")
    assert 'one.md", line 17, in default' in output
    assert "2 tests" in output and "1 failure in tests" in output


LONE = ":::{answer}\nA.\n:::\n"


@pytest.mark.parametrize(
    ("body", "line", "complaint"),
    [
        (LONE, 3, "this answer is outside an exercise"),
        (":::{exercise}\nQ.\n:::\n", 3, "'exercise': 1 argument(s) required"),
        (":::{exercise} Lonely\nQ.\n:::\n", 3, "exercise 'Lonely' has no answer"),
        (f"::::{{exercise}} Two\nQ.\n\n{LONE}\n{LONE}::::\n", 10, "'Two' has 2 answers"),
        (f"::::{{exercise}} Late\nQ.\n\n{LONE}\nMore.\n::::\n", 6, "goes on after its answer"),
        (PAIR + "\n" + PAIR.replace("eq-inside", "eq-2"), 24, 'target name: "ex-who"'),
        ("::::{exercise} Void\nQ.\n:::{answer}\n:::\n::::\n", 5, '"answer" directive; none found'),
    ],
)
def test_what_is_wrong_is_said_at_its_line(make_book, body, line, complaint):
    warnings = make_book(chapter(body), extensions=EXERCISES).warnings
    assert f"one.md:{line}: " in warnings and complaint in warnings, warnings


def test_a_name_used_in_two_documents_is_reported(make_book):
    files = chapter(PAIR) | {"two.md": "# Two\n\n" + PAIR.replace("eq-inside", "eq-2")}
    files["index.md"] = ROOT.replace("one", "one\ntwo")
    warnings = make_book(files, extensions=EXERCISES).warnings
    assert "two.md:3: WARNING: duplicate label ex-who, other instance in" in warnings
