// The facilitator moves on for everybody. Who is writing a card gets half a minute to send it, and the page never goes on
// in the middle of a word; what was not sent by then stands apart (leftover.js).
(() => {
  const patience = 30000;
  const quiet = 3000;
  let typed = 0;
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
    timer ||= setTimeout(due, patience);
  }

  function due() {
    const left = typed + quiet - Date.now();
    if (left > 0) timer = setTimeout(due, left);
    else move();
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

  // While the old step waits, the blocks and the title of the next one have no place in it: two questions would stand on
  // one page. Only a call for Hulp comes through.
  function keepOut(tasks) {
    const step = document.getElementById("stap");
    const ofStep = ({ target }) => target.id === "kop" || (target !== step && step?.contains(target));
    for (const task of tasks.filter(ofStep)) {
      const call = task.fragment.querySelector("#hulp-signaal")?.dataset.count;
      if (call) document.getElementById("hulp-signaal")?.setAttribute("data-count", call);
      tasks.splice(tasks.indexOf(task), 1);
    }
  }

  document.addEventListener("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
    const task = tasks.find((task) => task.type === "oob" && task.target.id === "stap");
    if (!task && held && isPush(ctx)) keepOut(tasks);
    if (!task) return;
    const next = task.fragment.firstElementChild;
    if (next.dataset.step === task.target.dataset.step) {
      letGo();
    } else if (writing() && isPush(ctx) && !arriving) {
      hold(next);
      keepOut(tasks);
      tasks.splice(tasks.indexOf(task), 1);
    } else {
      letGo();
      replace(task);
    }
  });

  document.addEventListener("htmx:after:settle", (event) => {
    if (arriving && event.target.id === "stap") arrive(event.target);
  });

  const onText = () => held && !writing() && move();
  document.addEventListener("input", () => {
    typed = Date.now();
    onText();
  });
  document.addEventListener("kompas:cleared", onText);
})();
