"""A test run that begins before midnight and ends after it is a run like any other."""

import ast
from pathlib import Path

from tests.conftest import ROOT

TELLS_THE_TIME = {"localdate", "localtime", "today", "now", "utcnow"}


def asked_at_import(source: str) -> list[int]:
    """Lines that ask for the day or the time as soon as the module is imported: at its top, in a decorator, as a
    default of a parameter. What stands inside a function or a lambda is asked when it is called."""
    found: list[int] = []

    def visit(node: ast.AST) -> None:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            for default in [*node.args.defaults, *node.args.kw_defaults]:
                if default is not None:
                    visit(default)
            if not isinstance(node, ast.Lambda):
                for decorator in node.decorator_list:
                    visit(decorator)
            return
        if isinstance(node, ast.Call):
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if name in TELLS_THE_TIME:
                found.append(node.lineno)
        for child in ast.iter_child_nodes(node):
            visit(child)

    visit(ast.parse(source))
    return sorted(found)


def test_no_test_keeps_the_day_on_which_it_was_imported() -> None:
    kept = {
        str(path.relative_to(ROOT)): lines
        for path in sorted(Path(ROOT, "tests").rglob("*.py"))
        if (lines := asked_at_import(path.read_text()))
    }
    assert kept == {}


def test_a_day_kept_at_import_is_found_and_one_asked_in_a_function_is_not() -> None:
    source = """
TODAY = timezone.localdate()

@pytest.mark.parametrize("day", [timezone.now() - timedelta(days=1)])
def test_kept(day, until=date.today(), *, since=localtime()):
    assert day

class Kept:
    at = datetime.now()

ASKED_LATER = lambda: timezone.now()

def test_asked(day=None):
    assert timezone.localdate()
"""
    assert asked_at_import(source) == [2, 4, 5, 5, 9]
