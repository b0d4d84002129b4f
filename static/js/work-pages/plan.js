// The running order: steps are dragged with mouse or finger, minutes are saved when their field is left, and where a step
// went is said. Without scripts there are the buttons.
(() => {
  let drag = null;
  let sent = "";

  const rows = (list) => [...list.children];

  function begin(event) {
    const row = event.target.closest?.("[data-grip]")?.closest("li");
    if (!row || event.button > 0 || drag) return;
    event.preventDefault();
    drag = { row, list: row.parentElement, before: row.nextElementSibling, pointer: event.pointerId };
    row.querySelector("[data-grip]").setPointerCapture(event.pointerId);
    row.classList.add("is-moving");
  }

  // Goes to stand in front of the first row whose middle is below the pointer.
  function follow(event) {
    if (event.pointerId !== drag?.pointer) return;
    const others = rows(drag.list).filter((row) => row !== drag.row);
    const below = others.find((row) => {
      const { top, height } = row.getBoundingClientRect();
      return event.clientY < top + height / 2;
    });
    if (drag.row.nextElementSibling !== (below ?? null)) drag.list.insertBefore(drag.row, below ?? null);
    const edge = 64;
    if (event.clientY < edge) scrollBy(0, -12);
    else if (event.clientY > innerHeight - edge) scrollBy(0, 12);
  }

  function drop(event) {
    if (event.pointerId !== drag?.pointer) return;
    const { row, list, before } = drag;
    end();
    if (row.nextElementSibling === before) return;
    const form = row.querySelector("form[data-move]");
    form.elements.naar.value = rows(list).indexOf(row);
    const button = kompas.element("button");
    Object.assign(button, { name: "knop", value: "plaats", hidden: true });
    form.append(button);
    form.requestSubmit(button);
  }

  function cancel(event) {
    if (!drag || (event.type === "keydown" && event.key !== "Escape")) return;
    drag.list.insertBefore(drag.row, drag.before);
    end();
  }

  function end() {
    drag.row.classList.remove("is-moving");
    drag = null;
  }

  function tell(id) {
    const row = document.getElementById(id);
    const all = rows(row.parentElement);
    kompas.message(`‘${row.dataset.name}’ staat nu op plek ${all.indexOf(row) + 1} van ${all.length}.`);
  }

  function hideButtons() {
    for (const button of document.querySelectorAll("form[data-sends] button")) button.hidden = true;
  }

  // Enter in the field has sent it already.
  function send(field) {
    if (field.form?.matches("form[data-sends]") && sent !== field.id + field.value) field.form.requestSubmit();
  }

  document.addEventListener("pointerdown", begin);
  document.addEventListener("pointermove", follow);
  document.addEventListener("pointerup", drop);
  document.addEventListener("pointercancel", cancel);
  document.addEventListener("keydown", cancel);
  document.addEventListener("change", ({ target }) => send(target));
  document.addEventListener("submit", ({ target }) => {
    const field = target.matches("form[data-sends]") && target.elements.minutes;
    if (field) sent = field.id + field.value;
  });
  // The answer empties the line of messages: what is said there comes after it.
  window.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    if (ctx.sourceElement.matches?.("form[data-move]")) tell(ctx.sourceElement.closest("li").id);
  });
  kompas.onPage(hideButtons);
})();
