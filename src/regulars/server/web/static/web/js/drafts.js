/* What is typed and clicked survives, in the person's own locker (locker.js): a form with
   data-draft="name" keeps its fields until it was saved; one with data-resend is sent again when the
   network is back, while the page is open. What a form with data-outbox sent into a dead line, or
   after the session had ended, waits as a letter: over a reload, a closed window and a new sign-in.
   The server takes what comes twice for once. */
(() => {
  "use strict";
  const { locker } = window.RG;
  const SIGN_IN = "/sign-in";
  const fields = form => [...form.elements].filter(f => f.name && !/^(hidden|password|file|submit|button)$/.test(f.type));
  const draftOf = form => `draft:${form.dataset.draft}`;
  // The form that a request is of: what merely asks something inside of it, like a checklist, is not it.
  const sentBy = ({ elt, requestConfig }, selector) => (requestConfig.verb !== "get" && elt.closest?.(selector)) || null;
  const signedOut = xhr => (xhr?.getResponseHeader("HX-Redirect") ?? "").startsWith(SIGN_IN);

  /* ---- drafts ---- */
  function keep(form) {
    const typed = fields(form)
      .filter(f => (/checkbox|radio/.test(f.type) ? f.checked : f.value))
      .map(f => [f.name, f.value]);
    locker.set(draftOf(form), typed);
  }
  function restore(form) {
    for (const [name, value] of locker.get(draftOf(form)) ?? []) {
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
  async function begin(inside) {
    await locker.ready;
    for (const told of inside.querySelectorAll?.("[data-saved]") ?? []) locker.remove(`draft:${told.dataset.saved}`);
    drafts(inside).forEach(restore);
  }
  document.addEventListener("htmx:load", event => begin(event.detail.elt));
  begin(document);
  document.addEventListener("htmx:afterRequest", event => {
    const form = sentBy(event.detail, "form[data-draft]");
    const { successful, xhr } = event.detail;
    if (form && successful && xhr.status < 300 && !signedOut(xhr)) locker.remove(draftOf(form));
  });

  /* ---- forms that are sent again while the page is open ---- */
  const waiting = new Set();
  document.addEventListener("htmx:sendError", event => {
    const form = sentBy(event.detail, "form[data-resend]");
    if (form) waiting.add(form);
  });

  /* ---- the outbox: letters in the order of the clicks ---- */
  const letters = () => locker.names("letter").map(name => [name, locker.get(name)]).sort((a, b) => a[1].at - b[1].at);
  const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  let sending = false;
  let barred = false; // this page's token is stale: the next page sends

  function mark() {
    const ids = new Set(letters().map(([, letter]) => letter.of));
    for (const box of document.querySelectorAll("[data-card], [data-letter]"))
      box.toggleAttribute("data-waits", ids.has(box.id) || ids.has(box.elements?.once?.value));
  }
  async function lay(form, config) {
    const { once } = form.elements;
    const of = once?.value || form.closest("[data-card], [data-letter]")?.id || config.path;
    const letter = { of, path: config.path, at: Date.now(), body: new URLSearchParams(config.parameters).toString(), draft: form.dataset.draft };
    const laid = locker.set(`letter:${of}`, letter);
    if (form.dataset.draft) locker.remove(draftOf(form)); // the letter holds it now
    mark();
    await laid;
  }
  document.addEventListener("htmx:sendError", event => {
    const form = sentBy(event.detail, "form[data-outbox]");
    if (form) lay(form, event.detail.requestConfig);
  });
  // What asks beside it, like a checklist, does not tear a form away that is typed in or on its way:
  // what the form itself sends leads to the sign-in.
  const typedIn = elt => elt.closest?.("form[data-outbox]") || document.querySelector("form[data-outbox].htmx-request");
  document.addEventListener("htmx:beforeOnLoad", event => {
    const { elt, xhr, requestConfig } = event.detail;
    if (!signedOut(xhr)) return;
    const form = sentBy(event.detail, "form[data-outbox]");
    if (!form && typedIn(elt)) event.preventDefault();
    if (!form) return;
    event.preventDefault(); // first the letter, then the sign-in page
    lay(form, requestConfig).then(() => (location.href = SIGN_IN));
  });
  async function send(letter) {
    const body = new URLSearchParams(letter.body);
    body.set("csrfmiddlewaretoken", token());
    body.set("waited", Math.max(0, Math.round((Date.now() - letter.at) / 1000)));
    const headers = { "X-CSRFToken": token(), "HX-Request": "true" };
    const answer = await fetch(letter.path, { method: "POST", body, headers, redirect: "manual" });
    barred = answer.status === 403;
    // The sign-in page is no answer, and a server in trouble answers later: the letter waits.
    const later = answer.type === "opaqueredirect" || answer.status >= 500 || barred;
    if (later || (answer.headers.get("HX-Redirect") ?? "").startsWith(SIGN_IN)) throw new Error("not taken");
    if (answer.ok) return "";
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const words = [...page.querySelectorAll("[role=alert], .err")].map(each => each.textContent.trim());
    return words.join(" ") || String(answer.status);
  }
  // What was refused goes back to where it was typed, beside the words.
  function giveBack({ draft, body }) {
    if (draft) locker.set(`draft:${draft}`, [...new URLSearchParams(body)]);
  }
  async function deliver() {
    let sent = 0;
    const refused = [];
    try {
      for (const [name, letter] of letters()) {
        const words = await send(letter);
        if (words) giveBack(letter);
        if (words) refused.push(words);
        if (locker.get(name)?.at === letter.at) await locker.remove(name);
        sent += 1;
      }
    } catch {
      /* still no line, or nobody signed in: the letters stay */
    }
    mark();
    if (refused.length) sessionStorage.setItem("rg-refused", refused.join(" "));
    if (sent && !document.querySelector("dialog[open]")) location.reload();
    else tellRefused();
  }
  async function empty() {
    await locker.ready;
    if (sending || barred || !letters().length) return;
    sending = true;
    try {
      // Of several windows one sends.
      if (navigator.locks) await navigator.locks.request("rg-outbox", { ifAvailable: true }, lock => lock && deliver());
      else await deliver();
    } finally {
      sending = false;
    }
  }
  function tellRefused() {
    const told = sessionStorage.getItem("rg-refused");
    if (!told) return;
    sessionStorage.removeItem("rg-refused");
    window.RG.tell?.(told);
  }
  addEventListener("online", () => {
    for (const form of waiting) if (form.isConnected) form.requestSubmit();
    waiting.clear();
    empty();
  });
  document.addEventListener("rg:locker", mark);
  document.addEventListener("htmx:load", mark);
  locker.ready.then(() => (mark(), tellRefused(), empty()));
  setInterval(empty, 15000);
})();
