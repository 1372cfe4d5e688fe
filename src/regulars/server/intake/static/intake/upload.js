/* Send a large file in parts, show how far it is, and go on where it broke off. */
(() => {
  const PART = 4 * 1024 * 1024;
  const PAUSES = [500, 1000, 2000, 4000, 8000, 15000];

  const form = document.querySelector("form[data-upload]");
  if (!form || !window.FileReader) return;
  const input = form.querySelector("input[type=file]");
  const meter = form.querySelector("[data-upload-meter]");
  const bar = meter.querySelector("progress");
  const words = meter.querySelector("[data-upload-words]");
  const button = form.querySelector("button[type=submit]");
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  let leaving = false;

  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  const mega = (n) => (n / 1048576).toFixed(n < 10485760 ? 1 : 0);

  async function ask(address, body, kind) {
    const headers = { "X-CSRFToken": token, Accept: "application/json" };
    if (kind) headers["Content-Type"] = kind;
    const answer = await fetch(address, { method: "POST", headers, body, credentials: "same-origin" });
    let told = {};
    try { told = await answer.json(); } catch (_) { /* a page instead of an answer */ }
    return { status: answer.status, told };
  }

  /* Ask again while the server does not answer: it may be starting anew. */
  async function patiently(address, fields) {
    for (const pause of [...PAUSES, 0]) {
      const answer = await ask(address, fields).catch(() => ({ status: 0, told: {} }));
      if ((answer.status && answer.status < 500) || !pause) return answer;
      words.textContent = form.dataset.uploadWaiting;
      await wait(pause);
    }
  }

  function show(sent, size, rate) {
    bar.value = size ? sent / size : 0;
    const speed = rate ? ` · ${mega(rate)} MB/s` : "";
    words.textContent = `${mega(sent)} / ${mega(size)} MB${speed}`;
  }

  function fail(sentence) {
    leaving = false;
    button.disabled = false;
    words.textContent = sentence || form.dataset.uploadFailed;
    meter.classList.add("dng");
  }

  async function send(file) {
    const fields = new URLSearchParams(new FormData(form));
    fields.delete("file");
    fields.set("name", file.name);
    fields.set("size", file.size);
    fields.set("mark", String(file.lastModified));
    const begun = await patiently(form.dataset.upload, fields);
    if (begun.status !== 200) return fail(begun.told.problem);
    let sent = begun.told.offset, tries = 0;
    const from = sent, began = Date.now();
    while (sent < file.size) {
      show(sent, file.size, sent > from ? (sent - from) / ((Date.now() - began) / 1000) : 0);
      let answer;
      try {
        const part = file.slice(sent, Math.min(sent + PART, file.size));
        answer = await ask(`${begun.told.part}?offset=${sent}`, part, "application/octet-stream");
      } catch (_) { answer = { status: 0, told: {} }; }
      if (answer.status === 200 || answer.status === 409) {
        sent = answer.told.offset;
        tries = 0;
      } else if (answer.status >= 400 && answer.status < 500) {
        return fail(answer.told.problem);
      } else {
        if (tries >= PAUSES.length) return fail("");
        words.textContent = form.dataset.uploadWaiting;
        await wait(PAUSES[tries++]);
        const seen = await ask(form.dataset.upload, fields).catch(() => null);
        if (seen && seen.status === 200) sent = seen.told.offset;
      }
    }
    show(file.size, file.size, 0);
    words.textContent = form.dataset.uploadLooking;
    let ended = await ask(begun.told.end, fields).catch(() => ({ status: 0, told: {} }));
    if (!ended.status || ended.status >= 500) {
      await wait(PAUSES[0]);
      ended = await patiently(begun.told.end, fields);
      // It was taken before the connection broke: the list of imports shows it first.
      if (ended.status === 404) ended = { status: 200, told: { address: window.location.href } };
    }
    if (ended.status !== 200) return fail(ended.told.problem);
    leaving = false;
    window.location.assign(ended.told.address);
  }

  form.addEventListener("submit", (event) => {
    const file = input.files && input.files[0];
    if (!file || !file.size) return;
    event.preventDefault();
    leaving = true;
    button.disabled = true;
    meter.hidden = false;
    meter.classList.remove("dng");
    send(file).catch(() => fail(""));
  });
  window.addEventListener("beforeunload", (event) => { if (leaving) event.preventDefault(); });
})();
