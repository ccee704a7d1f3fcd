// What every page does: keys that make a sending count once, quick exit, delays that keep going, the locked session.
"use strict";

const pole = (() => {
  const words = document.getElementById("words")?.dataset ?? {};
  const say = (sentence, values = {}) => sentence.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

  /** A fresh UUID, also where the page came over plain HTTP from the same machine. */
  function uuid() {
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  }

  const token = () => document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";

  // ---- The locked session -----------------------------------------------------------------------------------
  // The dialog covers the page; what was typed stays beneath it. `pole:unlocked` tells the autosaver to go on.
  const locked = document.getElementById("locked");
  const note = document.querySelector("[data-locked-note]");
  locked?.addEventListener("cancel", (event) => event.preventDefault());
  function lock() {
    if (locked && !locked.open) locked.showModal();
  }

  /** Is the person who opened this page still the one signed in? If so, take over the form token of the day. */
  async function stillHere() {
    const { user, check } = document.body.dataset;
    const headers = { Polling: "1", "Idempotency-Key": uuid() }; // the key asks for a 401 rather than a redirect
    const answer = await fetch(check, { headers, redirect: "manual" }).catch(() => null);
    if (!answer || answer.status >= 500) {
      announce(words.failed);
      return false;
    }
    const now = answer.ok ? await answer.json() : {};
    if (now.user === user) {
      for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = now.token;
      return true;
    }
    lock();
    note.textContent = now.user ? words.otherPerson : "";
    return false;
  }
  async function unlock() {
    if (!await stillHere()) return;
    note.textContent = "";
    locked.close();
    document.dispatchEvent(new Event("pole:unlocked"));
  }
  document.querySelector("[data-unlock]")?.addEventListener("click", unlock);
  window.addEventListener("focus", () => locked?.open && unlock());

  // ---- Requests of htmx ---------------------------------------------------------------------------------------
  document.addEventListener("htmx:configRequest", (event) => {
    const { headers, verb, elt } = event.detail;
    headers["Idempotency-Key"] = uuid();
    if (verb !== "get") headers["X-CSRFToken"] = token();
    if (elt.closest("[data-polling]")) headers.Polling = "1";
  });
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status === 401) lock();
    else if (!event.detail.elt.closest("[data-polling]")) announce(words.failed);
  });
  document.addEventListener("htmx:sendError", (event) => {
    if (!event.detail.elt.closest("[data-polling]")) announce(words.failed);
  });
  // A form that came back with errors is shown, though its status says it was refused.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status === 422) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });

  let silence = null;
  function announce(sentence) {
    const live = document.getElementById("live");
    live.textContent = sentence;
    clearTimeout(silence);
    silence = setTimeout(() => { live.textContent = ""; }, 10000);
  }

  // ---- One click, one sending, and none into the void --------------------------------------------------------
  // Before a form replaces the page, ask whether it will be heard: a dead line or a session that has ended would
  // take along what was typed. Forms that leave the page on purpose (data-leaves) need not ask.
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const byHtmx = form.matches("[hx-post]");
    if (form.method !== "post" && !byHtmx) return;
    if (form.dataset.sent === "heard") {
      form.dataset.sent = "on its way";
      return;
    }
    if (form.dataset.sent) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    const submitter = event.submitter;
    form.dataset.sent = "on its way";
    submitter?.setAttribute("aria-busy", "true");
    setTimeout(() => release(form), 10000); // a download or a dropped line leaves the page where it is
    if (byHtmx || !document.body.dataset.check || form.matches("[data-leaves]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!await stillHere()) return release(form);
    form.dataset.sent = "heard";
    form.requestSubmit(submitter);
  }, true);
  function release(form) {
    delete form.dataset.sent;
    for (const busy of form.querySelectorAll("[aria-busy]")) busy.removeAttribute("aria-busy");
  }
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt.closest("form");
    if (form) release(form);
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));

  // ---- Words of a form that is not being sent -----------------------------------------------------------------
  // A page may hold several forms, and sending one replaces it. Autosaved forms ask for themselves.
  const UNSENT = "form[method=post]:not([data-autosave], [data-sent]) textarea";
  window.addEventListener("beforeunload", (event) => {
    const unsent = [...document.querySelectorAll(UNSENT)].some((area) => area.value !== area.defaultValue);
    if (leave.now || !unsent) return;
    event.preventDefault();
    // Whoever stays may send again at once; whoever goes is gone by then.
    setTimeout(() => document.querySelectorAll("form[data-sent]").forEach(release), 500);
  });

  // ---- Quick exit ---------------------------------------------------------------------------------------------
  const leave = { now: false };
  function exit() {
    leave.now = true; // nothing may ask "leave this page?" now
    document.documentElement.hidden = true;
    location.replace(document.body.dataset.quickExit);
  }
  let presses = [];
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.repeat || !document.body.dataset.quickExit) return;
    presses = [...presses.filter((at) => event.timeStamp - at < 1500), event.timeStamp];
    if (presses.length === 3) exit();
  }, true);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-exit]")) {
      event.preventDefault();
      exit();
    }
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
    if (event.target.closest("[data-print]")) window.print();
  });

  // ---- Delays ---------------------------------------------------------------------------------------------------
  function span(minutes) {
    if (minutes < 60) return say(words.minutes, { n: minutes });
    if (minutes < 48 * 60) {
      return say(words.hours, { h: Math.floor(minutes / 60), m: String(minutes % 60).padStart(2, "0") });
    }
    return say(words.days, { n: Math.floor(minutes / (24 * 60)) });
  }
  function refresh() {
    for (const time of document.querySelectorAll("time[data-countdown]")) {
      const minutes = Math.round((new Date(time.dateTime) - Date.now()) / 60000);
      const sentence = minutes === 0 ? words.now : minutes > 0 ? words.dueIn : words.overdue;
      time.textContent = say(sentence, { span: span(Math.abs(minutes)) });
      time.closest(".countdown")?.classList.toggle("countdown-late", minutes < 0);
    }
  }
  setInterval(refresh, 20000);

  for (const button of document.querySelectorAll("[data-print]")) button.hidden = false;
  document.querySelector("[data-focus]")?.focus();

  return { words, say, uuid, token, lock, stillHere, leave };
})();
