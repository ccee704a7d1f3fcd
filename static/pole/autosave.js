// Drafts go to the server a few seconds after typing stops. What could not be sent stays in the open page and is
// tried again; nothing is ever put into the browser's storage.
//
// <form data-autosave="/address" data-autosave-note="#id">: changed fields are posted with the form's hidden ones
// (token, key). 2xx: saved, event `pole:saved` on the form. 422 with {"errors": {"field": "sentence"}}: said, not
// retried until changed. 401: the session is locked. No answer or 5xx: again, ever more patiently.
"use strict";

(() => {
  const PAUSE = { typed: 2000, chosen: 300 };
  const PATIENCE = [2000, 4000, 8000, 15000, 30000];
  const savers = [];

  function saver(form) {
    const note = document.querySelector(form.dataset.autosaveNote) ?? addNote(form);
    const unsent = new Set(); // names of fields changed since the last success
    const known = new Map(); // what the server has, by name: leaving a field says "change" though it was saved
    for (const { name } of form.elements) if (name) known.set(name, valueOf(name));
    let timer = null, key = null, sending = false, failures = 0, held = false, renewed = false;

    const show = (state, sentence) => {
      note.dataset.state = state;
      if (note.textContent !== sentence) note.textContent = sentence;
    };
    function valueOf(name) {
      return JSON.stringify(new FormData(form).getAll(name));
    }
    const later = (delay) => {
      clearTimeout(timer);
      timer = setTimeout(send, delay);
    };

    function payload(names) {
      const data = new URLSearchParams();
      const all = new FormData(form);
      for (const name of names) {
        const values = all.getAll(name).filter((value) => typeof value === "string");
        if (values.length === 0) data.append(name, ""); // an unticked box is an answer too
        for (const value of values) data.append(name, value);
      }
      data.set("csrfmiddlewaretoken", pole.token());
      return data;
    }

    async function send() {
      clearTimeout(timer);
      if (sending || held || unsent.size === 0) return;
      sending = true;
      const names = [...unsent];
      const values = names.map(valueOf);
      unsent.clear();
      for (const name of names) known.delete(name); // until an answer comes, nobody knows what the server has
      key ??= pole.uuid();
      show("saving", pole.words.saving);
      const body = payload(names);
      let answer = null;
      try {
        answer = await fetch(form.dataset.autosave, {
          method: "POST",
          body,
          headers: { "Idempotency-Key": key, "X-Requested-With": "autosave" },
          keepalive: body.toString().length < 60000, // outlives the page; browsers refuse it for more
          redirect: "manual",
        });
      } catch { /* no answer: below */ }
      sending = false;
      if (answer?.ok) {
        names.forEach((name, index) => known.set(name, values[index]));
        return saved();
      }
      const changedMeanwhile = unsent.size > 0;
      for (const name of names) unsent.add(name);
      if (answer?.status === 403 && !renewed) {
        // Signing in elsewhere changes the form's token. Not the same person, or nobody: the dialog says so.
        renewed = true;
        held = !await pole.stillHere();
        if (held) return show("unsaved", pole.words.unsaved);
        return later(0);
      }
      if (answer && answer.status >= 400 && answer.status < 500 && answer.status !== 401 && answer.status !== 429) {
        key = null;
        return refused(answer, changedMeanwhile);
      }
      if (changedMeanwhile) key = null; // other content, another sending
      if (answer?.status === 401 || answer?.type === "opaqueredirect") { // sent elsewhere: to sign in
        held = true;
        show("unsaved", pole.words.unsaved);
        return pole.lock();
      }
      show("unsaved", pole.words.unsaved);
      later(PATIENCE[Math.min(failures++, PATIENCE.length - 1)]);
    }

    function saved() {
      key = null;
      renewed = false;
      failures = 0;
      const time = new Date().toLocaleTimeString("fr-BE", { hour: "2-digit", minute: "2-digit" });
      show("saved", pole.say(pole.words.saved, { time }));
      form.dispatchEvent(new CustomEvent("pole:saved", { bubbles: true }));
      if (unsent.size > 0) later(PAUSE.chosen);
    }

    async function refused(answer, changedMeanwhile) {
      let sentences = [];
      try {
        sentences = Object.values((await answer.json()).errors);
      } catch { /* not for us: the plain sentence */ }
      const reason = sentences.join(" ");
      show("refused", reason ? pole.say(pole.words.refused, { reason }) : pole.words.refusedPlain);
      if (changedMeanwhile) later(PAUSE.typed);
    }

    function changed(event) {
      const { name } = event.target;
      if (!name || name === "csrfmiddlewaretoken") return;
      if (!sending && known.get(name) === valueOf(name)) {
        unsent.delete(name);
        return;
      }
      unsent.add(name);
      key = sending ? key : null;
      failures = 0;
      later(event.type === "input" && event.target.matches("textarea, input:not([type=radio], [type=checkbox])")
        ? PAUSE.typed : PAUSE.chosen);
    }

    form.addEventListener("input", changed);
    form.addEventListener("change", changed);
    form.addEventListener("focusout", () => { if (unsent.size && !sending && failures === 0) later(PAUSE.chosen); });
    form.addEventListener("submit", () => { clearTimeout(timer); unsent.clear(); }); // the form itself carries all
    document.addEventListener("pole:unlocked", () => { held = false; send(); });
    window.addEventListener("online", send);
    return { pending: () => unsent.size > 0 || sending };
  }

  function addNote(form) {
    const note = document.createElement("p");
    note.className = "saved-note";
    note.setAttribute("aria-live", "polite");
    form.append(note);
    return note;
  }

  for (const form of document.querySelectorAll("form[data-autosave]")) savers.push(saver(form));
  window.addEventListener("beforeunload", (event) => {
    if (!pole.leave.now && savers.some((each) => each.pending())) event.preventDefault();
  });
})();
