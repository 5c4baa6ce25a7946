import os, traceback, uuid
from html.parser import HTMLParser
import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from tests.consistency.test_access_matrix import *  # noqa
from tests.consistency import test_access_matrix as tam

WANT = ("recommendations", "reviews", "commitments")
MY = {}
for path in sorted(TESTS.glob("*/access*.py")):
    if path.parent.name in WANT:
        MY.update(import_module(f"tests.{path.parent.name}.{path.stem}").ACCESS)
HOSTILE = {
 "nul": "a\x00b", "long": "W" * 70000, "script": "<script>alert(1)</script> [x](javascript:alert(1)) & \" '", "formula": "=HYPERLINK(\"http://x\")",
 "int": "99999999999999999999", "neg": "-1", "nan": "NaN", "inf": "Infinity", "date": "9999-12-31", "early": "0001-01-01", "uuid": str(uuid.uuid4()), "surr": "\ud800".encode("utf-8","replace").decode(), "empty": "", "ok": "Gut so", "day": "2026-12-24", "num": "3", "percent": "%s %(x)s {0} {{ 1 }}", "uni": "\u202e\u0000\ufeff\x0b\x1f",
}
class Forms(HTMLParser):
    def __init__(self):
        super().__init__(); self.forms=[]; self.cur=None; self.sel=None
    def handle_starttag(self, tag, attrs):
        a=dict(attrs)
        if tag=="form":
            self.cur={"action":a.get("action",""),"method":(a.get("method") or "get").lower(),"fields":[], "choices":{}}; self.forms.append(self.cur)
        elif self.cur is not None and tag in ("input","textarea","button"):
            n=a.get("name"); t=a.get("type","text")
            if not n or n=="csrfmiddlewaretoken": return
            if t in ("radio","checkbox"): self.cur["choices"].setdefault(n,[]).append(a.get("value","on"))
            elif t=="hidden" or tag=="button": self.cur["fields"].append((n,"hidden",a.get("value","")))
            elif t=="file": self.cur["fields"].append((n,"file",""))
            else: self.cur["fields"].append((n,"text",""))
        elif self.cur is not None and tag=="select":
            self.sel=a.get("name")
        elif self.cur is not None and tag=="option" and self.sel:
            self.cur["choices"].setdefault(self.sel,[]).append(a.get("value",""))
    def handle_endtag(self, tag):
        if tag=="form": self.cur=None
        if tag=="select": self.sel=None

FAILS = []
@pytest.mark.parametrize("name", together(MY))
def test_fuzz(name, kwargs, scene):
    row = MY[name]
    actors = [a for a in ACTORS if row.status[a] in (200, 303, 409, 422) and a != "anonymous"]
    fails = []
    def go(client, method, url, data=None, why=""):
        try:
            with transaction.atomic():
                try:
                    r = getattr(client, method)(url, data or {})
                    if r.status_code >= 500: fails.append((why, method, url, r.status_code))
                    r_ = r
                    if not r.streaming: r.content
                finally:
                    transaction.set_rollback(True)
            return r_
        except Exception as e:
            tb = traceback.extract_tb(e.__traceback__)
            mine = [f"{f.filename.split('main/')[-1]}:{f.lineno}" for f in tb if "/apps/" in f.filename][-3:]
            fails.append((why, method, url[:80], repr(e)[:200], mine))
    full = dict(kwargs)
    if NAMES[name] and "slug" not in full: full["slug"] = scene.world.municipality.slug
    url = reverse(name, kwargs=full)
    for actor in actors[:2] if len(actors) > 2 else actors:
        client = scene.clients[actor]; client.raise_request_exception = True
        cache.clear()
        for key, value in full.items():
            if isinstance(value, uuid.UUID):
                r = go(client, "get", reverse(name, kwargs={**full, key: uuid.uuid4()}), why="uuid")
                if r is not None and r.status_code not in (404, 405, 403): fails.append(("uuid not 404", key, r.status_code))
                r = go(client, "post", reverse(name, kwargs={**full, key: uuid.uuid4()}), why="uuid")
                if r is not None and r.status_code not in (404, 405, 403): fails.append(("uuid post not 404", key, r.status_code))
        go(client, "post", url, {}, "empty post")
        page = go(client, "get", url, None, "get")
        for q in ("page=999999999999999999999", "page=-1", "page=%00", "edition=%00", "edition=99", "old=x&new=-3", "priority=zzz", "section=zzz&bench=q&state=w", "number=1&dimension=99", "words=%00", "words=%22%27(%5C", "need=zzz&adoption=zzz&template=zzz&unit=zzz", "need="+str(uuid.uuid4())+"&adoption="+str(uuid.uuid4()), "sort=zzz&state=zzz&responsible=zzz&q=%00", "from=9999-12-31&to=0001-01-01&year=99999999"):
            go(client, "get", url + "?" + q, None, q)
        if page is None or page.status_code != 200 or "html" not in page.get("Content-Type", ""): continue
        parser = Forms(); parser.feed(page.content.decode())
        for form in parser.forms:
            target = form["action"] or url
            if "logout" in target or "language" in target or "/i18n" in target: continue
            for label, value in HOSTILE.items():
                data = {}
                for n, kind, v in form["fields"]:
                    if kind == "file": continue
                    data[n] = v if kind == "hidden" else value
                for n, vs in form["choices"].items():
                    data[n] = vs[-1] if label not in ("nul", "uuid", "script") else value
                if form["method"] == "post": go(client, "post", target, data, f"form {label}")
                elif label in ("nul","long","script","uuid","uni"): go(client, "get", target.split("?")[0], {k: str(v)[:2000] for k, v in data.items()}, f"get form {label}")
                if label == "nul" and form["method"] == "post":
                    go(client, "post", target, {k: ("\x00" if k not in form["choices"] else form["choices"][k][-1]) for k in data}, "all nul")
    if fails:
        seen = set(); out = []
        for f in fails:
            k = (f[0][:8], str(f[-1]))
            if k not in seen: seen.add(k); out.append(f)
        pytest.fail("\n".join(map(str, out[:6])), pytrace=False)
