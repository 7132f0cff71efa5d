"""Event files, read back by an implementation that is not ours."""

import struct

import pytest

from iflow.watching import event_file
from iflow.watching.event_file import EventFile, fits


def test_the_checksum_is_the_published_one():
    # RFC 3720, appendix B.4: 32 bytes of zeros, and 0, 1, ..., 31.
    for data, crc in ((bytes(32), 0x8A9136AA), (bytes(range(32)), 0x46DD794E)):
        masked = ((crc >> 15 | crc << 17) + 0xA282EAD8) % 2**32
        assert event_file._checksum(data) == struct.pack("<I", masked)


def test_tensorflow_reads_what_was_written(tmp_path):
    import tensorflow as tf  # here, because it takes seconds to load

    file = EventFile(tmp_path / "new" / "run")
    file.add({"a/b": 0.25, "c": -1e-30}, step=3)
    file.add({"a/b": 3e38}, step=2**40 + 5)
    file.close()
    (path,) = (tmp_path / "new" / "run").iterdir()
    assert "tfevents" in path.name
    records = tf.data.TFRecordDataset(str(path))  # checks both checksums of each
    first, *events = [tf.compat.v1.Event.FromString(record.numpy()) for record in records]
    assert first.file_version == "brain.Event:2"
    assert [event.step for event in events] == [3, 2**40 + 5]
    assert all(first.wall_time <= event.wall_time < first.wall_time + 60 for event in events)
    found = {(event.step, value.tag): value for event in events for value in event.summary.value}
    numbers = {key: float(tf.make_ndarray(value.tensor)) for key, value in found.items()}
    expected = {(3, "a/b"): 0.25, (3, "c"): -1e-30, (2**40 + 5, "a/b"): 3e38}
    assert numbers == pytest.approx(expected, rel=1e-7)
    assert {value.metadata.plugin_data.plugin_name for value in found.values()} == {"scalars"}
    assert {value.metadata.data_class for value in found.values()} == {1}


def test_files_of_one_folder_do_not_overwrite_each_other(tmp_path):
    for _ in range(3):
        EventFile(tmp_path).close()
    assert len(list(tmp_path.iterdir())) == 3


@pytest.mark.parametrize("value", [0.0, 1.0, -3.4e38, 1.2e-38])
def test_what_a_float_holds_fits(value):
    assert fits(value)
    assert struct.pack("<f", value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 3.5e38, -1e-39])
def test_what_a_float_does_not_hold_does_not_fit(value):
    assert not fits(value)
