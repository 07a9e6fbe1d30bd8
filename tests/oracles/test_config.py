"""What transformers makes of a published config.json and saves again has the same shape for us."""

import json

import pytest
from minseek.config import ModelConfig, load
from transformers.models.auto.configuration_auto import CONFIG_MAPPING


@pytest.mark.parametrize("whole", [True, False], ids=["whole", "changed keys only"])
def test_a_saved_configuration_says_what_the_published_one_says(model_name, whole):
    hf = load(model_name)
    theirs = CONFIG_MAPPING[hf["model_type"]].from_dict(
        load(model_name)
    )  # which writes into what it is given
    saved = json.loads(theirs.to_json_string(use_diff=not whole))
    if not whole:  # what transformers leaves out is what its class says anyway
        saved = json.loads(type(theirs)().to_json_string(use_diff=False)) | saved
    assert ModelConfig.from_hf(saved) == ModelConfig.from_hf(hf)
