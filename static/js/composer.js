// The counter and the colour of a card. What the server sends is the state without scripts, so this runs after each swap.
(() => {
  const graphemes = globalThis.Intl?.Segmenter ? new Intl.Segmenter("nl", { granularity: "grapheme" }) : null;

  function lengthOf(text) {
    return graphemes ? [...graphemes.segment(text)].length : [...text].length;
  }

  function count(counter) {
    const field = document.getElementById(counter.dataset.counterFor);
    if (!field) return;
    const limit = Number(counter.dataset.limit || field.maxLength);
    const left = Math.max(0, limit - lengthOf(field.value));
    const text = kompas.count("left", left, "Nog {count} teken", "Nog {count} tekens");
    if (counter.textContent !== text) counter.textContent = text;
  }

  function tone(composer) {
    const form = composer.closest("form");
    const chosen = form?.querySelector("input[type=radio][data-tone]:checked");
    if (!chosen) return;
    for (const name of [...composer.classList]) if (name.startsWith("is-")) composer.classList.remove(name);
    composer.classList.add(`is-${chosen.dataset.tone}`);
    const label = composer.querySelector("[data-tone-label]");
    if (label && chosen.dataset.label) name(label, chosen);
  }

  // What is not translated stays marked as Dutch, or a voice reads it as another language.
  function name(label, { dataset, lang, dir }) {
    const words = kompas.element("span", "", dataset.label);
    if (lang) Object.assign(words, { lang, dir });
    if (!label.firstElementChild?.isEqualNode(words)) label.replaceChildren(words);
  }

  function refresh() {
    document.querySelectorAll("[data-counter-for]").forEach(count);
    document.querySelectorAll(".kl-composer").forEach(tone);
  }

  document.addEventListener("input", refresh);
  document.addEventListener("change", refresh);
  document.addEventListener("kompas:filled", refresh);
  kompas.onPage(refresh);
})();
