/* What is typed survives: a form with data-draft="name" is kept in this window until it was saved,
   and one with data-resend is sent again when the network is back. Kept per window, not per machine:
   bank desks are shared. */
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
  });
})();
