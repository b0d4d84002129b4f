// Small helps for the facilitator: a sheet for the words of a card, copy, and an undo that goes away by itself.
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

  // The words of one card in a sheet, as long as the server gives them.
  function drawSheet() {
    const sheet = document.getElementById("bewerk-blad");
    if (!sheet) return;
    const card = document.getElementById("bewerken").dataset.card;
    if (card && !sheet.open) {
      sheet.showModal();
      document.getElementById("bewerk-kop").focus();
    } else if (!card && sheet.open) {
      sheet.close();
    }
    // The line where answers speak lies under the sheet.
    const wrong = document.querySelector("#melding.kl-message--error")?.textContent.trim() ?? "";
    const place = document.getElementById("bewerk-fout");
    if (place && place.textContent !== wrong) place.textContent = wrong;
  }

  // Another step begins at its question, wherever the one before was scrolled to.
  let stepBefore = null;
  function followStep() {
    const step = document.getElementById("nu-deel")?.dataset.step ?? null;
    if (stepBefore !== null && step !== null && step !== stepBefore) scrollTo(0, 0);
    stepBefore = step;
  }

  function emptySheet() {
    const part = document.getElementById("bewerken");
    part.replaceChildren();
    delete part.dataset.card;
  }

  document.addEventListener("click", (event) => {
    const sheet = document.getElementById("bewerk-blad");
    if (!sheet?.open || !(event.target === sheet || event.target.closest("[data-edit-close]"))) return;
    event.preventDefault();
    sheet.close();
  });
  document.addEventListener("DOMContentLoaded", () => {
    document.getElementById("bewerk-blad")?.addEventListener("close", emptySheet);
  });
  kompas.onPage(drawSheet);
  kompas.onPage(followStep);

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) copy(button);
    if (event.target.closest("[data-print]")) print();
  });
  kompas.onPage(drawUndo);
  setInterval(drawUndo, 500);
})();
