"""The words of the parser: what stands in a wrong place is called, and what to write instead."""

import ast

from autotrain_core.rules._tree import Condition, Each, Number, Window, is_condition


def kind_of(found: Number | Condition | Window | Each) -> str:
    """Call what was found by its name."""
    if isinstance(found, Window):
        return "a window of several sessions"
    return "true or false" if is_condition(found) else "a number"


def remedy_for(found: Number | Condition | Window | Each, remedy: str) -> str:
    """Say what to write instead of what was found; `remedy` is what helps where a number or a truth was meant."""
    if isinstance(found, Window) and not remedy.startswith("compare"):
        return f"take one value, metrics.{found.metric}[-1], or np.mean( )" if remedy else ""
    if isinstance(found, Window):
        return f"compare one value: metrics.{found.metric}[-1] >= 0"
    return remedy if not is_condition(found) else "numbers only"


def usage_of(name: str) -> str:
    """Show how a function is used."""
    if name == "np.percentile":
        return "np.percentile(metrics.NAME[-5:], 90)"
    return f"{name}(number)" if name in ("abs", "round") else f"{name}(metrics.NAME[-5:])"


def function_name(node: ast.expr) -> str:
    """Name what is called; empty where it has no name."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=ast.Name(id=module), attr=name):
            return f"{module}.{name}"
        case ast.Attribute(attr=name):
            return f"….{name}"
    return ""


_WORDS: dict[type[ast.expr], str] = {
    ast.Lambda: "second lambda",
    ast.IfExp: "'if … else'",
    ast.ListComp: "list",
    ast.List: "list",
    ast.Tuple: "tuple",
    ast.GeneratorExp: "bare '… for x in …'",
    ast.Starred: "'*'",
    ast.Yield: "'yield'",
    ast.YieldFrom: "'yield'",
    ast.Await: "'await'",
    ast.Slice: "slice",
}


def python_name(node: ast.expr) -> str:
    """Name a form of Python that conditions do not have."""
    if isinstance(node, ast.Name):
        return f"name '{node.id[:40]}'"
    if isinstance(node, ast.BinOp):
        return "'<<'" if isinstance(node.op, ast.LShift) else "'>>'"
    return _WORDS.get(type(node), f"'{type(node).__name__}'")


def advice_on(node: ast.expr) -> str:
    """Say what to write instead of such a form; empty where there is nothing to say."""
    match node:
        case ast.ListComp():
            return "leave out the [ ]: sum(x > 0 for x in metrics.NAME[-5:])"
        case ast.IfExp():
            return "write two rules"
        case ast.Name():
            return "values are metrics.NAME"
        case ast.GeneratorExp():
            return "put it into sum( ), all( ) or any( )"
    return ""
