/* Single keys: off inside fields, with a modifier, in an open dialog, and when switched off on this device. */
(() => {
  "use strict";
  const OFF = "regulars_keys=off";
  const YEAR = 365 * 24 * 3600;
  const cards = () => [...document.querySelectorAll("[data-card]")];
  const current = () => document.querySelector("[data-card].focus") || cards()[0];
  const off = () => document.cookie.split("; ").includes(OFF);

  function move(step) {
    const list = cards();
    if (!list.length) return;
    const at = list.findIndex(card => card.classList.contains("focus"));
    const next = list[Math.min(list.length - 1, Math.max(0, at < 0 ? 0 : at + step))];
    window.RG.focusCard(next);
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }
  function press(selector, inside = document) {
    const found = inside && inside.querySelector(selector);
    if (found) found.click();
    return Boolean(found);
  }
  function firstStep() {
    const card = current();
    return Boolean(card && card.classList.contains("s2")) && press("[data-next]:not([hidden])", card);
  }
  const actions = {
    "/": () => {
      const field = document.querySelector("[data-search]");
      if (field) field.focus(), field.select();
      return Boolean(field);
    },
    n: () => press("[data-key=n]"),
    j: () => (move(1), true),
    k: () => (move(-1), true),
    c: () => press("[data-call]", current()),
    z: () => press("[data-undo]"),
    "?": () => {
      const sheet = document.getElementById("shortcuts");
      if (sheet) sheet.showModal();
      return Boolean(sheet);
    },
  };
  for (const digit of [1, 2, 3, 4])
    actions[digit] = () => {
      const card = current();
      const found = card && card.querySelectorAll("[data-outcome]")[digit - 1];
      if (found) found.click();
      return Boolean(found);
    };

  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const field = event.target.closest("input, textarea, select, [contenteditable]");
    if (field || document.querySelector("dialog[open]")) return;
    if (event.key === "Enter" && event.target.matches("[data-card], [data-outcome], body") && firstStep()) return event.preventDefault();
    const action = actions[event.key.toLowerCase()];
    if (action && (event.key === "?" || !off()) && action()) event.preventDefault();
  });

  const box = document.querySelector("[data-keys-switch]");
  if (box) {
    box.checked = !off();
    box.addEventListener("change", () => {
      document.cookie = `regulars_keys=${box.checked ? "on" : "off"};path=/;max-age=${YEAR};samesite=lax`;
    });
  }
})();
