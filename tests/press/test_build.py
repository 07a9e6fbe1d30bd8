"""Build: a failed build says why at the end and leaves the last good output whole."""

import subprocess
import sys

CONF = 'extensions = ["myst_parser"]\nhtml_theme = "basic"\n'


def press(root):
    command = [sys.executable, "-m", "press", "html"]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


def project(root, text):
    (root / "source").mkdir(exist_ok=True)
    (root / "conf.py").write_text(CONF, "utf-8")
    (root / "source" / "index.md").write_text(text, "utf-8")
    return root


def files(folder):
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_good_build_lands_in_its_folder(tmp_path):
    done = press(project(tmp_path, "# Good\n"))
    assert done.returncode == 0, done.stderr
    assert "Good" in (tmp_path / "build/html/index.html").read_text("utf-8")
    assert "html is in build/html" in done.stdout


def test_a_failed_build_keeps_the_last_good_one(tmp_path):
    press(project(tmp_path, "# Good\n"))
    before = files(tmp_path / "build/html")
    done = press(project(tmp_path, "# Bad\n\n{ref}`nowhere`\n"))
    assert done.returncode != 0
    assert "html failed; build/html is left as it was." in done.stderr
    assert "index.md:3: WARNING: undefined label: 'nowhere'" in done.stderr.split("failed;")[1]
    assert files(tmp_path / "build/html") == before


def test_a_second_try_without_a_change_fails_again(tmp_path):
    project(tmp_path, "# Bad\n\n{ref}`nowhere`\n")
    assert press(tmp_path).returncode != 0
    assert "undefined label" in press(tmp_path).stderr


def test_a_first_build_that_fails_writes_nothing(tmp_path):
    done = press(project(tmp_path, "# Bad\n\n{ref}`nowhere`\n"))
    assert done.returncode != 0
    assert "html failed; no output." in done.stderr
    assert not (tmp_path / "build/html").exists()


def test_an_error_that_stops_sphinx_is_one_sentence_without_a_traceback(tmp_path):
    project(tmp_path, "# Good\n")
    (tmp_path / "conf.py").write_text(CONF + "extensions += ['nowhere']\n", "utf-8")
    done = press(tmp_path)
    assert done.returncode != 0
    assert "Extension error: Could not import extension nowhere" in done.stderr
    assert "Traceback" not in done.stderr


def test_outside_the_project_it_says_where_to_go(tmp_path):
    done = press(tmp_path)
    assert done.returncode != 0
    assert f"{tmp_path} has no conf.py: run this in the project's root" in done.stderr
