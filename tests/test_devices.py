"""On a GPU nothing would fall back to the host: read off the graphs and the kernels, no GPU needed.

TensorFlow's wheels for Linux hold its GPU kernels, and a list that says of each which types it takes and
which of its arguments stand in the host's memory. Tensors of int32 mostly do: shapes, counters and axes
should, an index for each point should not.
"""

import functools

import numpy as np
import pytest
import tensorflow as tf
from tensorflow.python.framework import kernels  # the list

from iflow.domain import Domain
from iflow.flow import build_flow
from iflow.options import FlowOptions, TrainingOptions
from iflow.traced import Traced
from iflow.training import DIVERGENCES, Trainer
from iflow.training.divergences import clipped_chi2, kl

# Each would leave the graph, whatever kernels there are.
LEAVING = {"PyFunc", "PyFuncStateless", "EagerPyFunc", "NumpyFunction", "Print", "PrintV2", "Assert"}
# These pass on what they are given, and functions take int32 in the host's memory.
CALLS = {"While", "StatelessWhile", "If", "StatelessIf", "PartitionedCall", "StatefulPartitionedCall"}

pytestmark = pytest.mark.skipif(not tf.test.is_built_with_cuda(), reason="TensorFlow without GPU kernels")


def log_sum(x):
    """Returns something of TensorFlow's operations."""
    return tf.math.log(1.0 + tf.reduce_sum(tf.square(x), axis=1))


REGION = [(0.0, 2.0), (-np.inf, np.inf), (1.0, np.inf)]


def training(*divergences, dim=3, **options):
    flow = build_flow(dim, FlowOptions(**options), seed=1)
    trainer = Trainer(flow, TrainingOptions())
    return [trainer._compile(divergence) for divergence in divergences]


def drawing(**options):
    flow, follow = build_flow(3, FlowOptions(**options), seed=1), Traced(log_sum, 3).from_cube(Domain(REGION))
    return [flow._trace(method, follow) for method in ("_draw", "_look")]


CASES = {
    "training, rational-quadratic": lambda: training(kl, clipped_chi2),
    "training, quadratic": lambda: training(kl, coupling="quadratic", dtype="float64"),
    "training, linear": lambda: training(kl, coupling="linear", encoding="none"),
    "training, divergences": lambda: training(*DIVERGENCES.values(), dim=1, coupling="linear"),
    "drawing, rational-quadratic": drawing,
    "drawing, quadratic": lambda: drawing(coupling="quadratic"),
    "drawing, linear": lambda: drawing(coupling="linear"),
}


@pytest.fixture(scope="module", params=CASES)
def found(request):
    """Every operation of these graphs and of functions inside them, and whether XLA compiles it."""
    return [pair for graph in CASES[request.param]() for pair in walk(graph.graph)]


@pytest.fixture
def operations(found):
    """Those that TensorFlow runs itself."""
    return [op for op, compiled in found if not compiled]


def walk(graph, compiled=False):
    for op in graph.get_operations():
        yield op, compiled
        attrs = op.node_def.attr
        inside = compiled or ("_XlaMustCompile" in attrs and attrs["_XlaMustCompile"].b)
        for attr in list(attrs.values()):
            for name in [attr.func.name, *(function.name for function in attr.list.func)]:
                if name:
                    yield from walk(find_function(graph, name).graph, inside)


def find_function(graph, name):
    while graph._get_function(name) is None:
        graph = graph.outer_graph
    return graph._get_function(name)


def find_kernel(op, devices=("GPU", "DEFAULT")):
    """Returns the kernel that a GPU would run; None if there is none."""
    name, attrs = op.type, dict(op.node_def.attr)
    if name == "Placeholder":
        name, attrs["T"] = "_Arg", attrs["dtype"]
    for device in devices:
        for kernel in registered_kernels(name):
            if kernel.device_type == device and all(allows(each, attrs) for each in kernel.constraint):
                return kernel
    return None


@functools.cache
def registered_kernels(name):
    return list(kernels.get_registered_kernels_for_op(name).kernel)


def allows(constraint, attrs):
    attr = attrs[constraint.name]
    types = attr.list.type if attr.HasField("list") else [attr.type]
    return set(types) <= set(constraint.allowed_values.list.type)


def on_host(op, tensors, arguments):
    """Yields each of an operation's inputs or outputs, and whether it stands in the host's memory."""
    kernel, attrs = find_kernel(op), op.node_def.attr
    if op.type in CALLS or op.type == "Placeholder" or kernel is None:
        yield from ((tensor, tensor.dtype == tf.int32) for tensor in tensors)
        return
    flags = []
    for argument in arguments:
        types = attrs[argument.type_list_attr].list.type
        n = attrs[argument.number_attr].i if argument.number_attr else len(types) or 1
        flags += [argument.name in kernel.host_memory_arg] * n
    yield from zip(tensors, flags, strict=True)


def inputs(op):
    return on_host(op, op.inputs, op.op_def.input_arg)


def outputs(op):
    return on_host(op, op.outputs, op.op_def.output_arg)


def grows(tensor):
    """Returns whether it is as long as there are points; lists of axes may be of unknown length too."""
    if tensor.shape.rank is None:
        return True
    long = any(size is None or size >= 1000 for size in tensor.shape)
    return long and tensor.op.type != "BroadcastGradientArgs"


def is_data(tensor):
    """Returns whether it is more than the name of a variable or of a list."""
    return tensor.dtype not in (tf.resource, tf.variant)


def describe(tensor, op):
    return f"{tensor.op.type} -> {op.type}, {tensor.dtype.name} {tensor.shape}, {op.name}"


def test_the_reader_sees_loops_and_knows_kernels():
    operations = [op for op, _ in walk(training(kl)[0].graph)]
    assert {"While", "ResourceApplyAdam", "GatherV2"} <= {op.type for op in operations}

    @tf.function
    def bad(x):
        y = tf.numpy_function(np.sin, [x], tf.float64)
        number = tf.reduce_sum(tf.cast(tf.reshape(y, [-1, 3]) > 0.0, tf.int32), axis=1)
        return tf.strings.as_string(x), tf.gather(x, number)

    found = [op for op, _ in walk(bad.get_concrete_function(tf.TensorSpec([None], tf.float64)).graph)]
    types = {op.type for op in found}
    assert types & LEAVING
    assert {op.type for op in found if find_kernel(op) is None} == {"AsString", "PyFunc"}
    (sum_of_int32,) = [op for op in found if op.type == "Sum"]
    assert [host for _, host in inputs(sum_of_int32)] == [True, True]


def test_no_operation_leaves_the_graph_or_lacks_a_kernel(operations):
    assert {op.type for op in operations} & LEAVING == set()
    assert {op.type for op in operations if find_kernel(op) is None} == set()


def test_xla_compiles_for_gpus_what_it_compiles(found):
    compiled = [op for op, compiled in found if compiled and op.type != "Placeholder"]
    assert {op.type for op in compiled} & LEAVING == set()
    assert {op.type for op in compiled if find_kernel(op, ["XLA_GPU_JIT"]) is None} == set()


def test_no_operation_is_tied_to_a_device(operations):
    assert {op.device for op in operations} == {""}


def test_nothing_that_grows_with_the_points_is_in_host_memory(operations):
    standing = [(tensor, host, op) for op in operations for tensor, host in (*inputs(op), *outputs(op))]
    assert [describe(tensor, op) for tensor, host, op in standing if host and grows(tensor)] == []


def test_nothing_that_the_device_computed_is_waited_for(operations):
    wanted = [(tensor, op) for op in operations for tensor, host in inputs(op) if host and is_data(tensor)]
    computed = {id(tensor) for op in operations for tensor, host in outputs(op) if not host}
    assert [describe(tensor, op) for tensor, op in wanted if id(tensor) in computed] == []
