"""Evaluation on the workers of any `concurrent.futures.Executor`, whatever happens to them."""

from iflow.executors.crew import Crew, hire
from iflow.executors.dask import connect
from iflow.executors.faults import LostWorkersError
from iflow.executors.job import Job, Piece, PieceStore
from iflow.executors.payload import Payload
from iflow.executors.ray import RayExecutor

__all__ = [
    "Crew",
    "Job",
    "LostWorkersError",
    "Payload",
    "Piece",
    "PieceStore",
    "RayExecutor",
    "connect",
    "hire",
]
