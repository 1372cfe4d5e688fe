/* A visit on the spot: the moment of the click goes along, and the position only where the person ticks it. */
(() => {
  "use strict";
  document.addEventListener("htmx:configRequest", event => {
    const form = event.detail.elt.closest("form[data-stamp]");
    if (form) event.detail.parameters.clicked_at = new Date().toISOString();
  });
  document.addEventListener("change", event => {
    const box = event.target;
    if (!box.matches("[data-position]")) return;
    const [latitude, longitude] = ["latitude", "longitude"].map(name => box.form.elements[name]);
    latitude.value = longitude.value = "";
    if (!box.checked || !navigator.geolocation) return (box.checked = false);
    // About 100 m is enough to say "there"; nothing finer leaves the phone.
    navigator.geolocation.getCurrentPosition(
      here => {
        latitude.value = here.coords.latitude.toFixed(3);
        longitude.value = here.coords.longitude.toFixed(3);
      },
      () => (box.checked = false),
      { timeout: 8000, maximumAge: 60000 },
    );
  });
})();
