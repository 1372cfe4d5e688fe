/* The page behind a link of a survey. What is answered stays on this device until it has arrived: over
   a reload, a closed page and a dropped connection. It may be sent twice; the server counts it once. */
(() => {
  "use strict";
  const PREFIX = "survey:";
  const LIFE = 30 * 24 * 3600 * 1000; // no wave runs longer than its customers would care
  const RETRY = 10000;
  const names = () => Object.keys(localStorage).filter(name => name.startsWith(PREFIX));
  for (const name of names()) {
    try {
      if (JSON.parse(localStorage.getItem(name)).at < Date.now() - LIFE) localStorage.removeItem(name);
    } catch {
      localStorage.removeItem(name);
    }
  }
  const done = document.querySelector("[data-survey-done]");
  if (done) localStorage.removeItem(PREFIX + done.dataset.surveyDone);
  const form = document.querySelector("form[data-survey]");
  if (!form) return;
  const key = PREFIX + form.dataset.survey;
  const asked = () => [...form.elements].filter(each => each.name.startsWith("q-"));

  function keep() {
    const said = asked().filter(each => each.type !== "radio" || each.checked).map(each => [each.name, each.value]);
    localStorage.setItem(key, JSON.stringify({ at: Date.now(), said }));
  }
  function restore() {
    const { said } = JSON.parse(localStorage.getItem(key) ?? '{"said": []}');
    for (const [name, value] of said) {
      const found = asked().filter(each => each.name === name);
      const step = found.find(each => each.type === "radio" && each.value === value);
      if (step) step.checked = true;
      else if (found[0] && found[0].type !== "radio" && !found[0].value) found[0].value = value;
    }
  }
  const waiting = form.querySelector("[data-waiting]");
  const button = form.querySelector("button[type=submit]");
  let again = 0;
  async function send() {
    clearTimeout(again);
    button.disabled = true;
    try {
      const answer = await fetch(form.action || location.href, { method: "POST", body: new FormData(form) });
      if (answer.ok && answer.redirected) location.replace(answer.url);
      else form.submit(); // the server has something to say
    } catch {
      waiting.hidden = false;
      again = setTimeout(send, RETRY);
    }
  }
  form.addEventListener("input", keep);
  form.addEventListener("submit", event => {
    event.preventDefault();
    keep();
    send();
  });
  addEventListener("online", () => again && send());
  restore();
})();
