/* Behaviour of the frame, by data attributes. No inline script anywhere: the pages run under CSP 'self'. */
(() => {
  "use strict";
  const root = document.documentElement;
  const one = (selector, inside = document) => inside.querySelector(selector);
  const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
  const YEAR = 365 * 24 * 3600;

  /* ---- theme: the cookie lets the server paint the next page right ---- */
  function toggleTheme(event) {
    event.preventDefault();
    const wanted = root.getAttribute("data-bs-theme") === "dark" ? "light" : "dark";
    root.setAttribute("data-bs-theme", wanted);
    document.cookie = `regulars_theme=${wanted};path=/;max-age=${YEAR};samesite=lax`;
    const field = one("input[name=theme]", event.target.closest("form") || document);
    if (field) field.value = wanted === "dark" ? "light" : "dark";
    document.dispatchEvent(new Event("rg:theme"));
  }

  /* ---- side bar: a group that was unfolded stays so on the next page ---- */
  const groups = all(".side details[data-nav]");
  groups.forEach(group => group.addEventListener("toggle", () => {
    const open = groups.filter(each => each.open).map(each => each.dataset.nav).join(".");
    document.cookie = `regulars_nav=${open};path=/;max-age=${YEAR};samesite=lax`;
  }));

  /* ---- drawer: a <dialog>, so the browser traps the focus, closes on Esc and gives it back ---- */
  const frame = document.getElementById("drawer-frame");
  let before = null;
  function openDrawer() {
    if (!frame || frame.open) return;
    before = location.href;
    frame.showModal();
    const first = one("[autofocus]", frame)
      || one(".bd input:not([type=hidden]), .bd textarea, .bd select", frame)
      || one(".bd a, .bd button", frame);
    if (first) first.focus();
  }
  function closed() {
    document.getElementById("drawer").replaceChildren();
    // What opened may have put its own address into the bar; the page behind keeps its own.
    if (before && before !== location.href) history.replaceState({}, "", before);
    before = null;
  }
  if (frame) {
    frame.addEventListener("close", closed);
    document.addEventListener("htmx:beforeRequest", event => {
      if (event.detail.target && event.detail.target.id === "drawer" && !frame.open) before = location.href;
    });
    document.addEventListener("htmx:afterSwap", event => {
      if (event.detail.target.id !== "drawer") return;
      const kept = before;
      openDrawer();
      before = kept || before;
      const title = one("[data-drawer-title]", frame);
      if (title) frame.setAttribute("aria-label", title.textContent.trim());
    });
    // A view closes the drawer with HX-Trigger: rg:close.
    document.addEventListener("rg:close", () => frame.open && frame.close());
  }

  /* ---- a drawer's form that stands alone on a page answers on that page, not in a second one ---- */
  function answerHere() {
    const here = { "hx-target": "#main", "hx-select": "#main", "hx-swap": "outerHTML" };
    for (const form of all('.drawer-page form[hx-target="#drawer"]'))
      for (const [name, value] of Object.entries(here)) form.setAttribute(name, value);
  }
  answerHere();
  document.addEventListener("htmx:load", answerHere);

  /* ---- (i) and what it opens ---- */
  function place(button, pop) {
    pop.classList.remove("from-right");
    pop.style.left = "";
    const edge = pop.getBoundingClientRect();
    const shift = Math.min(0, root.clientWidth - 16 - edge.right) || Math.max(0, 16 - edge.left);
    if (shift) pop.style.left = `${pop.offsetLeft + shift}px`;
  }
  function togglePop(button) {
    const pop = document.getElementById(button.dataset.pop);
    const wanted = pop.hidden;
    closePops();
    if (!wanted) return;
    pop.hidden = false;
    button.setAttribute("aria-expanded", "true");
    place(button, pop);
  }
  function closePops(focus = false) {
    all("[data-pop][aria-expanded=true]").forEach(button => {
      document.getElementById(button.dataset.pop).hidden = true;
      button.setAttribute("aria-expanded", "false");
      if (focus) button.focus();
    });
  }

  /* ---- Today: click 1 opens the next-step row, click 2 is a form that HTMX sends ---- */
  function chooseOutcome(button) {
    const card = button.closest("[data-card]");
    const again = button.getAttribute("aria-pressed") === "true";
    all("[data-outcome]", card).forEach(other => other.setAttribute("aria-pressed", String(other === button && !again)));
    card.classList.toggle("s2", !again);
    all("input[name=outcome]", card).forEach(field => (field.value = again ? "" : button.dataset.outcome));
    all("[data-for]", card).forEach(step => {
      step.hidden = !step.dataset.for.split(" ").includes(button.dataset.outcome);
    });
    focusCard(card);
    const next = one(".step2", card);
    if (next && !again) next.scrollIntoView({ block: "nearest" });
  }
  /* The card that was pressed stays where it is, though the one above it folds up. */
  function focusCard(card) {
    const before = card ? card.getBoundingClientRect().top : 0;
    all("[data-card].focus").forEach(other => other !== card && other.classList.remove("focus"));
    if (!card) return;
    card.classList.add("focus");
    const moved = card.getBoundingClientRect().top - before;
    if (Math.abs(moved) > 1) window.scrollBy(0, moved);
  }

  /* ---- undo: ten seconds, then the word goes and the bar stays ---- */
  function startUndo(inside) {
    all("[data-undo]:not([data-running])", inside).forEach(button => {
      button.dataset.running = "1";
      setTimeout(() => button.remove(), 1000 * (Number(button.dataset.undo) || 10));
    });
  }

  /* ---- menu on a phone ---- */
  const side = document.getElementById("side");
  function toggleMenu(button, wanted) {
    if (!side) return;
    side.classList.toggle("open", wanted);
    all("[data-menu]").forEach(menu => menu.setAttribute("aria-expanded", String(side.classList.contains("open"))));
    if (side.classList.contains("open")) (one("a[aria-current]", side) || one("a.n", side)).focus();
    else if (button) button.focus();
  }

  /* ---- rows that open: an address opens its row, and what one opens stays so in this window ---- */
  const FOLDS = "rg:folds";
  const kept = () => {
    try { return JSON.parse(sessionStorage.getItem(FOLDS)) || {}; } catch { return {}; }
  };
  function keepFold(fold) {
    try { sessionStorage.setItem(FOLDS, JSON.stringify({ ...kept(), [fold.id]: !fold.open })); } catch { /* as delivered */ }
  }
  function openFold(key) {
    const found = key && document.getElementById(key);
    const fold = found && found.closest("details");
    if (fold) fold.open = true;
  }
  const named = () => openFold(decodeURIComponent(location.hash.slice(1)));
  Object.entries(kept()).forEach(([key, open]) => all(`.fold#${CSS.escape(key)}`).forEach(fold => (fold.open = open)));
  addEventListener("hashchange", named);
  named();

  /* ---- the current entry of a long side bar is in sight ---- */
  const entries = side && one("nav", side);
  const here = entries && one("a[aria-current]", entries);
  if (here) {
    const below = here.getBoundingClientRect().bottom - entries.getBoundingClientRect().bottom;
    if (below > 0) entries.scrollTop += below + 24;
  }

  /* ---- what went wrong: the server's own sentence, and what was typed stays ---- */
  function tell(words) {
    const box = one("dialog[open] [data-problem]") || one("[data-problem]");
    if (!box) return;
    const text = one("[data-problem-text]", box);
    if (!text.dataset.usual) text.dataset.usual = text.textContent;
    text.textContent = words || text.dataset.usual;
    box.hidden = false;
    box.scrollIntoView({ block: "nearest" });
  }
  document.addEventListener("htmx:responseError", event => {
    const words = event.detail.xhr.responseText.trim();
    tell(words.startsWith("<") || words.length > 400 ? "" : words);
  });
  document.addEventListener("htmx:beforeRequest", () => all("[data-problem]").forEach(box => (box.hidden = true)));
  const offline = () => all("[data-offline]").forEach(bar => (bar.hidden = navigator.onLine));
  addEventListener("online", offline);
  addEventListener("offline", offline);
  document.addEventListener("htmx:sendError", () => all("[data-offline]").forEach(bar => (bar.hidden = false)));
  document.addEventListener("htmx:afterRequest", event => event.detail.successful && offline());

  /* ---- one listener for all of it ---- */
  document.addEventListener("click", event => {
    const hit = selector => event.target.closest(selector);
    if (hit("[data-theme-toggle]")) return toggleTheme(event);
    if (hit(".fold > summary")) return keepFold(hit(".fold"));
    if (hit("a[href^='#']")) openFold(hit("a").getAttribute("href").slice(1));
    if (hit("[data-pop]")) return togglePop(hit("[data-pop]"));
    if (!hit(".pop")) closePops();
    if (hit("[data-close]")) {
      const dialog = hit("dialog");
      if (dialog) return dialog.close();
      return history.length > 1 ? history.back() : (location.href = "/");
    }
    if (hit("[data-menu]")) return toggleMenu(hit("[data-menu]"));
    if (side && side.classList.contains("open") && (!hit("#side") || hit("#side a"))) toggleMenu(null, false);
    if (hit("[data-call]")) all("input[name=channel][value=call]", hit("[data-card]")).forEach(field => (field.checked = true));
    if (hit("[data-outcome]")) return chooseOutcome(hit("[data-outcome]"));
    if (event.target instanceof HTMLDialogElement) return event.target.close(); // the backdrop
    if (hit("[data-card]") && !hit("a, button, input, select, textarea, label")) return focusCard(hit("[data-card]"));
    const row = hit("tr[data-row-href]");
    if (row && !hit("a, button, input, label") && !String(getSelection())) location.href = row.dataset.rowHref;
  });
  document.addEventListener("keydown", event => {
    if (event.key !== "Escape") return;
    closePops(true);
    if (side && side.classList.contains("open")) toggleMenu(one("[data-menu]"), false);
  });

  /* ---- a select in a filter bar sends its form by itself; a file shows its name ---- */
  document.addEventListener("change", event => {
    const field = event.target;
    if (field.closest("form[data-auto]") && !field.closest("form[hx-get]")) field.form.requestSubmit();
    const drop = field.closest(".drop");
    if (drop && field.files.length) one("[data-file-name]", drop).textContent = field.files[0].name;
  });
  all(".drop").forEach(drop => {
    const over = wanted => event => { event.preventDefault(); drop.classList.toggle("over", wanted); };
    drop.addEventListener("dragover", over(true));
    drop.addEventListener("dragleave", over(false));
    drop.addEventListener("drop", event => {
      over(false)(event);
      const field = one("input[type=file]", drop);
      field.files = event.dataTransfer.files;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    });
  });

  document.addEventListener("htmx:load", event => startUndo(event.detail.elt));
  startUndo(document);
  offline();
  window.RG = Object.assign(window.RG || {}, { focusCard, tell });
})();
