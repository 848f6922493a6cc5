// Keeps the open page up to date: when the server says that something changed, the page's live part is fetched anew and
// put in the place of the old one. No text from outside is ever made into markup here: the server has escaped it.
"use strict";

(() => {
  const leastMilliseconds = 1000;
  const clockMilliseconds = 2000;
  const live = () => document.getElementById("live");
  const pulse = document.getElementById("pulse");
  const pulseText = document.getElementById("pulse-text");
  let last = 0;
  let waiting = 0;
  let isFetching = false;
  let source;
  let wasOpen = false;

  function say(isLive, text) {
    pulse.classList.toggle("on", isLive);
    if (pulseText.textContent !== text) pulseText.textContent = text;
  }

  // While somebody writes or has opened a form, nothing is taken away under their hands.
  function isBusy() {
    const active = document.activeElement;
    const writes = active && live().contains(active) && /^(INPUT|SELECT|TEXTAREA|BUTTON)$/.test(active.tagName);
    return writes || live().querySelector("details[open]") !== null;
  }

  function schedule() {
    if (waiting) return;
    waiting = setTimeout(refresh, Math.max(0, last + leastMilliseconds - Date.now()));
  }

  async function refresh() {
    waiting = 0;
    if (isFetching || isBusy() || document.hidden) {
      last = Date.now();
      return schedule();
    }
    isFetching = true;
    last = Date.now();
    try {
      const reply = await fetch(location.pathname + location.search, { headers: { accept: "text/html" } });
      const text = await reply.text();
      const fresh = reply.ok && new DOMParser().parseFromString(text, "text/html").getElementById("live");
      if (fresh && !isBusy()) replace(fresh);
      // A page that is gone stays gone; everything else may be there the next time.
      else if (reply.status !== 404) schedule();
      if (source.readyState === EventSource.OPEN) say(true, "Live");
    } catch {
      say(false, "Not live");
      schedule();
    } finally {
      isFetching = false;
    }
  }

  function replace(fresh) {
    const old = live();
    const focused = document.activeElement && document.activeElement.id;
    const scrolled = [...old.querySelectorAll(".scroll")].map((part) => part.scrollLeft);
    old.replaceChildren(...fresh.childNodes);
    old.querySelectorAll(".scroll").forEach((part, index) => { part.scrollLeft = scrolled[index] || 0; });
    if (focused && document.getElementById(focused)) document.getElementById(focused).focus({ preventScroll: true });
  }

  function concerns(change) {
    const part = live();
    if (part.dataset.live !== "account") return true;
    // Of many accounts only the number is told.
    return change.accounts > change.names.length || change.alerts > 0 || change.names.includes(part.dataset.account);
  }

  function listen() {
    source = new EventSource("/api/v1/stream");
    source.addEventListener("open", () => {
      say(true, "Live");
      // What happened while nobody listened is on no stream any more.
      if (wasOpen) schedule();
      wasOpen = true;
    });
    source.addEventListener("error", () => {
      say(false, "Not live");
      // A refusal ends an EventSource for good.
      if (source.readyState === EventSource.CLOSED) setTimeout(listen, 5000);
    });
    source.addEventListener("change", (event) => { if (concerns(JSON.parse(event.data))) schedule(); });
  }

  // Of a drawing that is wider than the screen the newest is what is looked for.
  for (const chart of document.querySelectorAll(".scroll > .chart")) chart.parentElement.scrollLeft = 10000;
  listen();
  addEventListener("pagehide", () => source.close());
  if (live().dataset.live === "clock") setInterval(schedule, clockMilliseconds);
})();
