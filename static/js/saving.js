/* Hands drawings over as files. A chart of Plotly is given by charts.js; a drawing that came with the page
   (<figure data-drawing="name"> around an <svg>, with buttons data-save="png" and "svg") is copied with the look it has. */
"use strict";
globalThis.Saving = (() => {
  const LOOKS = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin", "opacity",
    "font-family", "font-size", "font-weight", "text-anchor", "display", "vector-effect"];

  function offer(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  /* `text` is the drawing as SVG, `paper` the colour behind it: a PNG has twice as many pixels as the drawing has points. */
  async function save(text, name, format, { width, height, paper }) {
    if (format === "svg") return offer(new Blob([text], { type: "image/svg+xml" }), `${name}.svg`);
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = width * 2;
    canvas.height = height * 2;
    const context = canvas.getContext("2d");
    context.fillStyle = paper;
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => offer(blob, `${name}.png`), "image/png");
  }

  /* A copy that needs no style sheet: each shape carries what it looks like now. */
  function copied(svg, width, height) {
    const copy = svg.cloneNode(true);
    const shapes = [svg, ...svg.querySelectorAll("*")];
    [copy, ...copy.querySelectorAll("*")].forEach((each, i) => {
      const look = getComputedStyle(shapes[i]);
      for (const name of LOOKS) each.setAttribute(name, look.getPropertyValue(name));
      each.removeAttribute("class");
    });
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    copy.setAttribute("width", width);
    copy.setAttribute("height", height);
    copy.setAttribute("overflow", "visible");
    return new XMLSerializer().serializeToString(copy);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-drawing] [data-save]");
    if (!button) return;
    const figure = button.closest("[data-drawing]");
    const svg = figure.querySelector("svg");
    const { width, height } = svg.getBoundingClientRect();
    const size = { width: Math.ceil(width), height: Math.ceil(height), paper: getComputedStyle(document.body).backgroundColor };
    save(copied(svg, size.width, size.height), figure.dataset.drawing, button.dataset.save, size);
  });
  return { save };
})();
