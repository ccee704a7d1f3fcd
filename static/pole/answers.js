// Answering with the keyboard: 1 to 9 choose in the line that has the focus, = answers as last time, up and down move
// between lines. Left and right stay what they are in any radio group.
"use strict";

document.addEventListener("keydown", (event) => {
  const radio = event.target;
  if (event.ctrlKey || event.altKey || event.metaKey || radio.type !== "radio") return;
  const line = radio.closest("[data-answer-line]");
  if (!line || !answersOf(line).includes(radio)) return;
  if (/^[1-9]$/.test(event.key)) {
    const choice = answersOf(line)[Number(event.key) - 1];
    if (!choice) return;
    event.preventDefault();
    choice.focus();
    if (!choice.checked) choice.click();
  } else if (event.key === "=") {
    const button = line.querySelector("[data-confirm]");
    if (!button || answersOf(line).some((choice) => choice.checked && choice.value)) return;
    event.preventDefault();
    confirmAnswer(line, button);
  } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
    event.preventDefault();
    const lines = [...document.querySelectorAll("[data-answer-line]")];
    const next = lines[lines.indexOf(line) + (event.key === "ArrowDown" ? 1 : -1)];
    if (!next) return;
    const choices = answersOf(next);
    (choices.find((choice) => choice.checked) ?? choices[0])?.focus();
  }
});

// The button alone sends the form; here it only fills the line, and autosave does the rest.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-confirm]");
  if (!button) return;
  event.preventDefault();
  confirmAnswer(button.closest("[data-answer-line]"), button);
});

function confirmAnswer(line, button) {
  const wanted = JSON.parse(button.dataset.confirm);
  for (const field of line.querySelectorAll("input, select")) {
    if (!(field.name in wanted)) continue;
    if (field.type === "radio") {
      if (field.value !== wanted[field.name]) continue;
      field.checked = true;
    } else {
      field.value = wanted[field.name];
    }
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
  answersOf(line).find((choice) => choice.checked)?.focus();
}

// Only the line's own answers, not the radio buttons among its details.
function answersOf(line) {
  return [...line.querySelectorAll(":scope > .answer-choices input[type=radio]")];
}
