/* Present mode: one slide a screen. Arrow keys, space, Home, End; N notes, F full screen, Escape leaves. Without this
   script the slides stand below each other. */
"use strict";
(() => {
  const slides = [...document.querySelectorAll("[data-slide]")];
  if (!slides.length) return;
  const root = document.documentElement;
  const place = document.querySelector("[data-place]");
  const progress = document.querySelector(".present-progress");
  const timer = document.querySelector("[data-timer]");
  const notes = document.querySelector("[data-notes]");
  const leave = document.querySelector("[data-leave]");
  let at = 0;
  let since = Date.now();

  function show(index, { remember = true } = {}) {
    at = Math.min(Math.max(index, 0), slides.length - 1);
    slides.forEach((slide, i) => {
      slide.classList.toggle("now", i === at);
      slide.inert = i !== at;
    });
    slides[at].scrollTop = 0;
    place.textContent = `${at + 1} / ${slides.length}`;
    progress.value = at + 1;
    if (remember) history.replaceState(null, "", `#${slides[at].id}`);
  }

  function fromAddress() {
    const found = slides.findIndex((slide) => `#${slide.id}` === location.hash);
    show(found < 0 ? 0 : found, { remember: false });
  }

  function toggleNotes() {
    const on = root.classList.toggle("with-notes");
    notes.setAttribute("aria-pressed", String(on));
    redraw();
  }

  function toggleFull() {
    if (document.fullscreenElement) document.exitFullscreen();
    else root.requestFullscreen?.().catch(() => {});
  }

  /* Charts keep the height they were drawn with: a screen of another size draws them again. */
  let waiting = 0;
  function redraw() {
    clearTimeout(waiting);
    waiting = setTimeout(() => document.dispatchEvent(new CustomEvent("assay:theme")), 120);
  }

  function tick() {
    const seconds = Math.floor((Date.now() - since) / 1000);
    const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    timer.textContent = (h ? `${h}:${String(m).padStart(2, "0")}` : `${m}`) + `:${String(s).padStart(2, "0")}`;
  }

  const keys = {
    ArrowRight: () => show(at + 1), ArrowDown: () => show(at + 1), PageDown: () => show(at + 1), " ": () => show(at + 1),
    ArrowLeft: () => show(at - 1), ArrowUp: () => show(at - 1), PageUp: () => show(at - 1),
    Home: () => show(0), End: () => show(slides.length - 1), n: toggleNotes, f: toggleFull,
    Escape: () => { if (!document.fullscreenElement) location.assign(leave.href); },
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const onControl = event.target.closest("button, a, summary, input, textarea, select");
    if (onControl && (event.key === " " || event.key === "Enter")) return;
    const act = event.key === " " && event.shiftKey ? keys.ArrowLeft : keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  for (const button of document.querySelectorAll("[data-go]")) {
    button.addEventListener("click", () => show(at + Number(button.dataset.go)));
  }
  notes.addEventListener("click", toggleNotes);
  document.querySelector("[data-full]").addEventListener("click", toggleFull);
  timer.addEventListener("click", () => { since = Date.now(); tick(); });
  let touched = null;
  document.addEventListener("touchstart", (event) => { touched = event.changedTouches[0].clientX; }, { passive: true });
  document.addEventListener("touchend", (event) => {
    const moved = event.changedTouches[0].clientX - touched;
    if (Math.abs(moved) > 60) show(at + (moved < 0 ? 1 : -1));
  });
  window.addEventListener("hashchange", fromAddress);
  window.addEventListener("resize", redraw);
  document.addEventListener("fullscreenchange", redraw);
  root.classList.add("presenting");
  fromAddress();
  /* This script runs before the charts are drawn, so that they fit the screen from the start; the font may move them. */
  document.fonts?.ready.then(redraw);
  tick();
  setInterval(tick, 1000);
})();
