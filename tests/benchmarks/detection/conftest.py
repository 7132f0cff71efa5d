import pytest

from benchmarks.detection.trial import Answer, Finding, Trial


@pytest.fixture
def make_finding():
    """Builds what came of a trial: what is not named is a good run of iflow, which saw everything."""

    def make(
        *,
        method="iflow",
        family="top hat",
        value=1e-3,
        number=1,
        exact=1.0,
        volumes=(1e-3,),
        n_shown=(5,),
        **more,
    ):
        failure = more.pop("failure", "")
        good = {"mean": 1.0, "sdev": 0.01, "unseen_volume": 1e-3, "unseen_share": 1e-3, "hidden_share": 0.0}
        return Finding(
            task=Trial(method, family, 2, value, 5_000, number),
            answer=Answer(**good | more),
            exact=exact,
            volumes=volumes,
            n_shown=n_shown,
            neval=4_000,
            seconds=0.1,
            failure=failure,
        )

    return make
