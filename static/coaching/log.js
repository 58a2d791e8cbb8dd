/* The phone's page: shows what belongs to the chosen rep, keeps what is typed, and sends through the queue. */
"use strict";
(() => {
  const form = document.querySelector("[data-log]");
  if (!form) return;
  const { user } = form.dataset;
  const where = { user, action: form.getAttribute("action"), token: form.dataset.token };
  const status = document.getElementById("queue");
  const box = document.getElementById("details");
  const DRAFT = `assay.coaching.draft.${user}`;
  const RETRY_MS = 15000;

  /* What is chosen ------------------------------------------------------------------------------------------------ */
  const boxes = () => [...form.querySelectorAll('input[name="rep"]')];
  const far = form.querySelector("#far");
  const chosen = () => [...boxes().filter((b) => b.checked).map((b) => b.value), ...(far?.value ? [far.value] : [])];
  const kind = () => form.querySelector('input[name="kind"]:checked')?.value;

  async function fetchDetails(rep) {
    try {
      const response = await fetch(form.dataset.details.replace("/0/", `/${rep}/`));
      if (!response.ok || response.redirected) return;
      const part = document.createElement("template");
      part.innerHTML = await response.text();
      if (!box.querySelector(`[data-rep="${rep}"]`)) box.append(part.content);
      showDetails();
    } catch { /* without a network there are no deals to link, and the session can be logged all the same */ }
  }

  function showDetails() {
    const now = new Set(chosen());
    for (const part of box.querySelectorAll("[data-rep]")) part.hidden = part.disabled = !now.has(part.dataset.rep);
  }

  form.addEventListener("change", (event) => {
    const { target } = event;
    if (target.name === "rep") {
      /* A one-on-one has one rep: a second tap changes one's mind. */
      if (kind() !== "group") {
        for (const other of boxes()) if (other !== target) other.checked = false;
        if (far && target !== far) far.value = "";
      }
      if (target === far && far.value) fetchDetails(far.value);
      showDetails();
    }
    if (target.name === "minutes") form.elements.minutes_other.value = "";
    if (target.name === "topic") form.elements.topic_other.value = "";
    if (target.name === "due") form.elements.due_on.value = "";
    keepDraft();
  });
  form.addEventListener("input", () => keepDraft());

  /* What is typed is kept ------------------------------------------------------------------------------------------ */
  const body = () => new URLSearchParams(new FormData(form));
  const localDay = () => {
    const now = new Date();
    return new Date(now - now.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
  };
  const untouched = () => {
    const fields = body();
    return !fields.getAll("rep").some(Boolean) && !["commitment", "notes", "topic_other"].some((f) => fields.get(f));
  };
  function keepDraft() {
    try {
      if (untouched()) localStorage.removeItem(DRAFT);
      else localStorage.setItem(DRAFT, body().toString());
    } catch { /* the phone's storage is full or closed: the page still works */ }
  }
  function fill(text) {
    const fields = new URLSearchParams(text);
    for (const element of form.elements) {
      if (!element.name || ["csrfmiddlewaretoken", "client_key"].includes(element.name)) continue;
      if (element.type === "checkbox" || element.type === "radio") element.checked = fields.getAll(element.name).includes(element.value);
      else if (element.name === "rep") element.value = fields.getAll("rep").find((v) => [...element.options].some((o) => o.value === v)) || "";
      else if (fields.has(element.name)) element.value = fields.get(element.name);
    }
    showDetails();
  }
  function clear() {
    const held = form.elements.held_on.defaultValue;
    form.reset();
    form.elements.held_on.value = held < localDay() ? localDay() : held;
    for (const b of boxes()) b.checked = false;
    for (const promise of box.querySelectorAll("[data-rep]")) promise.hidden = promise.disabled = true;
    form.querySelector('input[name="plan"]')?.remove();
    localStorage.removeItem(DRAFT);
  }

  /* Sending --------------------------------------------------------------------------------------------------------- */
  function say(text, tone, actions = []) {
    status.replaceChildren(document.createTextNode(text));
    status.className = `notice notice-${tone}`;
    for (const { label, act } of actions) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-small";
      button.textContent = label;
      button.addEventListener("click", act);
      status.append(button);
    }
    status.hidden = false;
  }
  const count = (n) => (n === 1 ? "1 session" : `${n} sessions`);

  function report(outcome, sent) {
    const refused = coachingQueue.of(user).find((entry) => entry.reason);
    const waiting = coachingQueue.of(user).length;
    if (refused) {
      const mend = () => { fill(refused.body); coachingQueue.remove(refused.key); say("Mend it and save again.", "warn"); };
      const drop = () => { coachingQueue.remove(refused.key); report(outcome, false); };
      say(`A session could not be saved. ${refused.reason}`, "bad", [{ label: "Mend it", act: mend }, { label: "Discard", act: drop }]);
    } else if (!waiting) {
      if (sent) say("Saved.", "good");
      else status.hidden = true;
    } else if (outcome === "signed out") say(`${count(waiting)} kept on this phone. Sign in again to send.`, "warn");
    else say(`${count(waiting)} kept on this phone. It goes out by itself when the network is back.`, "warn");
  }

  let timer = null;
  async function flush() {
    clearTimeout(timer);
    const before = coachingQueue.of(user).length;
    if (!before) return;
    const outcome = await coachingQueue.flush(where);
    report(outcome, coachingQueue.of(user).length < before);
    if (outcome === "offline") timer = setTimeout(flush, RETRY_MS);
  }

  form.addEventListener("submit", (event) => {
    const fields = body();
    const key = coachingQueue.newKey();
    fields.set("client_key", key);
    fields.delete("csrfmiddlewaretoken");
    try {
      coachingQueue.add({ key, user, body: fields.toString() });
    } catch {
      return; /* no storage: send it as a plain form */
    }
    event.preventDefault();
    if (!fields.getAll("rep").some(Boolean)) {
      coachingQueue.remove(key);
      say("Choose whom you coached.", "bad");
      form.querySelector('input[name="rep"]')?.focus();
      return;
    }
    clear();
    say("Saving…", "good");
    window.scrollTo({ top: 0 });
    flush();
  });

  /* Beginning ------------------------------------------------------------------------------------------------------- */
  window.addEventListener("online", flush);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) flush(); });
  if (form.elements.held_on.value < localDay() && !location.search) form.elements.held_on.value = localDay();
  const draft = localStorage.getItem(DRAFT);
  if (draft && untouched() && !location.search) fill(draft);
  showDetails();
  flush();
  if ("serviceWorker" in navigator && window.isSecureContext) {
    navigator.serviceWorker.register(form.dataset.worker).catch(() => undefined);
  }
})();
