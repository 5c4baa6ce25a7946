// window.visit: {standard, kept: what an earlier visit left, or null}. window.calls: what the module asked for, in order.
(function () {
  "use strict";
  const old = window.visit.standard === "scorm12";
  const settings = { autocommit: false, logLevel: 5 };
  const api = old ? new window.Scorm12API(settings) : new window.Scorm2004API(settings);
  window.calls = [];
  if (window.visit.kept) { api.loadFromJSON(window.visit.kept); }
  const names = old
    ? ["LMSInitialize", "LMSGetValue", "LMSSetValue", "LMSCommit", "LMSFinish"]
    : ["Initialize", "GetValue", "SetValue", "Commit", "Terminate"];
  const seen = {};
  names.forEach(function (name) {
    seen[name] = function (key, value) {
      const answer = String(api[name](key, value));
      window.calls.push([name.replace("LMS", "").replace("Finish", "Terminate"), String(key), value, answer]);
      return answer;
    };
  });
  window[old ? "API" : "API_1484_11"] = seen;
  window.platform = api;
}());
