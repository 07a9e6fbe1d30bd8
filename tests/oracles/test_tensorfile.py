"""Our reader of safetensors against the library's writer and reader."""

import pytest
import torch
from minseek.tensorfile import DTYPES, read
from safetensors.torch import load_file, save_file


@pytest.mark.parametrize("dtype", DTYPES.values(), ids=DTYPES)
def test_every_format_is_read_as_the_library_reads_it(tmp_path, dtype):
    torch.manual_seed(0)
    path = tmp_path / "x.safetensors"
    tensors = {f"x{n}": (torch.randn(n, 3) * 10).to(dtype) for n in range(1, 6)}
    save_file(tensors, path, metadata={"format": "pt"})
    ours, theirs = read(path), load_file(path)
    assert ours.keys() == theirs.keys()
    for name, tensor in theirs.items():
        assert ours[name].dtype == dtype and ours[name].shape == tensor.shape
        assert torch.equal(ours[name].view(torch.uint8), tensor.view(torch.uint8))
