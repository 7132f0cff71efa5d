"""Who watches and who computes, and options that do not exist."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import iflow
from tests.misuse.case import cases
from tests.misuse.subjects import integrate, make_file, shut_down, stored, throws

# A row: what the user did, how, what is raised, and what that says.
# fmt: off
CASES = (
    # Who watches and who computes.
    *cases("integrate",
        ("progress is text", lambda _: integrate(progress="yes"), TypeError,
         "progress must be True, False or a function of one Iteration, got 'yes'"),
        ("progress is None", lambda _: integrate(progress=None), TypeError,
         "progress must be True, False or a function of one Iteration, got None"),
        ("progress is a function of no argument", lambda _: integrate(progress=lambda: None), TypeError,
         r"<lambda>\.<locals>\.<lambda>\(\) takes 0 positional arguments but 1 was given"),
        ("callback is a name", lambda _: integrate(callback="print"), TypeError,
         "callback must be a function of one Iteration, got 'print'"),
        ("callback is True", lambda _: integrate(callback=True), TypeError,
         "callback must be a function of one Iteration, got True"),
        ("callback takes two arguments", lambda _: integrate(callback=lambda row, more: None), TypeError,
         r"<lambda>\.<locals>\.<lambda>\(\) missing 1 required positional argument: 'more'"),
        ("callback raises",
         lambda _: integrate(callback=throws(ZeroDivisionError("no such row"))), ZeroDivisionError,
         "(?s)no such row.*measured before it: "),
        ("tensorboard is a number", lambda _: integrate(tensorboard=3), TypeError,
         "tensorboard must be a folder, as text or path, got 3"),
        ("tensorboard is empty", lambda _: integrate(tensorboard=""), ValueError,
         "tensorboard must be a folder, got '': give it a name"),
        ("tensorboard is bytes", lambda _: integrate(tensorboard=b"log"), TypeError,
         "tensorboard must be a folder, as text or path, got b'log'"),
        ("tensorboard is a file", lambda _: integrate(tensorboard=make_file()), FileExistsError,
         r"\[Errno 17\] tensorboard must be a folder that can be written: File exists:.* 'taken'"),
        ("tensorboard is inside a file",
         lambda _: integrate(tensorboard=make_file() + "/log"), NotADirectoryError,
         r"\[Errno 20\] tensorboard must be a folder that can be written: Not a.* directory: 'taken/log'"),
        ("checkpoint is a number", lambda _: integrate(checkpoint=3), TypeError,
         "checkpoint must be a folder, as text or path, got 3"),
        ("checkpoint is empty", lambda _: integrate(checkpoint=""), ValueError,
         "checkpoint must be a folder, got '': give it a name"),
        ("checkpoint has a null in its name", lambda _: integrate(checkpoint="a\0b"), ValueError,
         r"checkpoint must be a folder, got 'a\\x00b': no file has a null in its name"),
        ("checkpoint is a file", lambda _: integrate(checkpoint=make_file()), FileExistsError,
         r"\[Errno 17\] checkpoint must be a folder that can be written: File exists: '"),
        ("checkpoint is inside a file",
         lambda _: integrate(checkpoint=make_file() + "/run"), NotADirectoryError,
         r"\[Errno 20\] checkpoint must be a folder that can be written: Not a"),
        ("checkpoint is a folder with something else in it",
         lambda _: integrate(checkpoint=Path(make_file()).parent), FileExistsError,
         "checkpoint must be a folder that is empty or not there yet, but '"),
        ("checkpoint holds a run already", lambda _: integrate(checkpoint=stored()), FileExistsError,
         "checkpoint '.*with it; give another folder for a new one"),
        ("executor is a name", lambda _: integrate(executor="threads"), TypeError,
         r"executor must be a concurrent\.futures\.Executor, got str 'threads';.*"
         r" workers=N makes a pool of N processes"),
        ("executor is a number of workers", lambda _: integrate(executor=4), TypeError,
         r"executor must be a concurrent\.futures\.Executor, got int 4; workers=N makes.*"
         r" a pool of N processes"),
        ("executor is a function that returns None", lambda _: integrate(executor=lambda: None), TypeError,
         "the function given as executor must make one: executor must be a.*"
         "workers=N makes a pool of N processes"),
        ("executor is a function that raises",
         lambda _: integrate(executor=throws(ConnectionError("no such cluster"))), ConnectionError,
         "(?s)no such cluster.*raised by the function given as executor, which"),
        ("executor is shut down", lambda _: integrate(executor=shut_down()), iflow.LostWorkersError,
         r"the ThreadPoolExecutor is broken and cannot be started again \(RuntimeError:.*"
         r"executors, starts new workers by itself"),
        ("workers is 0", lambda _: integrate(workers=0), ValueError,
         "workers must be an integer >= 1, got 0"),
        ("workers is a whole float", lambda _: integrate(workers=2.0), TypeError,
         r"workers must be an integer >= 1, got 2\.0; did you mean 2\?"),
        ("workers is text", lambda _: integrate(workers="auto"), TypeError,
         "workers must be an integer >= 1, got 'auto'"),
        ("workers is True", lambda _: integrate(workers=True), TypeError,
         "workers must be an integer >= 1, got True"),
        ("retries is negative", lambda _: integrate(retries=-1), ValueError,
         "retries must be an integer >= 0, got -1"),
        ("retries is None", lambda _: integrate(retries=None), TypeError,
         "retries must be an integer >= 0, got None"),
        ("timeout is 0", lambda _: integrate(timeout=0), ValueError,
         "timeout must be a number of seconds > 0, got 0"),
        ("timeout is nan", lambda _: integrate(timeout=np.nan), ValueError,
         "timeout must be a number of seconds > 0, got nan"),
        ("timeout is text", lambda _: integrate(timeout="1"), TypeError,
         "timeout must be a number of seconds > 0, got '1'"),
        ("timeout is given without workers", lambda _: integrate(timeout=10), ValueError,
         "timeout needs workers= or executor=, got 10 alone: what is computed in this.*"
         " process cannot be taken from it"),
        ("offload is unknown", lambda _: integrate(offload="all"), ValueError,
         "offload must be one of auto, integrand, measurement, got 'all'"),
        ('offload is "measurement" without workers', lambda _: integrate(offload="measurement"), ValueError,
         'offload="measurement" needs workers= or executor=: there is nobody else who.* could measure'),
    ),
    # Options that do not exist.
    *cases("integrate",
        ("an option is misspelled", lambda _: integrate(rtoll=1), TypeError,
         r"unknown option 'rtoll': did you mean 'rtol'\?"),
        ("nitn, as for vegas", lambda _: integrate(nitn=10), TypeError,
         "unknown option 'nitn': there is no number of iterations; rtol says where to.*"
         " stop, max_neval bounds all calls of f"),
        ("neval, as for vegas", lambda _: integrate(neval=1000), TypeError,
         r"unknown option 'neval': did you mean 'max_neval'\? It bounds all calls of f,.*"
         r" learning included"),
        ("epsrel, as for scipy and Cuba", lambda _: integrate(epsrel=1e-3), TypeError,
         r"unknown option 'epsrel': did you mean 'rtol'\?"),
        ("n_jobs, as for scikit-learn", lambda _: integrate(n_jobs=4), TypeError,
         r"unknown option 'n_jobs': did you mean 'workers'\? It makes a pool of so many.* processes"),
        ("pool, as for emcee", lambda _: integrate(pool=4), TypeError,
         r"unknown option 'pool': did you mean 'executor'\? It takes a.*workers=N makes a pool"),
        ("alpha, as for vegas", lambda _: integrate(alpha=0.5), TypeError,
         "unknown option 'alpha': there is no damping to set; proposals learn while.* that pays"),
        ("an option like no other", lambda _: integrate(xyzzy=1), TypeError,
         "unknown option 'xyzzy': options are activation, atol, batch, bins,.*"
         "steps, tensorboard, timeout, workers"),
        ("an option that is private", lambda _: integrate(_beside=1), TypeError,
         "unknown option '_beside': it is not for users"),
    ),
)
# fmt: on
