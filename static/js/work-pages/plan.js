// The running order: steps are dragged, minutes are saved when their field is left, and where a step went is said. Without
// scripts there are the buttons.
(() => {
  let sent = "";

  const rows = (list) => [...list.children];

  function take(event) {
    const row = event.target.closest?.(".kl-plan-step [data-grip]")?.closest("li");
    if (!row) return null;
    event.preventDefault();
    row.querySelector("[data-grip]").setPointerCapture(event.pointerId);
    row.classList.add("is-moving");
    return { row, list: row.parentElement, before: row.nextElementSibling };
  }

  // Goes to stand in front of the first row whose middle is below the pointer.
  function follow({ row, list }, event) {
    const others = rows(list).filter((other) => other !== row);
    const below = others.find((other) => {
      const { top, height } = other.getBoundingClientRect();
      return event.clientY < top + height / 2;
    });
    if (row.nextElementSibling !== (below ?? null)) list.insertBefore(row, below ?? null);
  }

  function drop({ row, list, before }) {
    row.classList.remove("is-moving");
    if (row.nextElementSibling === before) return;
    const form = row.querySelector("form[data-move]");
    form.elements.naar.value = rows(list).indexOf(row);
    const button = kompas.element("button");
    Object.assign(button, { name: "knop", value: "plaats", hidden: true });
    form.append(button);
    form.requestSubmit(button);
  }

  function cancel({ row, list, before }) {
    list.insertBefore(row, before);
    row.classList.remove("is-moving");
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

  kompas.drag({ take, follow, drop, cancel });
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
