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

  /* As many names and labels as have room. */
  function fit(data, layout, width) {
    const axis = layout.xaxis;
    if (axis.tickvals) {
      const every = Math.ceil((axis.tickvals.length * 56) / Math.max(width - 60, 1));
      const last = axis.tickvals.length - 1;
      axis.tickvals = axis.tickvals.filter((_, i) => (last - i) % every === 0);
      axis.ticktext = axis.ticktext.filter((_, i) => (last - i) % every === 0);
    }
    if (width > 520) return;
    if (!axis.tickvals) axis.nticks = 3;
    for (const trace of data) {
      if (trace.text && trace.textfont && trace.x.length > 6) trace.textfont = { ...trace.textfont, size: 9 };
      if (trace.mode !== "text" || trace.x.length <= 8) continue;
      const known = trace.y.filter((y) => y !== null);
      const kept = [trace.y.indexOf(Math.max(...known)), trace.y.indexOf(Math.min(...known)), trace.x.length - 1];
      trace.text = trace.text.map((text, i) => (kept.includes(i) ? text : ""));
    }
  }

  for (const frame of document.querySelectorAll(".plot[data-figure]")) {
    const source = document.getElementById(frame.dataset.figure).textContent;
    if (!source) continue;
    const { data, layout } = coloured(JSON.parse(source));
    fit(data, layout, frame.clientWidth);
    const still = frame.innerHTML;
    frame.textContent = "";
    frame.classList.add("drawn");
    Plotly.newPlot(frame, data, { ...layout, height: 300 }, SETTINGS).catch(() => {
      frame.classList.remove("drawn");
      frame.innerHTML = still;
    });
  }
})();
