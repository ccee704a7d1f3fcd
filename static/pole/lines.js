// Line numbers beside a text area (data-lines), and the line that an address names (#l12) chosen in it.
"use strict";

(() => {
  for (const area of document.querySelectorAll("textarea[data-lines]")) {
    const frame = document.createElement("div");
    const gutter = document.createElement("pre");
    frame.className = "numbered";
    gutter.className = "numbered-gutter code";
    gutter.setAttribute("aria-hidden", "true");
    area.before(frame);
    frame.append(gutter, area);

    let shown = 0;
    function number() {
      const lines = area.value.split("\n").length;
      if (lines !== shown) gutter.textContent = Array.from({ length: lines }, (_, n) => n + 1).join("\n") + "\n\n";
      shown = lines;
      gutter.style.height = `${area.offsetHeight}px`;
      gutter.scrollTop = area.scrollTop;
    }
    function choose() {
      const wanted = Number(/^#l(\d+)$/.exec(location.hash)?.[1]);
      if (!wanted) return;
      const lines = area.value.split("\n");
      const start = lines.slice(0, wanted - 1).join("\n").length + (wanted > 1 ? 1 : 0);
      area.focus();
      area.setSelectionRange(start, start + (lines[wanted - 1] ?? "").length);
      area.scrollTop = Math.max(0, (wanted - 6) * parseFloat(getComputedStyle(area).lineHeight));
      number();
    }
    area.addEventListener("input", number);
    area.addEventListener("scroll", number);
    new ResizeObserver(number).observe(area);
    window.addEventListener("hashchange", choose);
    number();
    choose();

    // What was typed is not left behind without a question.
    const before = area.value;
    let leaving = false;
    area.form.addEventListener("submit", () => { leaving = true; });
    window.addEventListener("beforeunload", (event) => {
      if (!leaving && area.value !== before && !document.documentElement.hidden) event.preventDefault();
    });
  }
})();
