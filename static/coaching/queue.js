/* Sessions that wait on this phone until the server has them. Each carries its own unguessable key, so that the server
   takes it in once however often it is sent. An entry belongs to the person who typed it and is sent only as them. */
"use strict";
const coachingQueue = (() => {
  const NAME = "assay.coaching.queue";

  const all = () => {
    try {
      return JSON.parse(localStorage.getItem(NAME) || "[]");
    } catch {
      return [];
    }
  };
  const write = (entries) => localStorage.setItem(NAME, JSON.stringify(entries));
  const of = (user) => all().filter((entry) => entry.user === user);
  const add = (entry) => write([...all(), entry]);
  const remove = (key) => write(all().filter((entry) => entry.key !== key));
  const refuse = (key, reason) => write(all().map((entry) => (entry.key === key ? { ...entry, reason } : entry)));

  /* Not crypto.randomUUID: that is missing where the page came over plain http. */
  const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");

  async function pass(address, user) {
    const response = await fetch(address, { headers: { Accept: "application/json" }, cache: "no-store" });
    const answer = response.ok ? await response.json() : { user: null };
    return answer.user === user ? answer.csrf : null;
  }

  async function sendOne(entry, address, csrf) {
    const response = await fetch(address, {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRFToken": csrf },
      body: new URLSearchParams(entry.body),
      redirect: "error",
    });
    if (response.ok) remove(entry.key);
    else if (response.status === 400) refuse(entry.key, Object.values((await response.json()).errors).join(" "));
    else throw new Error(`the server answered ${response.status}`);
  }

  /* "sent", "signed out" or "offline"; what was not taken in stays. */
  let busy = null;
  async function flush({ user, action, token }) {
    const waiting = of(user).filter((entry) => !entry.reason);
    if (!waiting.length) return "sent";
    if (navigator.onLine === false) return "offline";
    try {
      const csrf = await pass(token, user);
      if (!csrf) return "signed out";
      for (const entry of waiting) await sendOne(entry, action, csrf);
      return "sent";
    } catch {
      return "offline";
    }
  }
  const flushOnce = (where) => {
    busy ||= flush(where).finally(() => { busy = null; });
    return busy;
  };

  return { of, add, remove, newKey, flush: flushOnce };
})();
