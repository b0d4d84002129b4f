// What is posted here takes the place of its page in the history, or reloads it: Back after Snel weg finds no step of
// the session there.
(() => {
  async function post(form, submitter) {
    form.setAttribute("aria-busy", "true");
    const body = new URLSearchParams(new FormData(form));
    if (submitter?.name) body.set(submitter.name, submitter.value);
    const { status, text } = await kompas.request(form.action, { method: "POST", body });
    form.removeAttribute("aria-busy");
    if (status >= 200 && status < 300) go(form.dataset.onto);
    else if (status >= 400 && status < 500) await kompas.apply(text);
    else kompas.message(kompas.say("failed", "Dit lukte niet. Probeer het nog eens."), "error");
  }

  function go(place) {
    if (place) location.replace(place);
    else location.reload();
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-onto]")) return;
    event.preventDefault();
    if (!form.hasAttribute("aria-busy")) post(form, event.submitter);
  });
})();
