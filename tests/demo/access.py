"""Who gets what from the demo's page. It is for everybody who reaches a demo, and nowhere else."""

from uuid import uuid4

from tests.consistency.access import Row

ACCESS = {
    "demo": Row.for_all(),
    "demo-sign-in": Row.for_all(404, method="post", data={"person": uuid4()}),  # nobody of that key
}
