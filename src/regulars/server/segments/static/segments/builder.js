/* What the builder does beyond what forms do by themselves; all of it works without, only less quickly. */
(() => {
  "use strict";
  const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];

  /* A search field narrows the names or values that stand with it. */
  function narrow(field) {
    const panel = field.closest(".panel");
    const wanted = field.value.trim().toLowerCase();
    let shown = 0;
    all("[data-narrowed]", panel).forEach(part => {
      let some = 0;
      all("button, label.check", part).forEach(one => {
        one.hidden = !one.textContent.toLowerCase().includes(wanted);
        some += one.hidden ? 0 : 1;
      });
      const heading = part.querySelector("h3");
      if (heading) part.hidden = !some;
      shown += some;
    });
    all("[data-nothing]", panel).forEach(note => (note.hidden = shown > 0));
  }

  /* The pill says what is ticked, before the server has answered. */
  function tell(pick) {
    const words = pick.querySelector("[data-chosen]");
    const ticked = all("input[type=checkbox]:checked", pick).map(box => box.nextElementSibling.textContent.trim());
    words.textContent = ticked.length ? ticked.join(words.dataset.or) : words.dataset.none;
    words.parentElement.classList.toggle("v", ticked.length > 0);
  }

  /* Search fields are of no use without this script, so it shows them. */
  function prepare(inside) {
    all(".find[hidden]", inside).forEach(field => (field.hidden = false));
  }

  const open = () => all("details.pick[open], details.catalogue[open]");
  document.addEventListener("input", event => {
    if (event.target.matches("[data-narrow]")) {
      event.stopPropagation();
      narrow(event.target);
    } else if (event.target.closest("details.pick")) tell(event.target.closest("details.pick"));
  }, true);
  document.addEventListener("toggle", event => {
    const one = event.target;
    if (!one.matches("details.pick, details.catalogue") || !one.open) return;
    open().forEach(other => other !== one && (other.open = false));
    const field = one.querySelector("[data-narrow]");
    if (field && matchMedia("(min-width: 901px)").matches) field.focus();
  }, true);
  document.addEventListener("click", event => {
    if (!event.target.closest("details.pick, details.catalogue")) open().forEach(one => (one.open = false));
    const unfold = event.target.closest("[data-unfold]");
    if (!unfold) return;
    document.getElementById(unfold.dataset.unfold).hidden = false;
    unfold.setAttribute("aria-expanded", "true");
    unfold.parentElement.remove();
  });
  document.addEventListener("keydown", event => {
    if (event.key === "Enter" && event.target.matches("[data-narrow]")) {
      event.preventDefault();
      const first = all("button:not([hidden]), label.check:not([hidden]) input", event.target.closest(".panel"))[0];
      if (first) first.click();
    }
    if (event.key !== "Escape") return;
    open().forEach(one => {
      one.open = false;
      one.querySelector("summary").focus();
    });
  });
  /* A new line takes the keyboard where its value is typed. */
  document.addEventListener("htmx:afterSwap", event => {
    const asked = event.detail.requestConfig && event.detail.requestConfig.elt;
    if (event.detail.target.id !== "builder" || !asked) return;
    const added = String(asked.value || "").startsWith("add:") && asked.matches("button");
    const lines = all("#builder .rule:not(.or)");
    const last = lines[lines.length - 1];
    if (!added || !last) return;
    const field = last.querySelector("input:not([type=hidden]):not([type=checkbox])")
      || last.querySelector("details.pick:last-of-type > summary") || last.querySelector("select");
    if (field) field.focus();
  });
  document.addEventListener("htmx:load", event => prepare(event.detail.elt));
  prepare(document);
})();
