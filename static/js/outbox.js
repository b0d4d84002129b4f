// Contributions that the server has not answered yet. They wait on this device, in order, and go with the id they have. What
// its sender must look at first (`warned`) waits too: it is sent again only to be asked about it, which stores nothing.
kompas.outbox = (() => {
  const warnedStatus = 428;
  const asked = new Set();
  let sending = false;
  let attempt = 0;
  let timer = 0;

  function waiting() {
    return kompas.store.read("outbox", []);
  }

  function save(entries) {
    kompas.store.write("outbox", entries.length ? entries : null);
    draw();
  }

  // No answer, too busy or broken: the same id again later. Every other answer is final.
  function mustRetry(status) {
    return !status || status >= 500 || status === 408 || status === 429;
  }

  // Dots or marks that wait are replaced by newer ones of the same form; cards and single taps all go.
  function add(entry) {
    save([...withoutOlder(entry), entry]);
    kompas.message(kompas.say("kept", "Bewaard op je telefoon. Het gaat straks vanzelf mee."));
    schedule();
  }

  function withoutOlder(entry) {
    return waiting().filter(
      (other) => other.id !== entry.id && !(entry.replaces && other.draft === entry.draft),
    );
  }

  // The server asks its sender; so it does again after a reload.
  function ask(entry) {
    asked.add(entry.id);
    save([...withoutOlder(entry), { ...entry, warned: true }]);
  }

  function remove(id) {
    asked.delete(id);
    save(waiting().filter((entry) => entry.id !== id));
  }

  // One warning at a time.
  function mayGo(entry) {
    return !entry.warned || !(asked.has(entry.id) || kompas.warning.id());
  }

  function schedule() {
    clearTimeout(timer);
    if (!waiting().some(mayGo)) return;
    attempt += 1;
    timer = setTimeout(flush, kompas.between(500, Math.min(30000, 1000 * 2 ** attempt)));
  }

  async function flush() {
    if (sending) return;
    sending = true;
    for (const entry of waiting()) {
      if (!mayGo(entry)) continue;
      const body = new URLSearchParams(entry.fields);
      const answer = await kompas.request(entry.url, { method: "POST", body }, 15000);
      if (mustRetry(answer.status)) break;
      attempt = 0;
      await settle(entry, answer);
    }
    sending = false;
    schedule();
  }

  async function settle(entry, answer) {
    if (!waiting().some((other) => other.id === entry.id)) return;
    if (answer.status === warnedStatus) return take(entry, answer);
    remove(entry.id);
    await kompas.apply(answer.text);
    if (answer.status >= 400) refuse(entry);
  }

  // While another warning is open this one waits for its turn.
  async function take(entry, answer) {
    const busy = kompas.warning.id();
    ask(entry);
    if (busy) asked.delete(entry.id);
    else await kompas.apply(answer.text);
  }

  function refuse(entry) {
    if (!kompas.leftovers.giveBack(entry)) kompas.leftovers.keep(entry);
    kompas.refresh();
  }

  function card(entry) {
    const item = kompas.element("li", `kl-card${entry.tone ? ` is-${entry.tone}` : ""}`);
    const words = kompas.element("div", "kl-stack kl-gap-2xs");
    const state = kompas.element("p", "kl-status kl-small");
    if (entry.warned) state.append(kompas.icon("clock"), kompas.say("asks", "Nog niet verstuurd: jij kiest"));
    else state.append(kompas.icon("offline"), kompas.say("waiting", "Gaat mee zodra er verbinding is"));
    words.append(kompas.element("p", "kl-quote", entry.label), state);
    const drop = () => (kompas.warning.id() === entry.id ? kompas.warning.close() : remove(entry.id));
    item.append(kompas.icon(entry.tone || "clock"), words, kompas.bin(drop));
    return item;
  }

  function draw() {
    const list = document.getElementById("wachtrij");
    if (!list) return;
    const entries = waiting();
    list.replaceChildren(...entries.map(card));
    list.hidden = entries.length === 0;
  }

  function hurry() {
    attempt = 0;
    if (waiting().length) flush();
  }

  window.addEventListener("online", hurry);
  document.addEventListener("kompas:connected", hurry);
  document.addEventListener("DOMContentLoaded", () => {
    draw();
    schedule();
  });

  return { add, ask, remove, hurry, waiting, draw, mustRetry, warnedStatus };
})();
