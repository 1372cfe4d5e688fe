// Shows of an own trigger's form only what belongs to what it waits for.
(() => {
  const form = document.querySelector("[data-own]");
  if (!form) return;
  const show = () => {
    const kind = form.querySelector("input[name=kind]:checked")?.value || "";
    for (const part of form.querySelectorAll("[data-when]")) {
      part.hidden = !part.dataset.when.split(" ").includes(kind);
    }
    const date = form.querySelector("[name=date]")?.value || "";
    for (const part of form.querySelectorAll("[data-dated]")) {
      part.hidden = !part.dataset.dated.split(" ").includes(date);
    }
  };
  form.addEventListener("change", show);
  show();
})();
