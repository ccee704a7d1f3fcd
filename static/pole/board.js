// The open board, or the inbox over several of them: keys beside its buttons, and a sign when something new waits.
"use strict";

(() => {
  const board = document.querySelector("[data-board]");
  if (!board) return;
  const links = () => [...document.querySelectorAll("[data-row] [data-open]")];

  // ---- Keys: each does what a button on the page does -------------------------------------------------------
  function move(step) {
    const all = links();
    const row = document.activeElement?.closest("[data-row]");
    const at = all.findIndex((link) => link.closest("[data-row]") === row);
    const next = all[at < 0 ? 0 : Math.min(Math.max(at + step, 0), all.length - 1)];
    next?.focus();
    next?.closest("[data-row]").scrollIntoView({ block: "nearest" });
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target.closest("input:not([type=checkbox]), select, textarea")) return;
    if (event.key === "j" || event.key === "k") {
      move(event.key === "j" ? 1 : -1);
    } else if (event.key === "x") {
      document.activeElement?.closest("[data-row]")?.querySelector("[data-tick]")?.click();
    } else {
      const button = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
      if (!button) return;
      button.scrollIntoView({ block: "nearest" });
      button.click();
      if (button.matches("summary")) button.focus();
    }
    event.preventDefault();
  });

  // ---- Something new: the counter of the navigation says so -------------------------------------------------
  const title = document.title;
  let before = null;
  document.addEventListener("htmx:afterSettle", (event) => {
    if (!event.target.matches(board.dataset.board || ".rail-count")) return;
    // The number stands twice: the second time in words, for who hears the page.
    const count = parseInt(event.target.firstElementChild?.textContent, 10) || 0;
    if (board.dataset.flag === "on") document.title = count ? `(${count}) ${title}` : title;
    if (before !== null && count > before) {
      board.querySelector("[data-news]").hidden = false;
      if (board.dataset.sound === "on") sound();
    }
    before = count;
  });

  /** Two short notes; a browser that wants a gesture first stays silent. */
  function sound() {
    const audio = new AudioContext();
    [660, 880].forEach((pitch, place) => {
      const note = audio.createOscillator();
      const volume = audio.createGain();
      const start = audio.currentTime + place * 0.18;
      note.frequency.value = pitch;
      volume.gain.setValueAtTime(0.15, start);
      volume.gain.exponentialRampToValueAtTime(0.001, start + 0.16);
      note.connect(volume).connect(audio.destination);
      note.start(start);
      note.stop(start + 0.17);
    });
    setTimeout(() => audio.close(), 1000);
  }
})();
