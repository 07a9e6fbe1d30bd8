"""Revision: the state of the source, or silence where there is none."""

import subprocess

from press.revision import commit, committed_at


def test_a_repository_names_its_last_commit(tmp_path):
    person = ["-c", "user.name=A", "-c", "user.email=a@x.org"]
    for words in (["init", "-q"], [*person, "commit", "-q", "--allow-empty", "-m", "One"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    assert len(commit(tmp_path)) == 10 and int(commit(tmp_path), 16)
    assert int(committed_at(tmp_path)) > 1_700_000_000


def test_outside_a_repository_there_is_nothing_to_name(tmp_path):
    assert commit(tmp_path) == committed_at(tmp_path) == ""


def test_a_machine_without_git_is_no_error(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert commit(tmp_path) == ""
