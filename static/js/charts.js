/* Draws the figures of a page: colours come from the theme's custom properties, and again when the theme changes.
   Each figure stands in a data block beside its frame: <div class="chart-plot" data-figure="id"> and <script id type=application/json>. */
"use strict";
(() => {
  const SETTINGS = { displayModeBar: false, responsive: true, showTips: false, doubleClick: false, scrollZoom: false };
  const probe = document.createElement("span");
  probe.hidden = true;

  function colour(name, known) {
    if (!known.has(name)) {
      probe.style.color = `var(${name})`;
      known.set(name, getComputedStyle(probe).color);
    }
    return known.get(name);
  }

  function coloured(value, known) {
    if (typeof value === "string") return value.startsWith("--") ? colour(value, known) : value;
    if (Array.isArray(value)) return value.map((each) => coloured(each, known));
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, coloured(each, known)]));
    }
    return value;
  }

  const isNarrow = (frame) => frame.clientWidth < 480;

  async function draw(frame) {
    const figure = JSON.parse(document.getElementById(frame.dataset.figure).textContent);
    const { data, layout } = coloured(figure, new Map());
    layout.height = frame.clientHeight || 300;
    const scale = Number(getComputedStyle(frame).getPropertyValue("--chart-scale")) || 1;
    if (scale !== 1) enlarge({ data, layout }, scale);
    frame.dataset.drawnAt = frame.clientWidth;
    if (isNarrow(frame)) narrow(data, layout);
    spaced(data, layout, frame.clientWidth);
    frame.classList.add("drawn");
    await Plotly.react(frame, data, layout, SETTINGS);
    frame.querySelector(".main-svg")?.setAttribute("aria-hidden", "true");
    if (figure.links.length && !frame.dataset.linked) {
      frame.dataset.linked = "yes";
      frame.on("plotly_click", (event) => {
        const link = figure.links[event.points[0].pointIndex];
        if (link) location.assign(link);
      });
    }
  }

  /* Words that are read from the back of a room: every font of the figure by one factor. */
  function enlarge(part, scale) {
    for (const [name, value] of Object.entries(part)) {
      if (!value || typeof value !== "object") continue;
      if (/font$/.test(name) && value.size) value.size = Math.round(value.size * scale);
      enlarge(value, scale);
    }
  }

  /* On a phone the labels over the columns would collide: the highest, the lowest and the last stay, the table has all. */
  function narrow(data, layout) {
    for (const trace of data) {
      if (trace.mode !== "text" || trace.x.length <= 8) continue;
      const known = trace.y.filter((y) => y !== null);
      const kept = new Set([trace.y.indexOf(Math.max(...known)), trace.y.indexOf(Math.min(...known)), trace.x.length - 1]);
      trace.text = trace.text.map((text, i) => (kept.has(i) ? text : ""));
    }
    layout.font.size = 11;
  }

  /* The steps of a bridge each need their name: where these do not fit side by side, the bridge lies on its side. */
  function lay(trace, layout) {
    const { tickvals, ticktext, ...names } = layout.xaxis;
    const values = layout.yaxis;
    const base = values.range;
    layout.xaxis = { ...values, ...(base && { range: [base[0], base[1] + (base[1] - base[0]) * 0.35] }) };
    layout.yaxis = { ...names, autorange: "reversed" };
    layout.hovermode = "y unified";
    layout.margin.r = 56;
    Object.assign(trace, { orientation: "h", x: trace.y, y: trace.x });
  }

  /* Of the words under columns and lines as many as fit side by side. */
  function spaced(data, layout, width) {
    const axis = layout.xaxis;
    if (!axis.tickvals) return;
    const longest = Math.max(...axis.ticktext.map((text) => text.length));
    const every = Math.ceil((axis.tickvals.length * (longest * axis.tickfont.size * 0.6 + 12)) / Math.max(width - 50, 1));
    if (every < 2) return;
    const bridge = data.find((trace) => trace.base && trace.orientation !== "h");
    if (bridge) {
      lay(bridge, layout);
      return;
    }
    axis.tickvals = axis.tickvals.filter((_, i) => i % every === 0);
    axis.ticktext = axis.ticktext.filter((_, i) => i % every === 0);
  }

  async function save(frame, format) {
    const width = Math.max(frame.clientWidth, 900);
    const height = frame.clientHeight;
    const svg = decodeURIComponent((await Plotly.toImage(frame, { format: "svg", width, height })).split(",").slice(1).join(","));
    return Saving.save(svg, frame.dataset.name, format, { width, height, paper: colour("--card", new Map()) });
  }

  function drawAll() {
    for (const frame of document.querySelectorAll(".chart-plot[data-figure]")) draw(frame);
  }

  document.body.append(probe);
  drawAll();
  document.addEventListener("assay:theme", drawAll);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  /* A phone that is turned, a window that is pulled wider: what was left out for want of room comes back. */
  let waiting;
  window.addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      for (const frame of document.querySelectorAll(".chart-plot.drawn")) {
        if (frame.dataset.drawnAt !== String(frame.clientWidth)) draw(frame);
      }
    }, 150);
  });
  window.addEventListener("beforeprint", () => {
    document.documentElement.style.colorScheme = "light";
    drawAll();
    for (const svg of document.querySelectorAll(".chart-plot .main-svg")) {
      svg.setAttribute("viewBox", `0 0 ${svg.getAttribute("width")} ${svg.getAttribute("height")}`);
    }
  });
  window.addEventListener("afterprint", () => {
    document.documentElement.style.colorScheme = "";
    for (const svg of document.querySelectorAll(".chart-plot .main-svg")) svg.removeAttribute("viewBox");
    drawAll();
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest(".chart [data-save]");
    if (button) save(button.closest(".chart").querySelector(".chart-plot"), button.dataset.save);
  });
})();
