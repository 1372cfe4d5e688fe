/* What a person's pages keep on this machine: RG.locker. Each thing is sealed with a key that only
   their own pages carry, so it outlives the window, and who signs in after them neither reads nor
   sends it. Where the browser has no cryptography (plain http), it stays in this window. */
(() => {
  "use strict";
  const { who, locker } = document.body.dataset;
  const sealed = Boolean(locker && globalThis.crypto?.subtle);
  const store = sealed ? localStorage : sessionStorage;
  const mine = `rg:${who}:`;
  const LIFE = 14 * 24 * 3600 * 1000; // nobody comes back for what is older
  const held = new Map();
  const bytes = text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
  const text = found => btoa(String.fromCharCode(...new Uint8Array(found)));
  let key = null;
  let writing = Promise.resolve();

  async function seal(value) {
    const plain = JSON.stringify(value);
    if (!sealed) return { at: Date.now(), plain };
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, new TextEncoder().encode(plain));
    return { at: Date.now(), iv: text(iv), data: text(data) };
  }
  async function unseal(envelope) {
    if (envelope.plain !== undefined) return JSON.parse(envelope.plain);
    const data = await crypto.subtle.decrypt({ name: "AES-GCM", iv: bytes(envelope.iv) }, key, bytes(envelope.data));
    return JSON.parse(new TextDecoder().decode(data));
  }
  async function read(name, laid) {
    try {
      held.set(name, await unseal(JSON.parse(laid)));
    } catch {
      store.removeItem(mine + name); // of another key, or cut off: nobody opens it any more
    }
  }
  function sweep() {
    for (const name of Object.keys(store).filter(each => each.startsWith("rg:") && each.split(":").length > 2)) {
      try {
        if (JSON.parse(store.getItem(name)).at < Date.now() - LIFE) store.removeItem(name);
      } catch {
        store.removeItem(name);
      }
    }
  }
  async function open() {
    if (sealed) {
      const raw = Uint8Array.from(locker.match(/../g), pair => parseInt(pair, 16));
      key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
    }
    sweep();
    const names = Object.keys(store).filter(name => name.startsWith(mine));
    const unheld = names.map(name => name.slice(mine.length)).filter(name => !held.has(name));
    await Promise.all(unheld.map(name => read(name, store.getItem(mine + name))));
  }
  // One after the other, and always what is held by then: the last letter typed wins.
  function write(name) {
    writing = writing.then(async () => {
      try {
        if (held.has(name)) store.setItem(mine + name, JSON.stringify(await seal(held.get(name))));
        else store.removeItem(mine + name);
      } catch {
        /* a full or forbidden store must not stop the typing */
      }
    });
    return writing;
  }
  const ready = open().catch(() => {});
  addEventListener("storage", async event => {
    if (event.storageArea !== store || !event.key?.startsWith(mine)) return;
    const name = event.key.slice(mine.length);
    if (event.newValue === null) held.delete(name);
    else await read(name, event.newValue);
    document.dispatchEvent(new Event("rg:locker"));
  });
  const names = kind => [...held.keys()].filter(name => name.startsWith(`${kind}:`));
  const set = (name, value) => (held.set(name, value), ready.then(() => write(name)));
  const remove = name => (held.delete(name), ready.then(() => write(name)));
  window.RG = Object.assign(window.RG || {}, { locker: { ready, names, set, remove, get: name => held.get(name) } });
})();
