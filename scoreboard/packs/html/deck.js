/* Replaces each drawing by one that answers to the pointer; without this script the drawing stays as it is. */
"use strict";
(() => {
  const SETTINGS = { displayModeBar: false, responsive: true, showTips: false, doubleClick: false, scrollZoom: false };
  const style = getComputedStyle(document.documentElement);

  function coloured(value) {
    if (typeof value === "string") return value.startsWith("--") ? style.getPropertyValue(value).trim() : value;
    if (Array.isArray(value)) return value.map(coloured);
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, coloured(each)]));
    }
    return value;
  }

  for (const frame of document.querySelectorAll(".plot[data-figure]")) {
    const source = document.getElementById(frame.dataset.figure).textContent;
    if (!source) continue;
    const { data, layout } = coloured(JSON.parse(source));
    const still = frame.innerHTML;
    frame.textContent = "";
    frame.classList.add("drawn");
    Plotly.newPlot(frame, data, { ...layout, height: 300 }, SETTINGS).catch(() => {
      frame.classList.remove("drawn");
      frame.innerHTML = still;
    });
  }
})();
