// One key presses one button of the desk, as its `data-key` says; the panel of keys names them all. Single keys can be
// switched off; none works while somebody types.
(() => {
  const isTyping = (target) =>
    target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

  // Within these an arrow goes to another choice, or scrolls.
  const hasArrows = (target) => target.closest?.("[role=tab], [type=radio], [name=kaart], [tabindex='0']");

  // Of the cards that wait only the large one has keys.
  const small = "[data-reading] > :not([aria-current]) *";

  function nameOf(event) {
    const key = event.key.toLowerCase();
    if (event.shiftKey && key !== "?") return "";
    if (event.ctrlKey || event.metaKey) return `ctrl+${key}`;
    return kompas.chosen("toetsen") ? key : "";
  }

  function press(event) {
    if (event.altKey || event.repeat || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const name = nameOf(event);
    if (name.startsWith("arrow") && hasArrows(event.target)) return;
    const panel = document.getElementById("toetsen");
    if (name === "?" && panel) {
      event.preventDefault();
      panel.togglePopover();
      return;
    }
    if (document.querySelector(":popover-open")) return;
    const button = [...document.querySelectorAll(`[data-key~="${CSS.escape(name)}"]`)].find(
      (each) => !each.disabled && each.offsetParent && !each.matches(small),
    );
    if (!button) return;
    event.preventDefault();
    if (button.matches("summary")) button.focus();
    button.click();
  }

  document.addEventListener("keydown", press);
})();
