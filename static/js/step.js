// The facilitator moves on for everybody. Who is writing a card gets half a minute to send it.
(() => {
  const patience = 30000;
  let held = "";
  let timer = 0;
  let arriving = false;

  // Who is asked about a text of theirs is not done with it either.
  function writing() {
    if (document.querySelector("#waarschuwing form")) return true;
    return [...document.querySelectorAll("#stap .kl-composer :is(textarea, input[type=text])")].some((field) =>
      field.value.trim(),
    );
  }

  // The answer to one's own form is what one asked for: only a push can come at a bad moment.
  function isPush(ctx) {
    return !ctx.sourceElement?.matches?.("form, button, a, input");
  }

  function hold(next) {
    const block = next.cloneNode(true);
    block.setAttribute("hx-swap-oob", "outerMorph");
    held = block.outerHTML;
    const strip = document.getElementById("stap-wacht");
    kompas.show("stap-wacht", strip?.dataset.text ?? "");
    timer ||= setTimeout(move, patience);
  }

  function letGo() {
    clearTimeout(timer);
    timer = 0;
    held = "";
    kompas.show("stap-wacht", "");
  }

  // What was pushed to blocks inside the waiting step is lost, so the whole scene is asked for as well.
  async function move() {
    const block = held;
    letGo();
    arriving = true;
    await kompas.apply(block);
    document.dispatchEvent(new CustomEvent("kompas:recover"));
  }

  function mayMove() {
    const quiet = matchMedia("(prefers-reduced-motion: reduce)").matches;
    return "startViewTransition" in document && !document.hidden && !quiet;
  }

  // Replaced and not morphed: a text field of the old step would keep its text in the new one.
  function replace(task) {
    task.swapSpec.style = "outerHTML";
    task.swapSpec.transition = mayMove();
    arriving = true;
  }

  function arrive(step) {
    arriving = false;
    const heading = step.querySelector("h1");
    if (!heading) return;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  document.addEventListener("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
    const task = tasks.find((task) => task.type === "oob" && task.target.id === "stap");
    if (!task) return;
    const next = task.fragment.firstElementChild;
    if (next.dataset.step === task.target.dataset.step) {
      letGo();
    } else if (writing() && isPush(ctx) && !arriving) {
      tasks.splice(tasks.indexOf(task), 1);
      hold(next);
    } else {
      letGo();
      replace(task);
    }
  });

  document.addEventListener("htmx:after:settle", (event) => {
    if (arriving && event.target.id === "stap") arrive(event.target);
  });

  const onText = () => held && !writing() && move();
  document.addEventListener("input", onText);
  document.addEventListener("kompas:cleared", onText);
})();
