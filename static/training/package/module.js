/*
 * Runs a module in a learning platform (SCORM 1.2, SCORM 2004) or without one.
 * It asks nobody but the platform's own interface for anything, stores nothing in the browser, and keeps no free text.
 * The platform is told that somebody has completed the module only when that person presses the button for it.
 * SPDX-FileCopyrightText: 2026 ECCAR e. V.
 * SPDX-License-Identifier: EUPL-1.2
 */
(function () {
  "use strict";

  // --- Marking: the rules of apps/training/quiz.py ---------------------------------------------------------------------

  function sameSet(left, right) {
    const a = new Set(left), b = new Set(right);
    return a.size === b.size && Array.from(a).every(function (key) { return b.has(key); });
  }

  function sameOrder(left, right) {
    return left.length === right.length && left.every(function (key, place) { return key === right[place]; });
  }

  function markOne(question, given) {
    let right = true, feedback = [];
    if (question.type === "single" || question.type === "multiple") {
      const wanted = question.options.filter(function (option) { return option.correct; });
      right = sameSet(given, wanted.map(function (option) { return option.key; }));
      feedback = question.options
        .filter(function (option) { return given.includes(option.key); })
        .map(function (option) { return option.feedback; });
    } else if (question.type === "ordering" || question.type === "matching") {
      const rows = question.type === "ordering" ? question.entries : question.pairs;
      right = sameOrder(given, rows.map(function (row) { return row.key; }));
      feedback = question.feedback ? [question.feedback] : [];
    } else {
      feedback = question.hint ? [question.hint] : [];
    }
    const possible = question.points || 0;
    return { key: question.key, points: right ? possible : 0, possible: possible, right: right, feedback: feedback };
  }

  function mark(content, answers) {
    const marked = content.questions.map(function (question) { return markOne(question, answers[question.key] || []); });
    const sum = function (name) { return marked.reduce(function (total, one) { return total + one[name]; }, 0); };
    const possible = sum("possible");
    const percent = possible ? Math.floor(100 * sum("points") / possible) : 100;
    return { questions: marked, percent: percent, passed: percent >= (content.pass_mark || 0) };
  }

  // --- What is kept: which units are done, and attempts, best percent and pass of each quiz ----------------------------

  const FORM = "1";

  function remember(state) {
    const quizzes = Object.keys(state.quizzes).map(function (short) {
      const quiz = state.quizzes[short];
      return [short, Math.min(quiz.attempts, 999), Math.min(quiz.best, 100), quiz.passed ? 1 : 0].join(".");
    });
    return [FORM, Object.keys(state.done).join(","), quizzes.join(",")].join("|");
  }

  /** What an earlier visit kept, of the units that there still are; nothing where it cannot be read. */
  function recall(text, known) {
    const state = { done: {}, quizzes: {} };
    const parts = String(text || "").split("|");
    if (parts.length !== 3 || parts[0] !== FORM) { return state; }
    parts[1].split(",").forEach(function (short) { if (known.includes(short)) { state.done[short] = true; } });
    parts[2].split(",").forEach(function (entry) {
      const found = /^([0-9a-f]+)\.(\d{1,3})\.(\d{1,3})\.([01])$/.exec(entry);
      if (found && known.includes(found[1])) {
        state.quizzes[found[1]] = { attempts: +found[2], best: Math.min(+found[3], 100), passed: found[4] === "1" };
      }
    });
    return state;
  }

  function timespan(seconds, standard) {
    const whole = Math.max(0, Math.floor(seconds));
    const hours = Math.min(9999, Math.floor(whole / 3600)), minutes = Math.floor(whole / 60) % 60, rest = whole % 60;
    if (standard === "scorm2004") { return "PT" + hours + "H" + minutes + "M" + rest + "S"; }
    const two = function (number) { return String(number).padStart(2, "0"); };
    return String(hours).padStart(4, "0") + ":" + two(minutes) + ":" + two(rest) + ".00";
  }

  // --- The platform ----------------------------------------------------------------------------------------------------

  const FRAMES = 50;
  const STANDARDS = {
    scorm12: {
      api: "API", begin: "LMSInitialize", get: "LMSGetValue", set: "LMSSetValue", commit: "LMSCommit", end: "LMSFinish",
      mode: "cmi.core.lesson_mode", location: "cmi.core.lesson_location", time: "cmi.core.session_time",
      exit: "cmi.core.exit", score: "cmi.core.score.", status: "cmi.core.lesson_status"
    },
    scorm2004: {
      api: "API_1484_11", begin: "Initialize", get: "GetValue", set: "SetValue", commit: "Commit", end: "Terminate",
      mode: "cmi.mode", location: "cmi.location", time: "cmi.session_time",
      exit: "cmi.exit", score: "cmi.score.", status: "cmi.completion_status"
    }
  };

  function above(start, name) {
    let frame = start;
    for (let step = 0; frame && step < FRAMES; step += 1) {
      try {
        if (frame[name]) { return frame[name]; }
      } catch (refused) { /* a frame of another address; the platform may be above it */ }
      if (frame.parent === frame) { return null; }
      frame = frame.parent;
    }
    return null;
  }

  function locate(name) {
    let found = above(window, name);
    [window, window.top].forEach(function (frame) {
      try {
        if (!found && frame.opener) { found = above(frame.opener, name); }
      } catch (refused) { /* as above */ }
    });
    return found;
  }

  /** The platform, or null where there is none or it does not answer. Begins once, ends once. */
  function connect(standard) {
    const words = STANDARDS[standard];
    const api = words ? locate(words.api) : null;
    if (!api || String(api[words.begin]("")) !== "true") { return null; }
    let open = true;
    return {
      standard: standard,
      words: words,
      get: function (name) { return String(api[words.get](name)); },
      set: function (name, value) { return open && String(api[words.set](name, String(value))) === "true"; },
      commit: function () { return open && String(api[words.commit]("")) === "true"; },
      end: function () { if (open) { open = false; api[words.end](""); } },
      isOpen: function () { return open; }
    };
  }

  window.kfaModule = { mark: mark, remember: remember, recall: recall, timespan: timespan };

  // --- The module in the page ------------------------------------------------------------------------------------------

  const dataElement = document.getElementById("module-data");
  if (!dataElement) { return; }
  const data = JSON.parse(dataElement.textContent);
  const words = data.words;
  const began = Date.now();
  const platform = connect(data.standard);
  const units = data.units;
  const known = units.map(function (unit) { return unit.short; });
  let state = { done: {}, quizzes: {} };
  let finished = false, readOnly = false, current = "", left = false;

  function say(text, values) {
    return Object.keys(values || {}).reduce(function (sentence, name) {
      return sentence.replace("%(" + name + ")s", values[name]);
    }, text);
  }

  function element(name, attributes, text) {
    const made = document.createElement(name);
    Object.keys(attributes || {}).forEach(function (key) { made.setAttribute(key, attributes[key]); });
    if (text !== undefined) { made.textContent = text; }
    return made;
  }

  function byId(id) { return document.getElementById(id); }

  function isDone(unit) { return finished || Boolean(state.done[unit.short]); }

  function graded() { return units.filter(function (unit) { return unit.quiz && unit.quiz.pass_mark > 0; }); }

  function isSpent(unit) {
    const quiz = state.quizzes[unit.short];
    return Boolean(unit.quiz.attempts && quiz && quiz.attempts >= unit.quiz.attempts && !quiz.passed);
  }

  function score() {
    const quizzes = graded().map(function (unit) { return state.quizzes[unit.short]; });
    if (!quizzes.some(Boolean)) { return null; }
    return Math.floor(quizzes.reduce(function (sum, quiz) { return sum + (quiz ? quiz.best : 0); }, 0) / quizzes.length);
  }

  function write(session) {
    if (!platform || !platform.isOpen()) { return true; }
    const names = platform.words, results = [];
    if (session) {
      results.push(platform.set(names.time, timespan((Date.now() - began) / 1000, platform.standard)));
      results.push(platform.set(names.exit, "suspend"));
    }
    if (readOnly) { return results.every(Boolean); }
    results.push(platform.set(names.location, current));
    results.push(platform.set("cmi.suspend_data", remember(state)));
    const reached = score();
    if (reached !== null) {
      results.push(platform.set(names.score + "min", 0), platform.set(names.score + "max", 100));
      results.push(platform.set(names.score + "raw", reached));
      if (platform.standard === "scorm2004") { results.push(platform.set(names.score + "scaled", reached / 100)); }
    }
    if (platform.standard === "scorm2004") {
      // The last step is the learner's: without it the measure stays below what the manifest asks for.
      const share = units.filter(isDone).length / (units.length + 1);
      results.push(platform.set("cmi.progress_measure", finished ? 1 : Math.floor(share * 100) / 100));
    }
    return results.every(Boolean);
  }

  function save() {
    const kept = write(false) && (!platform || platform.commit());
    if (!kept) { tell(words.not_saved); }
  }

  function leave() {
    if (left || !platform) { return; }
    left = true;
    write(true);
    platform.commit();
    platform.end();
  }

  function tell(text) { byId("status").textContent = text; }

  /** The learner's own action, and the only place where a status other than "incomplete" is set. */
  function complete(passed) {
    finished = passed;
    if (platform && !readOnly) {
      if (platform.standard === "scorm12") {
        platform.set(platform.words.status, !passed ? "failed" : graded().length ? "passed" : "completed");
      } else {
        platform.set("cmi.completion_status", "completed");
        if (graded().length) { platform.set("cmi.success_status", passed ? "passed" : "failed"); }
      }
    }
    save();
    showProgress();
    const text = !passed ? words.ended : platform ? words.completed : words.completed_alone;
    byId("finish-result").textContent = text;
    byId("finish-result").focus();
  }

  // --- Showing ---------------------------------------------------------------------------------------------------------

  const sections = Array.from(document.querySelectorAll("main > section"));

  function showProgress() {
    const open = units.filter(function (unit) { return !isDone(unit); });
    units.forEach(function (unit) {
      const mark = document.querySelector('[data-mark="' + unit.short + '"]');
      mark.textContent = isDone(unit) ? words.done : "";
    });
    byId("count").textContent = say(words.count, { done: units.length - open.length, all: units.length });
    const list = byId("open-units");
    list.textContent = "";
    open.forEach(function (unit) {
      const entry = element("li");
      entry.append(element("a", { href: "#u-" + unit.key }, unit.title));
      list.append(entry);
    });
    byId("open-note").hidden = open.length === 0;
    byId("finish").disabled = open.length > 0 || finished;
    const spent = !finished && open.length > 0 && open.every(function (unit) { return unit.quiz && isSpent(unit); });
    byId("end-unpassed").hidden = !spent;
  }

  function show(id, focus) {
    let wanted = id ? byId(id) : null;
    const section = wanted ? wanted.closest("main > section") : null;
    if (!section) { wanted = sections[0]; }
    const chosen = section || sections[0];
    sections.forEach(function (each) { each.hidden = each !== chosen; });
    Array.from(document.querySelectorAll("#menu a")).forEach(function (link) {
      if (link.hash === "#" + chosen.id) { link.setAttribute("aria-current", "step"); } else { link.removeAttribute("aria-current"); }
    });
    current = chosen.id;
    if (wanted !== chosen && wanted.hidden) { wanted.hidden = false; }
    if (focus) {
      byId("menu").open = false;
      const heading = wanted === chosen ? chosen.querySelector("h2") : wanted;
      heading.setAttribute("tabindex", "-1");
      heading.focus();
      heading.scrollIntoView({ block: "start" });
    }
  }

  function go(id) {
    if (location.hash === "#" + id) { show(id, true); } else { location.hash = id; }
  }

  function markDone(unit) {
    if (!state.done[unit.short]) {
      state.done[unit.short] = true;
      save();
      showProgress();
    }
  }

  function next(unit) {
    const place = units.indexOf(unit) + 1;
    return place < units.length ? "u-" + units[place].key : "the-end";
  }

  // --- A scenario: one place after the other ---------------------------------------------------------------------------

  function setUpScenario(section, unit) {
    const places = Array.from(section.querySelectorAll("[data-place]"));
    const reach = function (place) {
      place.hidden = false;
      if (place.hasAttribute("data-ending")) { markDone(unit); }
    };
    places.forEach(function (place) { place.hidden = place !== places[0]; });
    section.addEventListener("click", function (event) {
      const link = event.target.closest("a[data-to]");
      if (!link) { return; }
      event.preventDefault();
      const place = byId(link.hash.slice(1));
      reach(place);
      place.setAttribute("tabindex", "-1");
      place.focus();
      place.scrollIntoView({ block: "start" });
    });
    const again = element("button", { type: "button", class: "second" }, words.restart);
    again.addEventListener("click", function () {
      places.forEach(function (place) { place.hidden = place !== places[0]; });
      section.querySelectorAll("details[open]").forEach(function (each) { each.open = false; });
      places[0].setAttribute("tabindex", "-1");
      places[0].focus();
    });
    section.querySelector(".step").prepend(again);
  }

  // --- A quiz ----------------------------------------------------------------------------------------------------------

  function given(form, question) {
    const fields = Array.from(form.querySelectorAll('[name="' + question.key + '"]'));
    if (question.type === "single" || question.type === "multiple") {
      return fields.filter(function (field) { return field.checked; }).map(function (field) { return field.value; });
    }
    if (question.type === "matching") { return fields.map(function (field) { return field.value; }); }
    if (question.type === "ordering") {
      return fields
        .slice()
        .sort(function (one, other) { return one.value - other.value; })
        .map(function (field) { return field.getAttribute("data-entry"); });
    }
    return [];
  }

  function problem(form, question, number) {
    const fields = Array.from(form.querySelectorAll('[name="' + question.key + '"]'));
    const values = fields.map(function (field) { return field.value; });
    if (question.type === "single" || question.type === "multiple") {
      return given(form, question).length ? "" : say(words.unanswered, { number: number });
    }
    if (question.type === "ordering" || question.type === "matching") {
      if (values.includes("")) { return say(words.unanswered, { number: number }); }
      if (new Set(values).size < values.length) { return say(words.twice, { number: number }); }
    }
    return "";
  }

  function clear(form) {
    form.querySelectorAll(".feedback").forEach(function (each) { each.remove(); });
    form.querySelectorAll("[aria-invalid]").forEach(function (each) { each.removeAttribute("aria-invalid"); });
  }

  function showMarked(form, unit, result) {
    result.questions.forEach(function (one, place) {
      const question = unit.quiz.questions[place];
      const box = element("div", { class: "feedback" });
      if (question.type !== "reflection") {
        box.append(element("p", { class: one.right ? "right" : "wrong" }, one.right ? words.right : words.wrong));
      }
      one.feedback.forEach(function (text) { box.append(element("p", {}, text)); });
      form.querySelectorAll("fieldset")[place].append(box);
    });
  }

  function setUpQuiz(section, unit) {
    const form = section.querySelector("form"), box = section.querySelector(".result");
    const send = form.querySelector("button");
    const again = element("button", { type: "button", class: "second" }, words.again);
    again.hidden = true;
    send.hidden = false;
    send.after(again);
    const settle = function () {
      send.disabled = isSpent(unit);
      if (isSpent(unit)) { again.hidden = true; }
    };
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      clear(form);
      box.textContent = "";
      const problems = unit.quiz.questions
        .map(function (question, place) { return problem(form, question, place + 1); })
        .filter(Boolean);
      if (problems.length) {
        problems.forEach(function (text) { box.append(element("p", { class: "wrong" }, text)); });
        box.focus();
        return;
      }
      const answers = {};
      unit.quiz.questions.forEach(function (question) { answers[question.key] = given(form, question); });
      const result = mark(unit.quiz, answers);
      const before = state.quizzes[unit.short] || { attempts: 0, best: 0, passed: false };
      state.quizzes[unit.short] = {
        attempts: before.attempts + 1,
        best: Math.max(before.best, result.percent),
        passed: before.passed || result.passed
      };
      const passed = state.quizzes[unit.short].passed;
      if (passed) { state.done[unit.short] = true; }
      save();
      showProgress();
      showMarked(form, unit, result);
      const values = { percent: result.percent, mark: unit.quiz.pass_mark || 0 };
      const text = !unit.quiz.pass_mark ? words.tried : result.passed ? words.passed : words.not_passed;
      box.append(element("p", { class: result.passed ? "right" : "wrong" }, say(text, values)));
      if (unit.quiz.attempts && !passed) {
        const remaining = unit.quiz.attempts - state.quizzes[unit.short].attempts;
        box.append(element("p", {}, remaining > 0 ? say(words.remaining, { count: remaining }) : words.spent));
      }
      send.hidden = true;
      again.hidden = false;
      settle();
      box.focus();
    });
    again.addEventListener("click", function () {
      form.reset();
      clear(form);
      box.textContent = "";
      send.hidden = false;
      again.hidden = true;
      form.querySelector("input, select, textarea").focus();
    });
    settle();
  }

  // --- Beginning -------------------------------------------------------------------------------------------------------

  function setUp() {
    units.forEach(function (unit) {
      const section = byId("u-" + unit.key), step = section.querySelector(".step");
      const byItself = unit.quiz || unit.kind === "scenario";
      const look = byItself ? { type: "button", class: "second" } : { type: "button" };
      const button = element("button", look, byItself ? words.next : words.done_next);
      button.addEventListener("click", function () {
        if (!byItself) { markDone(unit); }
        go(next(unit));
      });
      step.append(button);
      step.hidden = false;
      if (unit.quiz) { setUpQuiz(section, unit); }
      if (unit.kind === "scenario") { setUpScenario(section, unit); }
    });
    const start = element("button", { type: "button" }, words.start);
    start.addEventListener("click", function () { go(units.length ? "u-" + units[0].key : "the-end"); });
    byId("start-step").append(start);
    byId("start-step").hidden = false;
    byId("finish").addEventListener("click", function () { complete(true); });
    byId("end-unpassed").addEventListener("click", function () { complete(false); });
    byId("finishing").hidden = false;
    document.querySelector(".skip").addEventListener("click", function (event) {
      event.preventDefault();
      document.querySelector("main").focus();
    });
  }

  function resume() {
    if (!platform) { return ""; }
    const mode = platform.get(platform.words.mode);
    readOnly = mode === "review" || mode === "browse";
    state = recall(platform.get("cmi.suspend_data"), known);
    const status = platform.get(platform.words.status);
    const success = platform.standard === "scorm2004" ? platform.get("cmi.success_status") : status;
    finished = (status === "completed" || status === "passed") && success !== "failed";
    if (!readOnly && (status === "" || status === "not attempted" || status === "unknown")) {
      platform.set(platform.words.status, "incomplete");
    }
    const place = platform.get(platform.words.location);
    return sections.some(function (section) { return section.id === place; }) ? place : "";
  }

  const place = resume();
  setUp();
  showProgress();
  tell(!platform ? words.alone : finished ? words.already : readOnly ? words.review : words.connected);
  show(place || location.hash.slice(1), false);
  window.addEventListener("hashchange", function () { show(location.hash.slice(1), true); });
  window.addEventListener("pagehide", leave);
  window.addEventListener("unload", leave);
  window.addEventListener("pageshow", function (event) { if (event.persisted && platform) { location.reload(); } });
}());
