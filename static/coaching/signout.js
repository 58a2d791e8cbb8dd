/* Whoever signs out leaves nothing of coaching on the phone: not the page kept for want of a network, not what was being
   typed, not what waits to be sent. Before unsent sessions go, they are asked. Loaded by
   each page of coaching, and of use on every page with a way out; a second copy does nothing. See docs/adr/0005. */
"use strict";
(() => {
  if (window.assaySignOut) return;
  window.assaySignOut = true;
  const CACHES = "assay-coaching-";
  const OURS = "assay.coaching.";
  const QUEUE = "assay.coaching.queue";
  const PATIENCE_MS = 1500;

  const waiting = () => {
    try {
      return JSON.parse(localStorage.getItem(QUEUE) || "[]").length;
    } catch {
      return 0;
    }
  };
  const forget = async () => {
    try {
      for (const name of Object.keys(localStorage)) if (name.startsWith(OURS)) localStorage.removeItem(name);
    } catch { /* storage is closed: then there is nothing in it */ }
    if (!("caches" in window)) return;
    for (const name of await caches.keys()) if (name.startsWith(CACHES)) await caches.delete(name);
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!/\/logout\/?$/.test(new URL(form.action, location.href).pathname)) return;
    event.preventDefault();
    const unsent = waiting();
    const words = unsent === 1 ? "1 coaching session on this phone has" : `${unsent} coaching sessions on this phone have`;
    if (unsent && !window.confirm(`${words} not been sent. Sign out and discard?`)) return;
    const patience = new Promise((done) => { setTimeout(done, PATIENCE_MS); });
    Promise.race([forget().catch(() => undefined), patience]).finally(() => form.submit());
  });
})();
