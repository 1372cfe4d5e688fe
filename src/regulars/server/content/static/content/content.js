/* Fields go in where the cursor stood last; snippets go into the clipboard; the preview steps
   from customer to customer. */
(() => {
  "use strict";
  let last = null;

  document.addEventListener("focusin", event => {
    if (/^[AB]_/.test(event.target.name ?? "")) last = event.target;
  });

  function insert(text) {
    const field = last ?? document.querySelector("[name=A_text_zh]");
    if (!field) return;
    const [start, end] = [field.selectionStart ?? field.value.length, field.selectionEnd ?? field.value.length];
    field.setRangeText(text, start, end, "end");
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Where a page is not served by https there is only the old way.
      const field = document.createElement("textarea");
      field.value = text;
      document.body.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
  }

  document.addEventListener("click", event => {
    const pick = event.target.closest("[data-inserts]");
    if (pick) {
      pick.closest("details").open = false;
      insert(pick.dataset.inserts);
    }
    const button = event.target.closest("[data-copies]");
    if (button) copy(button.dataset.copies).then(() => (button.querySelector("span").textContent = button.dataset.done));
  });

  // Before htmx gathers the fields, so that the step goes with them; after it, it is over.
  document.addEventListener("click", event => {
    const step = event.target.closest("[data-step]");
    if (!step) return;
    const form = step.closest("form");
    form.elements.find.value = "";
    form.elements.step.value = step.dataset.step;
  }, true);
  document.addEventListener("htmx:afterRequest", () => {
    const step = document.querySelector("form.compose [name=step]");
    if (step) step.value = "";
  });

  // Enter in the search for a customer looks for one; it does not keep the draft.
  document.addEventListener("keydown", event => {
    if (event.key === "Enter" && event.target.name === "find") event.preventDefault();
  });

  const mail = document.querySelector("form.compose [name=channel]");
  const shape = () => mail.form.classList.toggle("mailing", mail.value === "email");
  if (mail) {
    mail.addEventListener("change", shape);
    shape();
  }
})();
