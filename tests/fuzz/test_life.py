"""Whatever happens to an integrator, in whatever order, nothing is lost and nothing is wrong."""

from tests.fuzz.effort import effort
from tests.fuzz.life import Life, LifeWithAFlow

TestLife = Life.TestCase
TestLife.settings = effort(8, 600, stateful_step_count=8)
TestLifeWithAFlow = LifeWithAFlow.TestCase
TestLifeWithAFlow.settings = effort(1, 20, stateful_step_count=3)
