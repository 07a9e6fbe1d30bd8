"""Citations by author and year: what a reader sees in the text and in the list."""

from typing import Any

import pytest
from lxml import html

BIB = r"""
@misc{dao, author={Dao, Tri and R{\'e}, Christopher}, title={{IO} and Attention}, year={2022},
  eprint={2205.14135}, url={https://arxiv.org/abs/2205.14135}}
@techreport{v3, author={{DeepSeek-AI}}, title={V3}, year={2024}, url={https://www.x.org/v3/}}
@techreport{v2, author={{DeepSeek-AI}}, title={V2}, year={2024}, doi={10.1/2}, note={version 5}}
@techreport{v1, author={{DeepSeek-AI}}, title={V1}, year={2024}, eprint={2401.02954}}
@article{many, author={A One and B Two and C Three and D Four and E Five and F Six and G Seven},
  title={Many}, journal={Journal}, year={2020}, url={https://y.org}}
"""


@pytest.fixture
def cite(make_book: Any) -> Any:
    """Build a page that cites, and return the application's result and the parsed page."""

    def build(text: str) -> tuple[Any, Any]:
        page = f"# Page\n\n{text}\n\n```{{bibliography}}\n```\n"
        built = make_book(
            {"index.md": page, "../a.bib": BIB},
            extensions=["press.citations"],
            bibtex_bibfiles=["a.bib"],
            bibtex_default_style="press",
            bibtex_reference_style="press",
            bibtex_cite_id="ref-{key}",
        )
        assert built.warnings == ""
        return built, html.fromstring(built.text())

    return build


def text(page: Any, path: str) -> list[str]:
    """Return the text of each element found."""
    return [" ".join(found.text_content().split()) for found in page.xpath(path)]


def test_references_and_entries(cite: Any) -> None:
    _, page = cite("{cite:t}`dao` and {cite:p}`many,dao`")
    assert text(page, "//span[@class='bibtex-citation']") == [
        "Dao and Ré (2022)",
        "(Dao and Ré, 2022; One et al., 2020)",
    ]
    assert text(page, "//ul[contains(@class, 'bibliography')]/li") == [
        "Tri Dao and Christopher Ré (2022). IO and Attention. arXiv:2205.14135.",
        "A One, B Two, C Three, D Four, E Five et al. (2020). Many. Journal. y.org.",
    ]
    assert page.xpath("//li[@id='ref-dao']//a/@href") == ["https://arxiv.org/abs/2205.14135"]
    assert page.xpath("//span[@class='bibtex-citation'][1]/a/@href")[0] == "#ref-dao"


def test_same_names_and_year_get_letters_by_title_among_the_cited(cite: Any) -> None:
    _, page = cite("{cite:t}`v3` {cite:t}`v2`")
    assert text(page, "//span[@class='bibtex-citation']") == [
        "DeepSeek-AI (2024b)",
        "DeepSeek-AI (2024a)",
    ]
    assert text(page, "//ul[contains(@class, 'bibliography')]/li") == [
        "DeepSeek-AI (2024a). V2. Version 5. doi:10.1/2.",
        "DeepSeek-AI (2024b). V3. x.org/v3.",
    ]


def test_list_is_a_list(cite: Any) -> None:
    built, page = cite("{cite:t}`dao`")
    assert "doc-biblioentry" not in built.text()
    assert not page.xpath("//*[@role='list']")


def test_institutions_stand_in_the_alphabet_with_people(cite: Any) -> None:
    _, page = cite("{cite:p}`many,v3,dao`")
    listed = page.xpath("//ul[contains(@class, 'bibliography')]/li/@id")
    assert listed == ["ref-dao", "ref-v3", "ref-many"]
