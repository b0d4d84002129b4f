// Cards at the desk are chosen, and go to a pile with one key, one tap or one drag. One move is sent at a time, and those to
// the same pile that wait meanwhile go together; what is on its way is not there any more for who chooses.
(() => {
  const together = 300; // each move draws the big screen anew: what is done in one breath is drawn once
  const leaving = new Set(); // ids of cards
  const waiting = [];
  let sends = false;
  let dropped = false;

  const bar = () => document.getElementById("stapelen");
  const idOf = (box) => box.value.split(".")[0];
  const pileOf = (box) => box.value.split(".")[1] ?? "";
  const isCard = (at) => at?.matches?.("#deel-scherm input[name=kaart]");
  const all = () => [...document.querySelectorAll("#deel-scherm input[name=kaart]")].filter((box) => !leaving.has(idOf(box)));
  const inView = () => all().filter((box) => box.offsetParent);
  const boxOf = (line) => line.querySelector("input[name=kaart]");
  const withUnder = (boxes) => [...new Set(boxes.flatMap((box) => [box, ...kompas.under(box.closest("li")).map(boxOf)]))];
  const chosen = () => withUnder(all().filter((box) => box.checked));

  // --- what goes where ---

  function move(url, boxes, field) {
    const cards = boxes.map((box) => box.value);
    for (const box of boxes) {
      box.checked = false;
      leaving.add(idOf(box));
    }
    draw();
    const isNew = field[0] === "naam";
    const same = !isNew && waiting.find((other) => other.url === url && String(other.field) === String(field));
    if (same) same.cards.push(...cards);
    else waiting.push({ url, cards, field, isNew });
    waiting.sort((one, other) => other.isNew - one.isNew); // the next card may need the new pile
    if (!sends) sendAll();
  }

  async function sendAll() {
    sends = true;
    while (waiting.length) {
      if (!waiting[0].isNew) await new Promise((done) => setTimeout(done, together));
      await send(waiting.shift());
    }
    sends = false;
  }

  async function send({ url, cards, field }) {
    const body = new URLSearchParams([...cards.map((card) => ["kaart", card]), field]);
    const { status, text } = await kompas.request(url, { method: "POST", body });
    for (const card of cards) leaving.delete(card.split(".")[0]);
    if (status >= 200 && status < 300) kompas.message("");
    if (status >= 200 && status < 500) await kompas.apply(text);
    else kompas.message(kompas.say("failed", "Dit lukte niet. Probeer het nog eens."), "error");
    draw();
  }

  // The card that has the focus, where nothing was chosen.
  function meant() {
    const boxes = chosen();
    return boxes.length || !isCard(document.activeElement) ? boxes : withUnder([document.activeElement]);
  }

  function submit(event) {
    const form = event.target;
    if (form !== bar()) return;
    event.preventDefault();
    const boxes = meant();
    const at = boxes.includes(document.activeElement) || form.elements.naam === document.activeElement;
    const { submitter } = event;
    const field = submitter?.name ? [submitter.name, submitter.value] : nameOf(form, boxes);
    move(submitter?.getAttribute("formaction") ?? form.action, boxes, field);
    if (at) onward(boxes.at(-1));
  }

  // The name of a new pile is used once.
  function nameOf({ elements }, boxes) {
    const { value } = elements.naam;
    if (boxes.length) elements.naam.value = "";
    return ["naam", value];
  }

  // To the loose card after this one, else to the first.
  function onward(after) {
    const loose = inView().filter((box) => !pileOf(box));
    const follows = (box) => after.compareDocumentPosition(box) & Node.DOCUMENT_POSITION_FOLLOWING;
    (loose.find((box) => after && follows(box)) ?? loose[0] ?? after)?.focus();
  }

  // --- what is chosen ---

  function draw() {
    const form = bar();
    if (!form) return;
    for (const line of document.querySelectorAll("#deel-scherm li[data-card]")) {
      line.classList.toggle("is-leaving", leaving.has(line.dataset.card));
    }
    const number = chosen().length;
    const place = form.querySelector("[data-chosen]");
    const said = number ? `${number} gekozen` : "";
    if (place.textContent !== said) place.textContent = said;
    kompas.showSuggestions(chosen().map((box) => box.value));
  }

  function walk(event) {
    if (!isCard(event.target) || !event.key.startsWith("Arrow")) return;
    event.preventDefault();
    neighbour(event.target, event.key)?.focus();
  }

  function neighbour(from, key) {
    const boxes = inView();
    const place = boxes.indexOf(from);
    if (key === "ArrowRight") return boxes[place + 1];
    if (key === "ArrowLeft") return boxes[place - 1];
    const down = key === "ArrowDown" ? 1 : -1;
    const here = from.getBoundingClientRect();
    const far = (box) => {
      const { left, top } = box.getBoundingClientRect();
      return (top - here.top) * down <= 0 ? Infinity : Math.hypot((left - here.left) * 3, top - here.top);
    };
    return boxes.reduce((best, box) => (far(box) < far(best) ? box : best), from);
  }

  // --- dragging ---

  function take(event) {
    const byGrip = event.target.closest?.("[data-grip]");
    const line = event.target.closest?.("#deel-scherm li[data-card]");
    if (!line && byGrip) return takeWhole(event, byGrip.closest("#deel-scherm section[data-pile]"));
    if (!line || (!byGrip && (event.pointerType !== "mouse" || event.target.closest("button")))) return null;
    const box = boxOf(line);
    if (byGrip) event.preventDefault();
    return { line, box, boxes: box.checked ? chosen() : withUnder([box]), ghost: null };
  }

  // A pile as a whole, with its name.
  function takeWhole(event, pile) {
    event.preventDefault();
    return pile && { line: pile, whole: pile, ghost: null };
  }

  function follow(drag, event) {
    drag.ghost ??= begin(drag, event);
    drag.ghost.style.translate = `${event.clientX + 12}px ${event.clientY + 12}px`;
    const target = targetAt(drag, event);
    for (const each of document.querySelectorAll(".is-target")) if (each !== target) each.classList.remove("is-target");
    target?.classList.add("is-target");
    alongTheKeys(event);
    return bar().contains(document.elementFromPoint(event.clientX, event.clientY));
  }

  // What is held over an end of the row of piles brings in the next ones.
  function alongTheKeys({ clientX, clientY }) {
    const row = document.elementFromPoint(clientX, clientY)?.closest(".kl-pile-keys");
    if (!row) return;
    const { left, right } = row.getBoundingClientRect();
    if (clientX < left + 32) row.scrollLeft -= 16;
    else if (clientX > right - 32) row.scrollLeft += 16;
  }

  // Only now the pointer is ours: captured sooner, a tap would not reach the box.
  function begin({ line, boxes }, event) {
    const text = boxes?.length > 1 ? `${boxes.length} kaarten` : line.querySelector("bdi").textContent;
    line.setPointerCapture(event.pointerId);
    const ghost = kompas.element("div", "kl-ghost", text);
    line.classList.add("is-dragging");
    getSelection().removeAllRanges();
    document.body.append(ghost);
    return ghost;
  }

  // What takes the card there: a pile or its button, the way to a new pile, a loose card, or the loose cards of a column.
  // What takes a pile: another one, or another column.
  function targetAt({ boxes, whole }, event) {
    const at = document.elementFromPoint(event.clientX, event.clientY);
    if (whole) {
      const { pile, ofColumn } = whole.dataset;
      return at?.closest(`[data-pile]:not([data-pile="${pile}"]), [data-column]:not([data-column="${ofColumn}"])`);
    }
    const target = at?.closest("[data-pile]") ?? at?.closest("[data-new-pile], [data-card], [data-column], #deel-scherm");
    const stays = ({ dataset }) => boxes.some((box) => [pileOf(box) || null, idOf(box)].includes(dataset?.pile ?? dataset?.card));
    return target && !stays(target) ? target : null;
  }

  function drop(drag, event) {
    const target = targetAt(drag, event);
    letGo(drag);
    dropped = true;
    setTimeout(() => (dropped = false));
    if (!target) return;
    const { box, boxes, whole } = drag;
    const form = bar();
    const { pile, card, column } = target.dataset;
    if (whole && pile) move(`${whole.dataset.address}/samenvoeging`, [], ["groep", pile]);
    else if (whole) move(`${whole.dataset.address}/soort`, [], ["kolom", column]);
    else if (pile) move(form.action, boxes, ["groep", pile]);
    else if (card) move(form.action, [...withUnder([boxOf(target)]), ...boxes], nameOf(form, boxes));
    else if ("newPile" in target.dataset) move(form.action, boxes, nameOf(form, boxes));
    else if (column && column !== box.closest("[data-of-column]").dataset.ofColumn) {
      move(form.dataset.columns, boxes, ["kolom", column]);
    } else if (pileOf(box)) move(form.dataset.loosens, boxes, ["los", "ja"]);
  }

  function letGo({ line, ghost }) {
    ghost?.remove();
    line.classList.remove("is-dragging");
    document.querySelector(".is-target")?.classList.remove("is-target");
  }

  // A drag ends with a click, which would choose the card.
  function swallow(event) {
    if (!dropped) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  // On a phone the foot of the page is higher: the bar stands above it.
  const foot = new ResizeObserver(([{ target }]) => {
    document.documentElement.style.setProperty("--kl-foot", `${target.offsetHeight}px`);
  });

  kompas.drag({ take, follow, drop, cancel: letGo, from: 6 });
  document.addEventListener("click", swallow, true);
  document.addEventListener("submit", submit);
  document.addEventListener("keydown", walk);
  document.addEventListener("change", ({ target }) => isCard(target) && draw());
  document.addEventListener("reset", ({ target }) => target === bar() && setTimeout(draw));
  document.addEventListener("click", ({ target }) => {
    if (target.htmlFor === "stapelnaam" && !chosen().length) {
      for (const box of meant()) box.checked = true;
      draw();
    }
  });
  kompas.onPage(() => {
    draw();
    const footer = document.querySelector(".kl-next");
    if (footer) foot.observe(footer);
  });
})();
