"""What explorables carry from minseek: the stored data against what is computed today."""

import json
import re
import runpy
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "code/explorables"
MAIN = runpy.run_path(str(FOLDER / "__main__.py"), run_name="explorables")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
TRAINED = {"generation"}  # to the last digit only on one kind of machine


@pytest.mark.parametrize("script", MAIN["scripts"](), ids=lambda path: path.stem)
def test_the_stored_data_are_computed_today(script):
    stored = MAIN["stored"](script).read_text("utf-8").strip()
    today = json.dumps(MAIN["data"](script), separators=(",", ":"))
    assert NUMBER.sub("0", stored) == NUMBER.sub("0", today)
    old, new = ([float(x) for x in NUMBER.findall(text)] for text in (stored, today))
    assert old == pytest.approx(new, rel=0, abs=2e-3 if script.stem in TRAINED else 0)


def test_all_data_have_a_script():
    stored = {path.stem for path in MAIN["SITE"].glob("*.json")}
    assert stored == {path.stem for path in MAIN["scripts"]()}
