"""A run on disk: every evaluated batch before it is used, and the state of the run round by round.

The folder holds

    run.json               what was asked: options, region, seed, and values of f to know it by
    batch-00000001.npz     the batches in the order they were drawn: x, y, sign, log_f, log_q, phase
    prepared-00000001.npz  the preparation, once it is done: everything that was learned
    pieces-KEY.npys        values of a batch that is not complete yet
    state.npz              the rest: sums, random numbers, the history, and the result as of then
    command.json           what the command line was given, if it was that
    lock                   held by the process that writes

and each file appears in one go, but for those of pieces, which grow by whole pieces. A process that is
killed leaves at most one with a name that ends in ".unfinished", which nobody reads, and pieces that are
cut off, which are dropped. All are read by NumPy alone, without pickle. (Files are handed to the system and
not forced onto the disk: they outlive the process however it ends, but a power failure may take the latest
seconds with it; a batch that is lost or damaged is evaluated again.)

A disk that fills up does not end the run: it goes on with what it has in memory, says so, and tries again to
store its state at the end of each round. The state holds what the batches in between have come to.

Each file has a seal, a hash of all that it says, and names the run that it belongs to: what was damaged,
changed by hand, or got there from another run is told, and never read as it were part of this one.

Of a measurement whose integrand takes less than 1e-4 seconds a call the points are stored up to the batch
in which they become 2^22, at 8 (2 dim + 3) bytes a point; from then on its sums are, once a second at
most. In 4 dimensions those of a billion points so take 0.4 GB. Survey and training, which the run learns
from and holds in memory too, are always stored.
"""

from iflow.checkpoint.command import Command
from iflow.checkpoint.folder import Folder
from iflow.checkpoint.manifest import Manifest, name_of, require_equal
from iflow.checkpoint.recorder import Content, Recorder, read_state
from iflow.checkpoint.run import Run, StoredBatch, open_run
from iflow.checkpoint.tape import Limits, Tape, read_batch

__all__ = [
    "Command",
    "Content",
    "Folder",
    "Limits",
    "Manifest",
    "Recorder",
    "Run",
    "StoredBatch",
    "Tape",
    "name_of",
    "open_run",
    "read_batch",
    "read_state",
    "require_equal",
]
