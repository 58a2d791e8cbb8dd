/* Keys that every page answers to: / searches, ? lists the keys, g and a letter leads to a page, [ and ] change the period.
   The list is the server's: a page that is not this person's has no key. */
"use strict";
(() => {
  const dialog = document.getElementById("keys");
  let leading = 0;

  const writing = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

  async function list() {
    if (!dialog.querySelector("dl")) {
      const answer = await fetch(dialog.dataset.keys, { headers: { "HX-Request": "true" } });
      if (!answer.ok) return false;
      dialog.querySelector("[data-list]").innerHTML = await answer.text();
    }
    return true;
  }

  async function go(key) {
    if (await list()) dialog.querySelector(`[data-go="${CSS.escape(key)}"]`)?.click();
  }

  async function open() {
    if (await list()) dialog.showModal();
  }

  document.addEventListener("keydown", (event) => {
    if (!dialog || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || writing(event.target)) return;
    const lead = performance.now() - leading < 1500;
    leading = 0;
    if (lead && /^[a-z]$/.test(event.key)) return void go(event.key);
    if (event.key === "g") leading = performance.now();
    else if (event.key === "?") open();
    else if (event.key === "/") location.assign(dialog.dataset.search);
    else if (event.key === "[") document.querySelector("a[rel=prev]")?.click();
    else if (event.key === "]") document.querySelector("a[rel=next]")?.click();
    else return;
    event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("[data-close]")) dialog.close();
  });
})();
