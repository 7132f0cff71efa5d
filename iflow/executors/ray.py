"""Workers of a Ray cluster, by the interface of `concurrent.futures`, which Ray itself does not have."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

from iflow.executors.engine import FAR, Engine


class RayExecutor(Executor):
    """Submits calls as tasks of Ray; `ray.init()` decides where they run.

    Args:
      **options: of `ray.remote`, such as num_cpus=2 or resources; a task that has lost its worker is not
        repeated by Ray unless they say so: iflow does.

    Raises:
      ImportError: if Ray is not installed.
    """

    def __init__(self, **options: Any):
        try:
            import ray
        except ImportError as error:
            raise ImportError("RayExecutor needs Ray: pip install ray", name="ray") from error
        if not ray.is_initialized():
            ray.init()
        self._ray, self._options = ray, {"max_retries": 0, **options}
        self._call = ray.remote(**self._options)(_call)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Begins to compute fn(*args, **kwargs); one that is cancelled is killed with its worker."""
        reference = self._call.remote(fn, *args, **kwargs)
        future: Future[Any] = Future()

        def take(source: Future[Any]) -> None:
            if not future.set_running_or_notify_cancel():
                return
            error = source.exception()
            future.set_result(source.result()) if error is None else future.set_exception(error)

        def drop(given_up: Future[Any]) -> None:
            if given_up.cancelled():
                self._ray.cancel(reference, force=True)

        future.add_done_callback(drop)
        reference.future().add_done_callback(take)
        return future

    def share(self, data: bytes) -> Any:
        """Stores bytes in the cluster; a call that is handed what this returns gets them."""
        return self._ray.put(data)

    def count(self) -> int:
        """Returns how many tasks the cluster has room for."""
        return int(self._ray.cluster_resources().get("CPU", 0) / (self._options.get("num_cpus") or 1))


def of_ray(executor: Any, n_workers: int = 0) -> Engine | None:
    """Returns an engine of a `RayExecutor`; None for anything else."""
    if not isinstance(executor, RayExecutor):
        return None
    known = n_workers or executor.count()
    count = None if n_workers else executor.count
    return Engine(executor, known, FAR, count=count, share=executor.share)


def _call(fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    return fn(*args, **kwargs)
