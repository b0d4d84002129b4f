// One key presses one button of the desk, as its `data-key` says; the panel of keys names them all. Single keys can be
// switched off; none works while somebody types.
(() => {
  const isTyping = (target) =>
    target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

  function nameOf(event) {
    const key = event.key.toLowerCase();
    if (!event.ctrlKey && !event.metaKey) return kompas.chosen("toetsen") ? key : "";
    return event.shiftKey ? "" : `ctrl+${key}`;
  }

  function press(event) {
    if (event.altKey || event.repeat || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const name = nameOf(event);
    const panel = document.getElementById("toetsen");
    if (name === "?" && panel) {
      event.preventDefault();
      panel.togglePopover();
      return;
    }
    const button = [...document.querySelectorAll("[data-key]")].find(
      (each) => each.dataset.key === name && !each.disabled && each.offsetParent,
    );
    if (!button) return;
    event.preventDefault();
    button.click();
  }

  document.addEventListener("keydown", press);
})();
