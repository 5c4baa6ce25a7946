"""The quick check is for everybody."""

from tests.consistency.access import Row

ACCESS = {"quick-check": Row.for_all()}
