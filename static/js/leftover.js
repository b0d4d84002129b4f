// What somebody wrote and could not send any more: it stands apart under its own question, to read and to copy, and goes
// back to its form when the facilitator does. At the end of the session the device forgets it; the page still has it.
kompas.leftovers = (() => {
  let last = null;
  const kept = () => kompas.store.read("leftovers", []);
  const place = () => document.getElementById("over");

  function save(entries) {
    kompas.store.write("leftovers", entries.length ? entries : null);
  }

  const wordsOf = ({ texts }) => texts.map(([, value]) => value.trim()).filter(Boolean);

  // `entry` is of the outbox, and the server took it no more.
  function keep({ id, activity, question, texts }) {
    const words = wordsOf({ texts });
    if (!words.length) return;
    save([...kept(), { id, activity, question, texts, words }]);
    draw();
  }

  function remove(id) {
    save(kept().filter((entry) => entry.id !== id));
    kompas.drafts.forget(id);
    last = last?.filter((entry) => entry.id !== id) ?? null;
    draw();
  }

  // Back to where it was written, unless something new is being written there.
  function giveBack(entry) {
    const form = [...document.querySelectorAll("#stap form[data-contribution]")].find(
      ({ elements }) => elements.namedItem("activity")?.value === entry.activity && entry.texts.length,
    );
    const fields = form && entry.texts.map(([name]) => form.elements.namedItem(name));
    if (!fields || fields.some((field) => !field || field.value)) return false;
    entry.texts.forEach(([, value], index) => (fields[index].value = value));
    kompas.drafts.keep(form);
    return true;
  }

  function giveAllBack() {
    const left = kept();
    const still = left.filter((entry) => !giveBack(entry));
    if (still.length < left.length) save(still);
  }

  function all() {
    return [...kept(), ...kompas.drafts.elsewhere()];
  }

  async function copy(words) {
    try {
      await navigator.clipboard.writeText(words.innerText);
    } catch {
      // On a LAN without TLS there is no clipboard: what is selected can be copied all the same.
      getSelection().selectAllChildren(words);
      if (!document.execCommand("copy")) return kompas.message(kompas.say("copy-by-hand", "Houd je vinger op de tekst en kies Kopieer."));
    }
    kompas.message(kompas.say("copied", "Gekopieerd."), "ok");
  }

  function card({ id, question, words }) {
    const item = kompas.element("li", "kl-card");
    const part = kompas.element("div", "kl-stack kl-gap-2xs");
    const about = kompas.element("p", "kl-small kl-subtle", kompas.say("wrote", "Je schreef dit nog bij:"));
    const text = kompas.element("p", "kl-quote", words.join("\n"));
    const button = kompas.element("button", "kl-button kl-button--quiet");
    button.type = "button";
    button.append(kompas.icon("copy"), kompas.say("copy", "Kopieer"));
    button.addEventListener("click", () => copy(text));
    about.append(" ", kompas.element("b", "", question));
    part.append(about, text, button);
    item.append(kompas.icon("clock"), part, kompas.bin(() => remove(id)));
    return item;
  }

  function draw() {
    if (!place()) return;
    const entries = last ?? all();
    const now = JSON.stringify(entries);
    if (place().dataset.shown === now) return; // who reads or copies is not disturbed
    place().dataset.shown = now;
    place().querySelector("ul").replaceChildren(...entries.map(card));
    place().hidden = entries.length === 0;
  }

  function refresh() {
    giveAllBack();
    if (document.querySelector("#stap[data-step=einde]")) end();
    else if (last) reopen();
    draw();
  }

  // What still waits for a connection is taken no more either.
  function end() {
    const unsent = kompas.outbox.waiting().map((entry) => ({ ...entry, words: wordsOf(entry) }));
    last ??= [...all(), ...unsent.filter(({ words }) => words.length)];
    kompas.store.empty();
    kompas.outbox.draw();
  }

  // The facilitator took the end back: the device remembers again.
  function reopen() {
    save(last.map((entry) => ({ texts: [], ...entry })));
    last = null;
  }

  kompas.onPage(refresh);

  return { keep, giveBack };
})();
