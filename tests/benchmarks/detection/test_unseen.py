import math

from benchmarks.detection.unseen import unseen


def test_a_bound_below_what_was_missed_does_not_hold(make_finding):
    small = make_finding(volumes=(1e-4,), n_shown=(0,), hidden_share=1e-4)  # within what is stated
    large = make_finding(volumes=(1e-2,), n_shown=(0,), hidden_share=2e-3)
    seen = make_finding(volumes=(1e-2,))
    said = unseen([small, large, seen])
    assert (said.n_hidden, said.n_stated) == (2, 2)
    assert (said.n_at_risk, said.n_missed, said.n_share_missed) == (2, 1, 1)


def test_five_percent_may_miss(make_finding):
    missed, seen = make_finding(volumes=(1e-2,), n_shown=(0,)), make_finding(volumes=(1e-2,))
    assert unseen([missed] * 50 + [seen] * 950).is_correct
    assert not unseen([missed] * 100 + [seen] * 900).is_correct
    assert not unseen([missed] * 3).is_correct
    assert unseen([]).is_correct


def test_who_says_nothing_is_not_at_risk(make_finding):
    silent = make_finding(n_shown=(0,), unseen_volume=math.nan, unseen_share=math.nan, hidden_share=math.nan)
    said = unseen([silent, make_finding(failure="killed", n_shown=(0,))])
    assert (said.n_hidden, said.n_stated, said.n_at_risk, said.n_share_missed) == (1, 0, 0, 0)
