/* A signature, drawn with a finger, a pen or the mouse, and sent as a small picture. Without a canvas the
   name is typed: the field for it is there in any case. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-sign]");
  if (!form) return;
  const pad = form.querySelector("[data-pad]");
  const ink = pad.getContext && pad.getContext("2d");
  if (!ink) return;
  form.querySelector("[data-pad-box]").hidden = false;
  let drawn = false;

  function clear() {
    ink.fillStyle = "#fff";
    ink.fillRect(0, 0, pad.width, pad.height);
    ink.strokeStyle = "#17201c";
    ink.lineWidth = 3.5;
    ink.lineCap = ink.lineJoin = "round";
    drawn = false;
  }
  function place(event) {
    const box = pad.getBoundingClientRect();
    return [((event.clientX - box.left) * pad.width) / box.width, ((event.clientY - box.top) * pad.height) / box.height];
  }
  pad.addEventListener("pointerdown", event => {
    event.preventDefault();
    pad.setPointerCapture(event.pointerId);
    ink.beginPath();
    ink.moveTo(...place(event));
  });
  pad.addEventListener("pointermove", event => {
    if (!pad.hasPointerCapture(event.pointerId)) return;
    // Fast fingers: every point between two frames, where the browser tells them.
    const points = event.getCoalescedEvents ? event.getCoalescedEvents() : [event];
    for (const point of points.length ? points : [event]) ink.lineTo(...place(point));
    ink.stroke();
    drawn = true;
  });
  form.querySelector("[data-pad-clear]").addEventListener("click", clear);
  form.addEventListener("submit", () => {
    form.elements.drawn.value = drawn ? pad.toDataURL("image/png") : "";
  });
  clear();
})();
