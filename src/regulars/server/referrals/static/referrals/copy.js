// Puts an address or a code into the clipboard; the button says that it did.
(() => {
  if (window.referralCopies) return; // the drawer brings this file each time it opens
  window.referralCopies = true;

  const by_hand = (text) => {
    const field = document.createElement("textarea");
    field.value = text;
    field.setAttribute("readonly", "");
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy"); // where a page is not served by https
    field.remove();
    return done;
  };

  const copied = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return by_hand(text);
    }
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copies]");
    if (button && (await copied(button.dataset.copies))) {
      button.querySelector("span").textContent = button.dataset.done;
    }
  });
})();
