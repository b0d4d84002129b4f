// Small helps for the facilitator: copy, one-key buttons, and an undo that goes away by itself.
(() => {
  const undoEnds = new Map();

  async function copy(button) {
    const source = document.querySelector(button.dataset.copy);
    const text = source?.value ?? source?.textContent.trim() ?? button.dataset.copy;
    try {
      await navigator.clipboard.writeText(text);
      kompas.message(kompas.say("copied", "Gekopieerd."), "ok");
    } catch {
      // On a LAN without TLS there is no clipboard: the text is selected, so Ctrl+C does it.
      if (source) getSelection().selectAllChildren(source);
      kompas.message(kompas.say("copy-by-hand", "Kopieer de tekst zelf, met Ctrl en C."));
    }
  }

  function isTyping(target) {
    return target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
  }

  function pressButtonOf(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const button = [...document.querySelectorAll("[data-key]")].find(
      ({ dataset }) => dataset.key === event.key.toLowerCase(),
    );
    if (!button) return;
    event.preventDefault();
    button.click();
  }

  // A hand or the keyboard on the message stops its clock.
  function drawUndo() {
    const now = Date.now();
    for (const bar of document.querySelectorAll("[data-undo-seconds]")) {
      const key = bar.dataset.undo ?? bar.textContent;
      const inUse = bar.matches(":hover, :focus-within");
      if (inUse || !undoEnds.has(key)) undoEnds.set(key, now + 1000 * Number(bar.dataset.undoSeconds));
      bar.hidden = now > undoEnds.get(key);
    }
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) copy(button);
  });
  document.addEventListener("keydown", pressButtonOf);
  kompas.onPage(drawUndo);
  setInterval(drawUndo, 500);
})();
