"""docs/recommendations.md says what the code says."""

from pathlib import Path

from apps.recommendations.rules_resource import COLUMNS
from apps.reviews.lifecycle import FINAL, TRANSITIONS, State, Transition

PAGE = Path(__file__).parents[2] / "docs/recommendations.md"


def states_table() -> str:
    """The table of the lifecycle as the page has it."""
    rows = ["| step | from | to | only when | with a reason |", "|---|---|---|---|---|", *map(_row, TRANSITIONS)]
    return "\n".join(rows)


def _row(step: Transition) -> str:
    everything = frozenset(State) - FINAL
    left_out = sorted(everything - step.sources)
    sources = ", ".join(f"`{state.value}`" for state in State if state in step.sources)
    if len(step.sources) > len(State) / 2:
        sources = f"every state but {', '.join(f'`{state.value}`' for state in left_out)} and those that end it"
    guards = ", ".join(f"`{guard}`" for guard in step.guards) or "–"
    return f"| `{step.name}` | {sources} | `{step.target.value}` | {guards} | {'yes' if step.needs_reason else '–'} |"


def test_the_page_has_the_table_of_states_as_it_is() -> None:
    assert states_table() in PAGE.read_text("utf-8")


def test_the_page_names_the_columns_of_the_file_in_their_order() -> None:
    assert ", ".join(f"`{name}`" for name in COLUMNS) in PAGE.read_text("utf-8")
