"""Les Houches files, read back by pylhe."""

import dataclasses

import numpy as np
import pylhe
import pytest

import iflow
import integrands

ENERGY = 91.1876
IDS = (11, -11, 13, -13)


def momenta(x):
    """e- e+ -> mu- mu+ in the rest frame, cos(theta) from x1 and the azimuth from x0."""
    cosine, azimuth = 1.9 * x[:, 1] - 0.95, 2 * np.pi * x[:, 0]
    sine = np.sqrt(1 - cosine**2)
    direction = np.column_stack([sine * np.cos(azimuth), sine * np.sin(azimuth), cosine])
    p = np.zeros((len(x), 4, 4))
    p[:, :, 0] = ENERGY / 2
    p[:, 0, 3], p[:, 1, 3] = ENERGY / 2, -ENERGY / 2
    p[:, 2, 1:], p[:, 3, 1:] = direction * ENERGY / 2, -direction * ENERGY / 2
    return p


@pytest.fixture(scope="module")
def integrator():
    return iflow.Integrator(integrands.get("z_resonance"), 2, rtol=1e-2, seed=1, flow=False)


def read(path):
    file = pylhe.LHEFile.fromfile(path)
    return file.init, list(file.events)


@pytest.mark.parametrize("ending", ["lhe", "lhe.gz"])
def test_unweighted_events_come_back(integrator, tmp_path, ending):
    events = integrator.unweight(300, max_quantile=1.0, observables={"p": momenta})
    events = dataclasses.replace(events, weights=np.ones(300))  # whatever chance made of the largest
    path = tmp_path / f"events.{ending}"
    events.save(path, particles=iflow.Particles(IDS, "p", masses=(0.000511, 0.000511, 0.10566, 0.10566)))
    init, found = read(path)
    assert (init.initInfo.beamA, init.initInfo.beamB) == (11, -11)
    assert init.initInfo.energyA == pytest.approx(ENERGY / 2, rel=1e-6)
    assert init.initInfo.weightingStrategy == 3
    assert init.procInfo[0].xSection == pytest.approx(events.integral, rel=1e-6)
    assert init.procInfo[0].error == pytest.approx(events.integral_sdev, rel=1e-6)
    assert len(found) == 300
    back = np.array([[[p.e, p.px, p.py, p.pz] for p in event.particles] for event in found])
    assert np.array_equal(back, momenta(events.points))
    assert all(event.eventinfo.weight == 1.0 for event in found)
    assert found[0].eventinfo.scale == pytest.approx(ENERGY)
    rows = [(p.id, p.status, p.mother1, p.mother2, p.m) for p in found[0].particles]
    assert rows[0] == (11, -1, 0, 0, 0.000511)
    assert rows[3] == (-13, 1, 1, 2, 0.10566)


@pytest.mark.parametrize("kind", ["weighted", "overweight"])
def test_weights_are_in_units_of_the_cross_section(integrator, tmp_path, kind):
    events = integrator.sample(200) if kind == "weighted" else integrator.unweight(200, max_quantile=0.5)
    events.save(tmp_path / "events.lhe", particles=iflow.Particles(IDS, momenta))
    init, found = read(tmp_path / "events.lhe")
    assert init.initInfo.weightingStrategy == 4
    weights = np.array([event.eventinfo.weight for event in found])
    assert weights.mean() == pytest.approx(events.integral, rel=1e-8)
    assert weights / weights[0] == pytest.approx(events.weights / events.weights[0], rel=1e-8)
    assert all(p.m == 0.0 for p in found[0].particles)


def test_negative_weights_change_the_sign_of_the_strategy(tmp_path):
    integrator = iflow.Integrator(lambda x: x[:, 1] - 0.25, 2, rtol=1e-2, seed=1, flow=False)
    events = integrator.unweight(200, max_quantile=1.0)
    events.save(tmp_path / "events.lhe", particles=iflow.Particles(IDS, momenta))
    init, found = read(tmp_path / "events.lhe")
    assert init.initInfo.weightingStrategy in (-3, -4)
    assert np.array_equal(np.sign([event.eventinfo.weight for event in found]), np.sign(events.weights))


def test_colours_and_beams(integrator, tmp_path):
    particles = iflow.Particles(
        (21, 21, 21, 21),
        momenta,
        colours=[(501, 502), (503, 501), (503, 504), (504, 502)],
        beams=[(2212, 6500), (2212, 6500)],
    )
    integrator.sample(2).save(tmp_path / "events.lhe", particles=particles)
    init, found = read(tmp_path / "events.lhe")
    assert (init.initInfo.beamA, init.initInfo.energyB) == (2212, 6500.0)
    assert [(p.color1, p.color2) for p in found[1].particles][2] == (503, 504)


@pytest.mark.parametrize(
    ("momenta", "text"),
    [
        (lambda x: momenta(x)[:, :, [1, 2, 3, 0]], "need E >= [|]p[|], with E first, but in event 0"),
        (lambda x: momenta(x)[:, :3], r"of shape \(5, 4, 4\), got \(5, 3, 4\)"),
        (lambda x: np.nan * momenta(x), "need E >= "),
        (
            lambda x: momenta(x) * np.array([[1], [1], [1], [2]]),
            "must equal those that go out, but in event 0",
        ),
        (lambda x: momenta(x) * (1 + x[:, :1, None]), "beams=.* must be given"),
        ("q", "observables are none"),
    ],
)
def test_momenta_that_are_none(integrator, tmp_path, momenta, text):
    with pytest.raises(ValueError, match=text):
        integrator.sample(5).save(tmp_path / "events.lhe", particles=iflow.Particles(IDS, momenta))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "given",
    [
        {"ids": (11, -11)},
        {"ids": (13, 11, -11), "status": (-1, 1, 1)},
        {"ids": IDS, "masses": (1.0,)},
        {"ids": IDS, "beams": [(11, 45.0)]},
    ],
)
def test_particles_that_are_no_collision(given):
    with pytest.raises(ValueError, match=r"must|a file of events is of collisions"):
        iflow.Particles(momenta=momenta, **given)


def test_particles_are_needed_there_and_only_there(integrator, tmp_path):
    events = integrator.sample(2)
    with pytest.raises(ValueError, match="needs particles="):
        events.save(tmp_path / "events.lhe")
    with pytest.raises(ValueError, match=r"is for files \.lhe"):
        events.save(tmp_path / "events.npz", particles=iflow.Particles(IDS, momenta))
    with pytest.raises(ValueError, match="read it with pylhe"):
        iflow.Events.load(tmp_path / "events.lhe")
