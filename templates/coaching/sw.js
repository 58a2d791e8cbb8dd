{% load static %}/* Keeps the page that logs sessions, and what it needs to be drawn, for when there is no network. Nothing else:
   no list of sessions, no notes. When the server says that the person may not see the page, what was kept goes. */
"use strict";
const PAGE = "{% filter escapejs %}{{ page }}{% endfilter %}";
const STATIC = "{% filter escapejs %}{% get_static_prefix %}{% endfilter %}";
const CACHE = "assay-coaching-1";

const address = (request) => new URL(typeof request === "string" ? request : request.url, self.location.origin);
const isPage = (request) => request.mode === "navigate" && address(request).pathname === PAGE;
const isAsset = (request) => address(request).origin === self.location.origin && address(request).pathname.startsWith(STATIC);

async function keepPage(response) {
  if (response.redirected || response.status === 401 || response.status === 403 || response.status === 404) {
    await caches.delete(CACHE);
  } else if (response.ok) {
    const cache = await caches.open(CACHE);
    await cache.put(PAGE, response.clone());
  }
  return response;
}

async function keepAssets(html) {
  const cache = await caches.open(CACHE);
  const found = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((m) => m[1]).filter((a) => address(a).pathname.startsWith(STATIC));
  await Promise.allSettled([...new Set(found)].map((a) => cache.add(a)));
}

async function fillCache() {
  const response = await fetch(PAGE, { credentials: "same-origin", redirect: "follow" });
  const html = await response.clone().text();
  await keepPage(response);
  if (response.ok && !response.redirected) await keepAssets(html);
}

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(fillCache().catch(() => undefined));
});

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) {
    if (name.startsWith("assay-coaching-") && name !== CACHE) await caches.delete(name);
  }
  await self.clients.claim();
})()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (isPage(request)) {
    event.respondWith(fetch(request).then(keepPage).catch(async () => (await caches.match(PAGE)) || Response.error()));
  } else if (isAsset(request)) {
    event.respondWith((async () => {
      try {
        const response = await fetch(request);
        if (response.ok) (await caches.open(CACHE)).put(request, response.clone());
        return response;
      } catch {
        return (await caches.match(request)) || Response.error();
      }
    })());
  }
});
