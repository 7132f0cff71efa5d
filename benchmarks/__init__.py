"""Side-by-side measurements; each of these modules is one command that prints tables.

python -m benchmarks.calls           calls to the target on the i-flow suite
python -m benchmarks.hard            right, doubted, or confidently wrong
python -m benchmarks.calibration     whether errors are what they claim to be
python -m benchmarks.time            seconds to the target, at several costs of a call
python -m benchmarks.speed           training steps and drawn points per second beside MadNIS
python -m benchmarks.flows           flows that differ in one option: couplings, masks, floating types
python -m benchmarks.precision       float32 against float64: bias of the estimate, deviation, seconds
python -m benchmarks.scaling         one worker and two; up to 10,000 in virtual time
python -m benchmarks.overlap         training while workers compute, against training after they have
python -m benchmarks.faults          workers that are killed again and again
python -m benchmarks.equal_budget    plain Monte Carlo, VEGAS and iflow at equal numbers of calls
"""
