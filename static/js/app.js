/* What the browser adds to pages that work without it: focus after a swap, spoken messages, autosave, warnings.
   It knows no language: the texts stand in <template id="app-texts">. No inline handlers, no eval: the CSP allows neither. */
(() => {
  "use strict";

  const texts = () => document.getElementById("app-texts").dataset;

  // --- Live region: one for the page. Emptied first, so that the same sentence is spoken twice. ---
  function announce(text) {
    const region = document.getElementById("app-live");
    region.textContent = "";
    setTimeout(() => { region.textContent = text; }, 100);
  }

  function trouble(text) {
    const box = document.getElementById("app-trouble");
    box.textContent = text || "";
    box.hidden = !text;
  }

  // --- Focus ---
  function focusOn(element) {
    if (!element) return;
    if (!element.matches("a[href], button, input, select, textarea, summary, [tabindex]")) element.tabIndex = -1;
    element.focus();
  }

  document.addEventListener("app:announce", (event) => announce(event.detail.text));
  document.addEventListener("app:focus", (event) => focusOn(document.getElementById(event.detail.id)));

  let focusedBefore = null;

  document.addEventListener("htmx:before:swap", () => {
    focusedBefore = document.activeElement;
  });

  document.addEventListener("htmx:after:swap", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const wanted = target && (target.matches("[data-focus]") ? target : target.querySelector("[data-focus]"));
    if (wanted) {
      focusOn(wanted);
    } else if (focusedBefore && focusedBefore !== document.body && !focusedBefore.isConnected
               && document.activeElement === document.body) {
      focusOn(target);
    }
    focusedBefore = null;
  });

  // --- Autosave: data-autosave="ID of the status" on the element (form, control, or around it) with hx-post. ---
  const failed = new Set();
  const statusOf = (element) => {
    const scope = element instanceof Element && element.closest("[data-autosave]");
    return scope ? document.getElementById(scope.dataset.autosave) : null;
  };

  function show(status, text, state) {
    if (!status) return;
    status.textContent = text;
    status.dataset.state = state;
  }

  function markFailed(element, text) {
    const status = statusOf(element);
    if (!status) return false;
    const known = failed.has(element);
    failed.add(element);
    (element.closest("[data-autosave-item]") || element).setAttribute("data-unsaved", "");
    show(status, text, "failed");
    if (!known) announce(text);
    return true;
  }

  // What did not reach the server is sent again by itself: after 2, 4, 8 … at most 30 seconds, and at once when the
  // browser says that it is online. It does not always know: in a house without internet it never says so.
  const unsent = new Set();
  let pause = 0;
  let timer = null;

  function sendAgain() {
    clearTimeout(timer);
    timer = null;
    for (const element of [...unsent]) {
      unsent.delete(element);
      if (element.isConnected) {
        element.dispatchEvent(new Event(element.matches("form") ? "submit" : "change", { bubbles: true, cancelable: true }));
      } else {
        failed.delete(element);
      }
    }
  }

  function sendAgainLater(element) {
    unsent.add(element);
    if (timer !== null) return;
    pause = Math.min(pause * 2 || 2000, 30000);
    timer = setTimeout(sendAgain, pause);
  }

  function markSaved(element) {
    failed.delete(element);
    (element.closest("[data-autosave-item]") || element).removeAttribute("data-unsaved");
  }

  document.addEventListener("htmx:before:request", (event) => {
    if (!failed.has(event.detail.ctx.sourceElement)) trouble("");
    show(statusOf(event.detail.ctx.sourceElement), texts().saving, "saving");
  });

  document.addEventListener("htmx:before:response", (event) => {
    // A redirect that the browser followed on its own (signed out, say): go there instead of swapping a page into a part.
    const raw = event.detail.ctx.response.raw;
    if (raw.redirected) {
      event.preventDefault();
      leaving = true;
      window.location.assign(raw.url);
    }
  });

  document.addEventListener("htmx:after:request", (event) => {
    const { sourceElement, response } = event.detail.ctx;
    const status = statusOf(sourceElement);
    unsent.delete(sourceElement);
    if (!unsent.size) pause = 0;
    if (failed.has(sourceElement)) trouble("");
    if (response.status < 400) {
      markSaved(sourceElement);
      const time = new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "short" }).format(new Date());
      show(status, texts().saved.replace("{time}", time), "saved");
      const form = sourceElement.closest("form[data-warn-unsaved]");
      if (form && (status || sourceElement === form)) dirty.delete(form);
    } else if (response.status === 422 || response.status === 409) {
      markSaved(sourceElement);
      show(status, texts().invalid, "failed");
    } else {
      const text = { 401: texts().denied, 403: texts().denied, 429: texts().tooMany }[response.status] || texts().error;
      if (!markFailed(sourceElement, texts().notSaved)) announce(text);
      else if ([502, 503, 504].includes(response.status)) sendAgainLater(sourceElement);
      trouble(text);
    }
  });

  document.addEventListener("htmx:error", (event) => {
    const ctx = event.detail.ctx;
    if (!ctx || ctx.response) return;
    const text = navigator.onLine ? texts().error : texts().offline;
    if (markFailed(ctx.sourceElement, texts().notSaved)) sendAgainLater(ctx.sourceElement);
    else announce(text);
    trouble(text);
  });

  // --- Offline: say so, and try again what failed once the connection is back. ---
  window.addEventListener("offline", () => {
    document.documentElement.dataset.offline = "";
    trouble(texts().offline);
    announce(texts().offline);
  });

  window.addEventListener("online", () => {
    delete document.documentElement.dataset.offline;
    trouble("");
    announce(texts().online);
    for (const element of failed) unsent.add(element);
    sendAgain();
    document.dispatchEvent(new CustomEvent("app:online"));
  });

  // --- Unsaved changes: form[data-warn-unsaved], and whatever autosave could not send. ---
  const dirty = new Set();
  let leaving = false;

  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-warn-unsaved]");
    if (form) dirty.add(form);
  });

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[hx-post]")) leaving = true;
  });

  window.addEventListener("pageshow", () => { leaving = false; });

  window.addEventListener("beforeunload", (event) => {
    const open = [...dirty].some((form) => form.isConnected) || [...failed].some((element) => element.isConnected);
    if (open && !leaving) event.preventDefault();
  });

  // --- Small things: menus close, dialogs open, the error summary gets the focus when the page has one. ---
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.app-menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
    const opener = event.target.closest("[data-opens-dialog]");
    if (opener) {
      event.preventDefault();
      document.getElementById(opener.dataset.opensDialog).showModal();
    }
    const closer = event.target.closest("[data-closes-dialog]");
    if (closer) closer.closest("dialog").close();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.app-menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  document.addEventListener("DOMContentLoaded", () => focusOn(document.querySelector("[data-focus]")));
})();
