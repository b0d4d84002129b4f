// Joining takes the place of the welcome page in the history: Back after Snel weg finds nothing of the session.
(() => {
  async function join(form) {
    form.setAttribute("aria-busy", "true");
    const body = new URLSearchParams(new FormData(form));
    const { status, text } = await kompas.request(form.action || location.href, { method: "POST", body });
    form.removeAttribute("aria-busy");
    if (status >= 200 && status < 300) location.replace(form.dataset.join);
    else if (status >= 400 && status < 500) await kompas.apply(text);
    else kompas.message(kompas.say("failed", "Dit lukte niet. Probeer het nog eens."), "error");
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-join]")) return;
    event.preventDefault();
    if (!form.hasAttribute("aria-busy")) join(form);
  });
})();
