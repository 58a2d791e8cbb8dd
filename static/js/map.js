/* A heading dragged onto one of our columns is chosen there. The selects do the same without a mouse. */
"use strict";
(() => {
  const form = document.querySelector("[data-map]");
  if (!form) return;
  const used = () => {
    const chosen = new Set([...form.querySelectorAll("select[name^=from-]")].map((select) => select.value));
    for (const chip of form.querySelectorAll(".headings [data-heading]")) {
      chip.classList.toggle("used", chosen.has(chip.dataset.heading));
    }
  };
  form.addEventListener("change", used);
  used();
  for (const heading of document.querySelectorAll("[data-heading]")) {
    heading.addEventListener("dragstart", (event) => event.dataTransfer.setData("text/plain", heading.dataset.heading));
  }
  for (const place of form.querySelectorAll("[data-drop-heading]")) {
    place.addEventListener("dragover", (event) => {
      event.preventDefault();
      place.classList.add("over");
    });
    place.addEventListener("dragleave", () => place.classList.remove("over"));
    place.addEventListener("drop", (event) => {
      event.preventDefault();
      place.classList.remove("over");
      const select = place.querySelector("select");
      const wanted = event.dataTransfer.getData("text/plain");
      if (![...select.options].some((option) => option.value === wanted)) return;
      select.value = wanted;
      select.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
})();
