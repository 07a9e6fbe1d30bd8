"""What the site of a tiny series owes besides its pages."""

import re
import shutil
import struct
import subprocess
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from lxml import html
from sphinx.errors import ConfigError

ARTICLE = "cooking/01-water/02-hot-water"
BASE = "https://cooks.example/book"
ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
STATIC = Path(__file__).parents[2] / "extensions" / "press" / "static"
UUID = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def xml(built, name):
    return ElementTree.fromstring(built.text(name))


def texts(element, name):
    return [found.text for found in element.findall(f"{ATOM}{name}")]


def links(element):
    return {link.get("rel"): link.get("href") for link in element.findall(f"{ATOM}link")}


def head(built, page):
    return html.fromstring(built.text(f"{page}.html")).find("head")


def test_a_feed_has_what_atom_demands_of_it_and_of_its_entries(site):
    feed = xml(site(), "feed.xml")
    entries = feed.findall(f"{ATOM}entry")
    for element in (feed, *entries):
        [id], [title], [updated] = (texts(element, name) for name in ("id", "title", "updated"))
        assert UUID.fullmatch(id) and title and MOMENT.fullmatch(updated)
        assert "alternate" in links(element)
    assert feed.find(f"{ATOM}author/{ATOM}name").text == "The Cooks"
    assert len({id for element in (feed, *entries) for id in texts(element, "id")}) == 2


def test_an_entry_is_the_front_matter(site):
    [entry] = xml(site(), "feed.xml").findall(f"{ATOM}entry")
    assert texts(entry, "title") == ["1.2 Hot Water"]
    assert texts(entry, "updated") == ["2026-11-22T00:00:00Z"]
    assert texts(entry, "summary") == ["Water, hot."]
    assert [tag.get("term") for tag in entry.findall(f"{ATOM}category")] == ["food"]


def test_the_newest_article_stands_first_and_dates_the_feed(site, cooking):
    cold = cooking.files[cooking.article].partition("\n## ")[0]
    for old, new in {
        "number: 2": "number: 1",
        '"1.1"': "",
        "[steam]": "[]",
        "11-22": "11-23",
    }.items():
        cold = cold.replace(old, new)
    cold = re.sub(r"\nWater .*", "", cold.replace("Hot Water", "Cold Water"), flags=re.S)
    feed = xml(site({"cooking/01-water/01-cold-water.md": cold}), "feed.xml")
    titles = [texts(entry, "title")[0] for entry in feed.findall(f"{ATOM}entry")]
    assert titles == ["1.1 Cold Water", "1.2 Hot Water"]
    assert texts(feed, "updated") == ["2026-11-23T00:00:00Z"]


def test_a_feed_leads_to_its_pages_with_an_address_and_without(site):
    feed = xml(site(html_baseurl=BASE), "feed.xml")
    assert links(feed) == {"self": f"{BASE}/feed.xml", "alternate": f"{BASE}/index.html"}
    assert links(feed.find(f"{ATOM}entry")) == {"alternate": f"{BASE}/{ARTICLE}.html"}
    built = site()
    feed, series = xml(built, "feed.xml"), xml(built, "cooking/feed.xml")
    assert links(feed) == {"alternate": "index.html"}
    assert links(feed.find(f"{ATOM}entry")) == {"alternate": f"{ARTICLE}.html"}
    assert links(series.find(f"{ATOM}entry")) == {"alternate": "01-water/02-hot-water.html"}


def test_an_id_stays_when_the_title_and_the_address_of_an_article_change(site, cooking):
    before = xml(site(), "feed.xml").find(f"{ATOM}entry")
    text = cooking.files[cooking.article].replace("Hot Water", "Hotter")
    after = xml(site({cooking.article: text}, html_baseurl=BASE), "feed.xml").find(f"{ATOM}entry")
    assert texts(before, "id") == texts(after, "id") and texts(before, "title") != texts(
        after, "title"
    )


def test_pages_and_home_lead_to_the_feeds(site):
    built = site()
    query = "link[@type='application/atom+xml']"
    found = {page: head(built, page).findall(query) for page in (ARTICLE, "index", "genindex")}
    hrefs = {page: [link.get("href") for link in links] for page, links in found.items()}
    assert hrefs == {
        ARTICLE: ["../../feed.xml", "../feed.xml"],
        "index": ["feed.xml"],
        "genindex": ["feed.xml"],
    }
    assert [link.get("title") for link in found[ARTICLE]] == ["House", "House: Cooking"]
    assert '<a class="reference external" href="feed.xml">' in built.text()


def test_a_site_that_knows_its_address_has_canonical_pages_and_a_sitemap_of_them(site):
    built = site(html_baseurl=BASE)
    urls = xml(built, "sitemap.xml").findall(f"{SITEMAP}url")
    dates = {url.find(f"{SITEMAP}loc").text: url.findtext(f"{SITEMAP}lastmod") for url in urls}
    assert dates.pop(f"{BASE}/{ARTICLE}.html") == "2026-11-22"
    assert dates[f"{BASE}/index.html"] is None and f"{BASE}/search.html" not in dates
    for address in dates:
        page = address.removeprefix(f"{BASE}/").removesuffix(".html")
        [canonical] = head(built, page).findall("link[@rel='canonical']")
        assert canonical.get("href") == address


def test_a_site_without_an_address_claims_none(site):
    built = site()
    assert not (built.outdir / "sitemap.xml").exists()
    assert head(built, ARTICLE).findall("link[@rel='canonical']") == []


@pytest.mark.parametrize("address", ["cooks.example", "https://", "https://cooks.example/?a"])
def test_an_address_that_is_none_is_refused(site, address):
    with pytest.raises(ConfigError, match=f"is '{re.escape(address)}': give it whole"):
        site(html_baseurl=address)


def shown(built, page):
    return {
        tag.get("property"): tag.get("content")
        for tag in head(built, page).iterfind("meta[@property]")
    }


def test_a_shared_article_shows_title_sentence_and_picture(site):
    built = site(html_baseurl=BASE)
    told = shown(built, ARTICLE)
    picture = told.pop("og:image").removeprefix(f"{BASE}/")
    assert told == {
        "og:type": "article",
        "og:site_name": "House",
        "og:title": "Hot Water",
        "og:description": "Water, hot.",
        "og:url": f"{BASE}/{ARTICLE}.html",
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": "Hot Water · 1.2 · Cooking",
    }
    png = (built.outdir / picture).read_bytes()
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", png[16:24]) == (1200, 630)  # width and height in its first chunk


def test_every_picture_is_that_of_a_page_and_found_from_it(site):
    built = site()
    pages = (ARTICLE, "cooking/index", "index")
    paths = {
        (built.outdir / f"{page}.html").parent / shown(built, page)["og:image"] for page in pages
    }
    assert {path.resolve() for path in paths} == set((built.outdir / "_images/social").iterdir())
    assert len(paths) == 3 and "og:url" not in shown(built, ARTICLE)
    assert shown(built, "reference/glossary") == {}


def test_only_the_picture_of_a_changed_article_is_drawn_again(book):
    def pictures():
        return {
            p: p.stat().st_mtime_ns for p in book.root.glob("build/.work/html/_images/social/*")
        }

    before, names = pictures(), set(book.output())
    book.change(f"source/{book.article}", "Water, hot.", "Water, hotter.")
    assert book.press().returncode == 0
    after = pictures()
    assert len(before.keys() & after.keys()) == 2 and len(after) == 3
    assert all(after[path] == before[path] for path in before.keys() & after.keys())
    assert len(set(book.output()) - names) == 1  # a new picture, under a new name
    made = book.output()
    shutil.rmtree(book.root / "build")
    assert book.press().returncode == 0 and book.output() == made


@pytest.mark.parametrize(("address", "root"), [("", "/"), (f"{BASE}/", "/book/")])
def test_the_page_for_what_is_not_there_works_at_any_depth(site, address, root):
    page = html.fromstring(site(html_baseurl=address).text("404.html"))
    used = [page.xpath(f"//@{name}") for name in ("href", "src", "action", "data-content_root")]
    addresses = [a for found in used for a in found]
    assert f"{root}index.html" in addresses and f"{root}search.html" in addresses
    assert [a for a in addresses if not a.startswith((root, "#", "https://"))] == []
    assert page.findall(".//link[@rel='canonical']") == []


def test_the_archive_holds_the_site_and_opens_from_a_folder(site, tmp_path):
    built = site(html_static_path=[str(STATIC)])
    with zipfile.ZipFile(built.outdir / "whole-site.zip") as archive:
        archive.extractall(tmp_path / "unpacked")
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    root = tmp_path / "unpacked" / "whole-site"
    packed = {p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file()}
    made = {p.relative_to(built.outdir).as_posix() for p in built.outdir.rglob("*") if p.is_file()}
    assert made - packed == {"whole-site.zip", ".buildinfo", "404.html"} and packed <= made
    for page in root.rglob("*.html"):
        for address in html.parse(page).getroot().xpath("//@href | //@src"):
            path = address.partition("#")[0].partition("?")[0]
            assert "://" in path or (page.parent / path).exists(), f"{page.name} leads to {address}"


def test_two_builds_of_the_site_give_the_same_bytes(site):
    one, other = (
        {p.relative_to(b.outdir): p.read_bytes() for p in b.outdir.rglob("*") if p.is_file()}
        for b in (site(html_baseurl=BASE), site(html_baseurl=BASE))
    )
    assert one == other


def test_the_edition_is_version_commit_and_date(site, monkeypatch):
    monkeypatch.setattr("press.revision.commit", lambda folder: "abc123")
    changes = {"reference/changes.md": "---\norphan: true\n---\n# Changes\n\n```{edition}\n```\n"}
    page = site(changes).text("reference/changes.html")
    assert "Version 1.2.3, commit abc123, 22 November 2026." in page


def test_a_commit_reaches_the_page_that_shows_the_edition(book):
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@b.example"]

    def committed() -> str:
        for command in (["add", "source"], ["commit", "-qm", "x", "--allow-empty"]):
            subprocess.run([*git, *command], cwd=book.root, check=True)
        assert book.press().returncode == 0
        return re.search(r"commit (\w+),", book.output()["reference/colophon.html"].decode())[1]

    colophon = book.root / "source/reference/colophon.md"
    colophon.write_text(colophon.read_text("utf-8") + "\n```{edition}\n```\n", "utf-8")
    subprocess.run([*git, "init", "-q"], cwd=book.root, check=True)
    assert committed() != committed()
