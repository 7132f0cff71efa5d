"""What may become of bytes, and of trees of JSON."""

from hypothesis import strategies as st

_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)
# Nodes that mean something to a reader.
_MARKS = ("$ref", "$given", "$float", "$complex", "$scalar", "$tuple", "$set", "$list", "$dict", "$array")
_MORE_MARKS = ("$stored", "$seeds", "$generator", "$enum", "$class", "$object", "$frozenset")
_NODES = st.dictionaries(st.sampled_from(_MARKS + _MORE_MARKS), _ANYTHING, min_size=1, max_size=2)


@st.composite
def mutated_bytes(draw, content, other):
    """Draws bytes that were flipped, overwritten, cut out or off, or patched with pieces of another file."""
    for _ in range(draw(st.integers(1, 4))):
        n = len(content)
        start = draw(st.integers(0, n))
        # What matters most is at the end of a file, or at its beginning: look there more often.
        start = draw(st.sampled_from([start, n - start % 300 - 1, start % 300]))
        start = min(max(start, 0), max(n - 1, 0))
        end = min(n, start + draw(st.integers(1, 64)))
        match draw(
            st.sampled_from(["flip", "flip", "flip", "write", "cut out", "cut off", "insert", "splice"])
        ):
            case "flip" if n:
                flipped = content[start] ^ (1 << draw(st.integers(0, 7)))
                content = content[:start] + bytes([flipped]) + content[start + 1 :]
            case "write":
                piece = draw(st.binary(min_size=end - start, max_size=end - start))
                content = content[:start] + piece + content[end:]
            case "cut out":
                content = content[:start] + content[end:]
            case "cut off":
                content = content[:start]
            case "insert":
                content = content[:start] + draw(st.binary(min_size=1, max_size=64)) + content[start:]
            case "splice":
                at = draw(st.integers(0, len(other)))
                size = draw(st.sampled_from([8, 100, 1_000, len(other)]))
                piece = other[at : at + size]
                content = content[:start] + piece + content[start + len(piece) :]
    return content


@st.composite
def mutated_tree(draw, tree):
    """Draws a tree of JSON in which something is of another type, another value, missing or repeated."""
    tree = _copy(tree)
    for _ in range(draw(st.integers(1, 3))):
        places = list(_places(tree))
        inner, key = draw(st.sampled_from(places))
        match draw(st.sampled_from(["value", "node", "delete", "another"])):
            case "value":
                inner[key] = draw(_ANYTHING)
            case "node":
                inner[key] = draw(_NODES)
            case "delete":
                del inner[key]
            case "another":
                source, name = draw(st.sampled_from(places))
                if name in source if isinstance(source, dict) else name < len(source):
                    inner[key] = _copy(source[name])
        if not tree:
            break
    return tree


def _copy(tree):
    if isinstance(tree, dict):
        return {key: _copy(value) for key, value in tree.items()}
    return [_copy(value) for value in tree] if isinstance(tree, list) else tree


def _places(tree):
    for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree):
        yield tree, key
        if isinstance(value, dict | list):
            yield from _places(value)
