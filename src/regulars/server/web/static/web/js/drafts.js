/* What is typed survives: a form with data-draft="name" is kept in this window until it was saved,
   and one with data-resend is sent again when the network is back. A click in a form with data-outbox
   waits in this window's outbox instead, over a reload too. Kept per window, not per machine: bank
   desks are shared. The server takes what comes twice for once. */
(() => {
  "use strict";
  const key = form => `rg-draft:${form.dataset.draft}`;
  const fields = form => [...form.elements].filter(f => f.name && !/^(hidden|password|file|submit|button)$/.test(f.type));

  function keep(form) {
    const typed = fields(form)
      .filter(f => (/checkbox|radio/.test(f.type) ? f.checked : f.value))
      .map(f => [f.name, f.value]);
    try {
      sessionStorage.setItem(key(form), JSON.stringify(typed));
    } catch {
      /* a full or forbidden store must not stop the typing */
    }
  }
  function restore(form) {
    let typed;
    try {
      typed = JSON.parse(sessionStorage.getItem(key(form)) || "[]");
    } catch {
      return;
    }
    for (const [name, value] of typed) {
      const found = fields(form).filter(f => f.name === name);
      const choice = found.find(f => /checkbox|radio/.test(f.type) && f.value === value);
      if (choice) choice.checked = true;
      else if (found[0] && !found[0].value && !/checkbox|radio/.test(found[0].type)) found[0].value = value;
    }
  }
  const drafts = inside => {
    const found = [...(inside.querySelectorAll ? inside.querySelectorAll("form[data-draft]") : [])];
    return inside.matches && inside.matches("form[data-draft]") ? [inside, ...found] : found;
  };

  document.addEventListener("input", event => {
    const form = event.target.closest("form[data-draft]");
    if (form) keep(form);
  });
  // A form that comes back empty after it was saved says so: data-saved="name".
  function begin(inside) {
    for (const told of inside.querySelectorAll?.("[data-saved]") ?? []) sessionStorage.removeItem(`rg-draft:${told.dataset.saved}`);
    drafts(inside).forEach(restore);
  }
  document.addEventListener("htmx:load", event => begin(event.detail.elt));
  begin(document);

  const waiting = new Set();
  document.addEventListener("htmx:sendError", event => {
    const form = event.detail.elt.closest("form[data-resend]");
    if (form) waiting.add(form);
  });
  document.addEventListener("htmx:afterRequest", event => {
    const form = event.detail.elt.closest && event.detail.elt.closest("form[data-draft]");
    if (form && event.detail.successful && event.detail.xhr.status < 300) sessionStorage.removeItem(key(form));
  });
  addEventListener("online", () => {
    for (const form of waiting) if (form.isConnected) form.requestSubmit();
    waiting.clear();
    empty();
  });

  // The outbox: what a click sent into a dead line, in the order of the clicks and of this person only.
  const OUTBOX = `rg-outbox:${document.body.dataset.who}`;
  const laid = () => JSON.parse(sessionStorage.getItem(OUTBOX) || "[]");
  const lay = letters => sessionStorage.setItem(OUTBOX, JSON.stringify(letters));
  const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  let sending = false;

  function mark() {
    const ids = new Set(laid().map(letter => letter.card));
    for (const card of document.querySelectorAll("[data-card], [data-letter]")) card.toggleAttribute("data-waits", ids.has(card.id));
  }
  document.addEventListener("htmx:sendError", event => {
    const form = event.detail.elt.closest("form[data-outbox]");
    if (!form) return;
    const { path, parameters } = event.detail.requestConfig;
    const card = form.closest("[data-card], [data-letter]")?.id ?? "";
    lay([...laid().filter(letter => letter.card !== card), { path, card, body: new URLSearchParams(parameters).toString() }]);
    mark();
  });
  async function send(letter) {
    const body = new URLSearchParams(letter.body);
    body.set("csrfmiddlewaretoken", token());
    const headers = { "X-CSRFToken": token(), "HX-Request": "true" };
    const answer = await fetch(letter.path, { method: "POST", body, headers, redirect: "manual" });
    // A redirect is the sign-in page, and a server in trouble answers later: the letter waits.
    if (answer.type === "opaqueredirect" || answer.status >= 500) throw new Error("not taken");
    if (answer.ok) return "";
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return (page.querySelector("[role=alert]")?.textContent ?? String(answer.status)).trim();
  }
  async function empty() {
    if (sending || !laid().length) return;
    sending = true;
    try {
      const refused = [];
      for (let letters = laid(); letters.length; letters = laid()) {
        const words = await send(letters[0]);
        if (words) refused.push(words);
        lay(laid().filter(letter => letter.card !== letters[0].card || letter.body !== letters[0].body));
      }
      if (refused.length) sessionStorage.setItem("rg-refused", refused.join(" "));
      location.reload();
    } catch {
      /* still no line: the letters stay */
    } finally {
      sending = false;
    }
  }
  document.addEventListener("htmx:load", mark);
  mark();
  const told = sessionStorage.getItem("rg-refused");
  if (told) {
    sessionStorage.removeItem("rg-refused");
    window.RG?.tell?.(told);
  }
  empty();
  setInterval(empty, 15000);
})();
